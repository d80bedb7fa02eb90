"""Signing in and out: begun on any host, called back on the portal, carried back by a ticket (design.md, section 3)."""

import re
from urllib.parse import urlencode

import structlog
from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from auth.consents import service as consents
from auth.oidc import BACK_CHANNEL_PATH, CALLBACK_PATH, RECENT_SECONDS, Away, Provider, code_challenge
from auth.sessions import acts, ending
from auth.sessions import service as sessions
from auth.sessions.service import Begun
from auth.tokens import Identity, TokenRefused, session_of
from maru import security
from maru.access import everyone, signed_in
from maru.dispatch import apart, caller, settings
from maru.errors import N_, Forbidden, MaruError, NotFound, Remedy
from maru.tenancy import find, parse_host
from maru.web import languages
from maru.web.mount import language

CITY_BINDING, PORTAL_BINDING = "maru_signin", "maru_signin_portal"
BINDING_LIVES = 600
DIGEST = re.compile(r"[0-9a-f]{64}")
STRONG = "strong"
"""In the address of a sign-in that has to show a second factor."""
TOO_LATE = N_("로그인 화면에 너무 오래 머무르셨거나 다른 창에서 이미 로그인하셨습니다.")
AWAY, LEFT = "/auth/away", "/auth/left"
blueprint = Blueprint("sessions", __name__, template_folder="templates")
log = structlog.get_logger()


class SignInFailed(Forbidden):
    slug = "sign-in-failed"
    title = N_("로그인을 마치지 못했습니다")

    def __init__(self, why: str = TOO_LATE) -> None:
        super().__init__(
            why,
            remedies=[Remedy(N_("처음부터 다시 로그인하기"), "/auth/sign-in")],
        )


class NoSession(MaruError):
    """A program signed itself in by a token; there is nothing here that could end."""

    status = 400
    slug = "no-session"
    title = N_("끝낼 로그인이 없습니다")

    def __init__(self) -> None:
        super().__init__(
            N_("토큰으로 부르는 프로그램은 여기에서 로그인한 것이 아닙니다. 토큰은 발급한 곳에서 거두어 주세요.")
        )


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """Addresses and cookies here open sessions: no cache keeps them, and no page that follows is told of them."""
    response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return response


def _provider() -> Provider:
    provider: Provider = current_app.extensions["maru-identity"]
    return provider


@blueprint.get("/auth/sign-in")
@everyone(before_opening=True)
def begin() -> Response:
    """On any host: tie the sign-in to this browser, then go to the portal."""
    binding = security.new_token()
    back = security.safe_path(request.args.get("next"))
    query = {
        "host": caller().host,
        "binding": security.digest(binding).hex(),
        "back": back,
        languages.ARGUMENT: language(),
        **{name: said for name in (STRONG, acts.ACT) if (said := request.args.get(name))},
    }
    response = redirect(f"{settings().origin()}/auth/start?{urlencode(query)}")
    security.set_cookie(response, settings(), CITY_BINDING, binding, max_age=BINDING_LIVES)
    return response


@blueprint.get("/auth/start")
@everyone("portal", calls_out=True)
def start() -> Response:
    """On the portal: send the browser to the identity provider with state, nonce and PKCE challenge."""
    with apart():
        host, slug = _known_host(request.args.get("host", ""))
    act = acts.read(request.args.get(acts.ACT, ""))
    nonce, verifier, binding = (security.new_token() for _ in range(3))
    state = (
        f"{slug}.{security.new_token()}"  # the provider's pages read from it whose house they are (maru.web.sign_in)
    )
    back = security.safe_path(request.args.get("back"))
    try:
        url = _provider().authorization_url(
            state=state,
            nonce=nonce,
            code_challenge=code_challenge(verifier),
            redirect_uri=_callback(),
            ui_locales=language(),
            strong=bool(request.args.get(STRONG)),
            account=bool(act),
            action=act.action if act else "",
        )
    except Away:
        return redirect(_away_at(host, back))
    with apart():
        sessions.begin(
            state=state,
            portal_binding=binding,
            city_binding=_binding_digest(request.args.get("binding", "")),
            nonce=nonce,
            code_verifier=verifier,
            host=host,
            return_to=back,
            address=None if _loopback() else request.remote_addr,
        )
    response = redirect(url)
    security.set_cookie(response, settings(), PORTAL_BINDING, binding, max_age=BINDING_LIVES)
    return response


@blueprint.get(CALLBACK_PATH)
@everyone("portal", calls_out=True)
def callback() -> Response:
    """On the portal: exchange the code, recognise the person, and carry them back to their host by a ticket."""
    with apart():
        begun = sessions.take(request.args.get("state", ""), _cookie(PORTAL_BINDING))
    if begun is None or "code" not in request.args:
        raise SignInFailed
    try:
        identity = _identity(request.args["code"], begun)
    except Away:
        return redirect(_away_at(begun.host))
    ticket = security.new_token()
    with apart():
        issued = sessions.issue_ticket(request.args["state"], ticket, identity)
    if not issued:
        raise SignInFailed
    response = redirect(f"{_site(begun.host)}/auth/ticket?{urlencode({'ticket': ticket})}")
    security.set_cookie(response, settings(), PORTAL_BINDING, "", max_age=0)
    if identity.account_token:
        kept = acts.keep(identity.account_token, request.args.get("kc_action"), request.args.get("kc_action_status"))
        security.set_cookie(response, settings(), acts.ACCOUNT_COOKIE, kept, max_age=RECENT_SECONDS)
    return response


def _identity(code: str, begun: Begun) -> Identity:
    """Who signed in. Raises SignInFailed, for whoever is refused here and sent to sign in once more comes straight back."""
    try:
        return _provider().exchange(
            code, code_verifier=begun.code_verifier, redirect_uri=_callback(), nonce=begun.nonce
        )
    except TokenRefused as refused:
        log.warning("sign-in refused", reason=refused.reason, look_at=refused.look_at)
        raise SignInFailed(refused.detail) from refused


@blueprint.get(AWAY)
@everyone(before_opening=True, even_closed=True, calls_out=True)
def away() -> Response:
    """On the host where the sign-in began: nobody can sign in now, and what goes on without it. Once they can, they do."""
    again = f"/auth/sign-in?{urlencode({'next': security.safe_path(request.args.get('next'))})}"
    if _provider().ready():
        return redirect(again)
    courses = "/search" if caller().portal else "/courses"
    raise Away(
        again=again,
        remedies=[
            Remedy(N_("강좌는 로그인하지 않고도 찾아보실 수 있습니다."), courses),
            Remedy(N_("수료증이 진짜인지도 그대로 확인하실 수 있습니다."), "/certificates"),
            Remedy(N_("이미 로그인하신 창에서는 신청, 취소, 출석, 수료증이 모두 그대로 됩니다.")),
        ],
    )


@blueprint.get("/auth/ticket")
@everyone(before_opening=True)
def redeem() -> Response:
    """On the host where it began: use the ticket up and open the session."""
    token = security.new_token()
    opened = sessions.redeem(request.args.get("ticket", ""), _cookie(CITY_BINDING), caller().host, token)
    if opened is None:
        return redirect("/auth/failed")
    asks = consents.asks_again(token)
    response = redirect(f"/my/consents/again?{urlencode({'next': opened.return_to})}" if asks else opened.return_to)
    security.set_cookie(response, settings(), CITY_BINDING, "", max_age=0)
    security.set_cookie(response, settings(), security.SESSION_COOKIE, token)
    return response


@blueprint.get("/auth/failed")
@everyone(before_opening=True)
def failed() -> Response:
    """Says that a ticket did not fit; a page of its own, so that the used ticket stays used."""
    raise SignInFailed


@blueprint.post("/auth/sign-out")
@signed_in(calls_out=True, even_closed=True)
def end() -> Response:
    """End the sign-in on all hosts, then at the identity provider."""
    token = security.session_token(request, settings())
    if token is None:
        raise NoSession
    with apart():
        hint = sessions.end(token, caller().host)
    try:
        there = _sign_out_address(hint) if hint else "/"
    except Away:
        there = LEFT
        with apart():
            ending.end_at_provider.later(session_of(hint or ""))
    response = redirect(there)
    security.set_cookie(response, settings(), security.SESSION_COOKIE, "", max_age=0)
    return response


@blueprint.get(LEFT)
@everyone(before_opening=True, even_closed=True)
def left() -> str:
    """Says that the sign-in has ended here, while the identity provider could not be told."""
    return render_template("sessions/left.html")


@blueprint.get(f"{LEFT}/there")
@everyone(before_opening=True, even_closed=True, calls_out=True)
def leave_there() -> Response:
    """Off to the identity provider to sign out there too; it asks, since it is shown no proof."""
    try:
        return redirect(_sign_out_address(""))
    except Away:
        return redirect(LEFT)


@blueprint.post(BACK_CHANNEL_PATH)
@everyone("portal", calls_out=True)
def end_elsewhere() -> tuple[dict[str, str], int]:
    """From the identity provider, which proves itself by its token: somebody has signed out there, or was signed out.

    Answers in the words of OpenID Connect Back-Channel Logout 1.0, 2.8.
    """
    try:
        told = _provider().verify_logout_token(request.form.get("logout_token", ""))
    except TokenRefused as refused:
        log.warning("logout token refused", reason=refused.reason, look_at=refused.look_at)
        return {"error": "invalid_request"}, 400
    with apart():
        ended = sessions.end_elsewhere(told)
    log.info("signed out at the provider", sessions=ended)
    return {}, 200


def _sign_out_address(hint: str) -> str:
    return _provider().logout_url(id_token_hint=hint, post_logout_redirect_uri=f"{settings().origin()}/")


def _away_at(host: str, back: str = "/") -> str:
    """Where a host says that nobody can sign in now."""
    return f"{_site(host)}{AWAY}?{urlencode({'next': back, languages.ARGUMENT: language()})}"


def _site(host: str) -> str:
    config = settings()
    return f"{config.scheme}://{host}{config.port_suffix}"


def _cookie(name: str) -> str:
    return request.cookies.get(security.cookie_name(settings(), name), "")


def _callback() -> str:
    return f"{settings().origin()}{CALLBACK_PATH}"


def _binding_digest(text: str) -> bytes:
    if not DIGEST.fullmatch(text):
        raise SignInFailed
    return bytes.fromhex(text)


def _known_host(host: str) -> tuple[str, str]:
    """A host of ours, for the ticket must never travel to a stranger, and the slug of its city; empty for the portal."""
    address = parse_host(host, settings().base_domain)
    city = find(address) if address and not address.portal else None
    if address is None or not (address.portal or city):
        raise NotFound(N_("이 주소의 누리집은 없습니다."))
    return address.host, city.slug if city else ""


def _loopback() -> bool:
    return settings().development and request.remote_addr in ("127.0.0.1", "::1")

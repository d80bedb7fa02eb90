"""How I sign in: what there is, more of it, less of it, and where I am signed in. On the portal, as the ID is the province's."""

from urllib.parse import urlencode

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.account import service as account
from auth.account.messages import WHAT
from auth.keycloak.own_account import Accounts, Stale
from auth.oidc import RECENT_SECONDS, Provider
from auth.people import service as people
from auth.sessions import acts
from auth.tokens import TokenRefused
from maru import security
from maru.access import signed_in
from maru.dispatch import apart_as_me, caller, me, settings
from maru.errors import N_, Remedy
from maru.web import languages, notices
from maru.web.mount import language

HERE = "/my/sign-in"
blueprint = Blueprint("account", __name__, template_folder="templates")


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """Where somebody is signed in is nobody else's business."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get(HERE)
@signed_in(calls_out=True, even_closed=True)
def mine() -> Response | str:
    """All ways in; before that, a recent sign-in. A city sends its people to the portal."""
    if not caller().portal:
        return redirect(languages.carried(f"{settings().origin()}{HERE}", language()))
    done, token = _kept()
    try:
        ways = _accounts().ways(token) if token else None
    except Stale:
        ways = None
    if ways is None:
        return render_template("account/confirm.html", confirm=_address("look"))
    if done in WHAT:
        notices.leave(_("로그인 방법이 바뀌었습니다."), _("바뀌었다고 글로도 보내 드립니다."))
    elif done == acts.FAILED:
        notices.leave(
            _("하시려던 일이 되지 않았습니다. 바뀐 것은 없습니다."),
            _("잠시 뒤에 다시 해 보시고, 계속 안 되면 창구로 전화해 주세요."),
        )
    response = make_response(render_template("account/mine.html", ways=ways, address=_address))
    if done:
        _keep(response, acts.keep(token, None, None))
    return response


@blueprint.post(f"{HERE}/unlink")
@signed_in("portal", calls_out=True)
def unlink() -> Response:
    """Another provider opens the account no longer."""
    token = _demand_token()
    account.unlink(_accounts(), token, request.form.get("alias", ""))
    notices.leave(_("연결을 끊었습니다."), _("그 계정에 남아 있는 것은 그대로입니다."))
    return redirect(HERE, 303)


@blueprint.post(f"{HERE}/remove")
@signed_in("portal", calls_out=True)
def remove() -> Response:
    """Off to Keycloak, which takes a passkey or an app away once it has asked."""
    credential = request.form.get("credential", "")
    account.demand_removable(_accounts().ways(_demand_token()), credential)
    return redirect(_address(f"remove.{credential}"), 303)


@blueprint.post(f"{HERE}/sign-out-everywhere")
@signed_in("portal", calls_out=True)
def sign_out_everywhere() -> Response:
    """End every sign-in at Keycloak, which tells Maru to end its own on all hosts."""
    _accounts().sign_out_everywhere(_demand_token())
    response = redirect("/", 303)
    _keep(response, "", max_age=0)
    security.set_cookie(response, settings(), security.SESSION_COOKIE, "", max_age=0)
    return response


def _address(act: str) -> str:
    """Where a sign-in for an act begins; it comes back here."""
    return f"/auth/sign-in?{urlencode({acts.ACT: act, 'next': HERE})}"


def _kept() -> tuple[str, str]:
    """What was done, and a token of the person who is signed in here; both empty where there is none."""
    done, token = acts.kept(request.cookies.get(security.cookie_name(settings(), acts.ACCOUNT_COOKIE), ""))
    try:
        subject = _provider().verify_access_token(token).subject if token else ""
    except TokenRefused:
        subject = ""
    with apart_as_me():
        own = bool(subject) and people.signs_in_as(me(), subject)
    return (done, token) if own else ("", "")


def _demand_token() -> str:
    token = _kept()[1]
    if not token:
        raise Stale(
            N_("확인하신 지 시간이 지났습니다. 한 번 더 확인해 주세요."),
            remedies=[Remedy(N_("확인하기"), _address("look"))],
        )
    return token


def _keep(response: Response, value: str, *, max_age: int = RECENT_SECONDS) -> None:
    security.set_cookie(response, settings(), acts.ACCOUNT_COOKIE, value, max_age=max_age)


def _accounts() -> Accounts:
    accounts: Accounts = current_app.extensions["maru-accounts"]
    return accounts


def _provider() -> Provider:
    provider: Provider = current_app.extensions["maru-identity"]
    return provider

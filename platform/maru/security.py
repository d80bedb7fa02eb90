"""Cookies, CSRF and the headers that every answer carries."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

from flask import Request, g
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from maru.config import Config
from maru.errors import N_, Forbidden

SESSION_COOKIE = "maru_session"
CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRF-Token"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SAFE_PATH = re.compile(r"/(?!/|auth/)[^\\\x00-\x1f]{0,499}")
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
HSTS = "max-age=63072000; includeSubDomains"


class CsrfFailed(Forbidden):
    slug = "csrf"
    title = N_("화면이 오래되었습니다")


def new_token() -> str:
    """32 random bytes as 43 letters."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("ascii", "replace")).digest()


def safe_path(path: str | None) -> str:
    """A path of this very host, or its front page: no other site, no scheme, no trick with slashes."""
    return path if path and SAFE_PATH.fullmatch(path) else "/"


def cookie_name(config: Config, name: str) -> str:
    """`__Host-` makes browsers refuse the cookie unless it is Secure, host-only and for the whole site."""
    return name if config.scheme == "http" else f"__Host-{name}"


def session_cookie_name(config: Config) -> str:
    """Under which name the session's token travels."""
    return cookie_name(config, SESSION_COOKIE)


def session_token(request: Request, config: Config) -> str | None:
    """The session token that a browser sent, if it looks like one."""
    token = request.cookies.get(session_cookie_name(config))
    return token if token and TOKEN.fullmatch(token) else None


def csrf_token(token: str, config: Config) -> str:
    """The proof that a form was made for this session; never shows the session's own token."""
    return hmac.new(config.secret_key.encode(), f"csrf:{token}".encode(), hashlib.sha256).hexdigest()


def check_csrf(request: Request, token: str, config: Config) -> None:
    """Refuse a write that does not carry the session's proof, in the header or in the form."""
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(sent.encode(), csrf_token(token, config).encode()):
        raise CsrfFailed(N_("오래 머무르셔서 이 화면의 열쇠가 바뀌었습니다. 앞 화면을 새로 열고 다시 눌러 주세요."))


def check_same_site(request: Request) -> None:
    """Refuse a form of somebody who is not signed in that another site had their browser send (Fetch Metadata)."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise CsrfFailed(N_("다른 누리집에서 보낸 양식은 받지 않습니다. 이 누리집에서 다시 적어 주세요."))


def refuse_nul(words: Iterable[str]) -> None:
    """Refuse the one letter that the database cannot keep and that nobody types."""
    if any("\0" in word for word in words):
        raise BadRequest


def words_of(values: MultiDict[str, str]) -> Iterator[str]:
    """All that a query or a form says, the names of its fields too."""
    return chain.from_iterable((name, *texts) for name, texts in values.lists())


def set_cookie(response: Response, config: Config, name: str, value: str, *, max_age: int | None = None) -> None:
    """A host-only cookie that no script reads and no other site sends along with a write; `max_age` 0 removes it."""
    secure = config.scheme == "https"
    response.set_cookie(cookie_name(config, name), value, max_age=max_age, secure=secure, httponly=True, samesite="Lax")


def allow_store(origin: str) -> None:
    """Let the page being answered upload to the object store and play from it: `Storage.origin`."""
    g.store_origin = origin


def allow_own_frames() -> None:
    """Let our own pages show the one being answered in a frame, and nobody else's."""
    g.own_frames = True


def harden(response: Response, config: Config, form_targets: str) -> Response:
    """Security headers; `form_targets` are the origins that a form of ours may end at after redirects."""
    stated = {name.lower() for name, _ in response.headers}
    headers = _hardening(form_targets, g.get("store_origin", ""), g.get("own_frames", False), config.development)
    response.headers.extend([(name, value) for name, value in headers if name.lower() not in stated])
    return response


@lru_cache
def _hardening(form_targets: str, store: str, own_frames: bool, development: bool) -> list[tuple[str, str]]:
    play = f" {store}; connect-src 'self' {store}; media-src 'self' blob: {store}" if store else ""
    framed_by = "'self'" if own_frames else "'none'"
    policy = (
        f"default-src 'self'; img-src 'self' data:{play}; object-src 'none'; base-uri 'none'; "
        f"frame-ancestors {framed_by}; form-action 'self' {form_targets}".rstrip()
    )
    headers = [
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "SAMEORIGIN" if own_frames else "DENY"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
    return headers if development else [*headers, ("Strict-Transport-Security", HSTS)]

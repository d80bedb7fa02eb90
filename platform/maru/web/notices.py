"""What is said once, on the page that follows a form: that it was done, or why nothing was."""

from typing import Literal

from flask import Flask, Request, flash, get_flashed_messages, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from maru import security
from maru.config import Config

COOKIE = "maru_notice"
Kind = Literal["ok", "soon"]


class Notices(SecureCookieSessionInterface):
    """Flask's signed cookie, without the work of reading one that is not there, as with nearly every request."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        sent = self.get_cookie_name(app) in request.cookies
        return super().open_session(app, request) if sent else self.session_class()


def mount(app: Flask, config: Config) -> None:
    """Carry notices in Flask's own signed cookie, which holds nothing else."""
    app.secret_key = config.secret_key
    app.session_interface = Notices()
    app.config.update(
        SESSION_COOKIE_NAME=security.cookie_name(config, COOKIE),
        SESSION_COOKIE_SECURE=config.scheme == "https",
        SESSION_COOKIE_SAMESITE="Lax",
    )


def leave(first: str, more: str = "", kind: Kind = "ok") -> None:
    """Say `first`, and what follows from it, at the top of the next page that this browser opens."""
    flash((first, more), kind)  # type: ignore[arg-type]  # anything that the cookie can hold


def taken() -> list[tuple[Kind, tuple[str, str]]]:
    """The notices that were left; they are gone after this page."""
    return get_flashed_messages(with_categories=True)  # type: ignore[return-value]  # as left above


def forget() -> None:
    """What was not committed is not said to be done."""
    session.pop("_flashes", None)

"""Making an account, and getting another password: on any host, for whoever is not signed in."""

from time import monotonic, sleep
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.joining import service as joining
from auth.joining.accounts import once
from auth.joining.service import Asked
from maru.access import everyone
from maru.dispatch import apart, caller, settings
from maru.errors import Invalid
from maru.limits import limit
from maru.security import check_same_site, digest
from maru.web.mount import language

PATIENCE = 3
"""Seconds that a page waits for the worker before it says that it takes longer."""
blueprint = Blueprint("joining", __name__, template_folder="templates")


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """Addresses here are keys: no cache keeps them, and no page that follows is told of them."""
    response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return response


@blueprint.get("/join")
@everyone(before_opening=True)
def join() -> str | Response:
    """Who somebody is and where a letter reaches them. Whoever is signed in has an account."""
    return redirect("/my") if caller().person_id else _join({})


@blueprint.post("/join")
@everyone(before_opening=True)
def ask_to_join() -> Response | tuple[str, int]:
    """A letter goes to the address; what it says depends on whether it has an account, what the page says does not."""
    check_same_site(request)
    said = request.form
    try:
        joining.ask_to_join(
            said.get("name", ""),
            said.get("email", ""),
            old_enough=bool(said.get("old_enough")),
            language=language(),
            address=_from_where(),
        )
    except Invalid as invalid:
        return _join(invalid.errors), 422
    return redirect("/join/sent", 303)


@blueprint.get("/forgotten")
@everyone(before_opening=True)
def forgotten() -> str:
    """For which address another password is wanted."""
    return _forgotten({})


@blueprint.post("/forgotten")
@everyone(before_opening=True)
def ask_for_password() -> Response | tuple[str, int]:
    """As with joining."""
    check_same_site(request)
    try:
        joining.ask_for_password(request.form.get("email", ""), language=language(), address=_from_where())
    except Invalid as invalid:
        return _forgotten(invalid.errors), 422
    return redirect("/forgotten/sent", 303)


@blueprint.get("/join/sent")
@everyone(before_opening=True)
def join_sent() -> str:
    return render_template("joining/sent.html", again="/join", hours=limit("account-link-hours"))


@blueprint.get("/forgotten/sent")
@everyone(before_opening=True)
def forgotten_sent() -> str:
    return render_template("joining/sent.html", again="/forgotten", hours=limit("account-link-hours"))


@blueprint.get("/accounts/<token>")
@everyone(before_opening=True, calls_out=True)
def one(token: str) -> str:
    """What the link of a letter does, and the password for once when it is done."""
    asked = _after_the_worker(token)
    password = once(settings(), digest(token)) if asked.standing == "done" else ""
    return render_template("joining/one.html", asked=asked, password=password, minutes=_minutes())


@blueprint.post("/accounts/<token>")
@everyone(before_opening=True)
def use(token: str) -> Response:
    """A link alone changes nothing: programs that look at mail open it too."""
    check_same_site(request)
    joining.use(token)
    return redirect(f"/accounts/{token}", 303)


def _after_the_worker(token: str) -> Asked:
    """The request behind a link; one that is worked on is waited for a little."""
    until = monotonic() + PATIENCE
    while (asked := _asked(token)).standing == "opened" and monotonic() < until:
        sleep(0.3)
    return asked


def _asked(token: str) -> Asked:
    with apart(caller().tenant_id):
        return joining.get(token)


def _minutes() -> int:
    with apart():
        return limit("first-password-minutes")


def _join(errors: dict[str, str]) -> str:
    return render_template("joining/join.html", errors=_said(errors), given=request.form, longest=joining.LONGEST_NAME)


def _forgotten(errors: dict[str, str]) -> str:
    return render_template("joining/forgotten.html", errors=_said(errors), given=request.form)


def _said(errors: dict[str, Any]) -> dict[str, str]:
    return {field: _(words) for field, words in errors.items()}


def _from_where() -> str | None:
    return None if settings().development and request.remote_addr in ("127.0.0.1", "::1") else request.remote_addr

"""The province's notices in its console: what was told, telling something, taking it down."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from auth.roles.permissions import permits
from maru import tenancy
from maru.access import everyone, province
from maru.dispatch import caller, here, me
from maru.errors import Invalid
from maru.web import notices
from tenants.announcements import service as announcements

blueprint = Blueprint("announcements", __name__, template_folder="templates")
CONSOLE, TO_ALL, TO_SOME = "/province/notices", "all", "some"


@blueprint.get("/notices/province/<uuid:province_notice_id>")
@everyone("city")
def notice(province_notice_id: UUID) -> str:
    """What residents of a city read."""
    return render_template("announcements/notice.html", notice=announcements.one_shown_in(here(), province_notice_id))


@blueprint.get(CONSOLE)
@province("province:enter")
def told() -> str:
    """What residents of the cities were told by the province."""
    names = {city.id: city for city in tenancy.every()}
    may = permits(caller().province_roles, "notices:announce")
    return render_template("announcements/told.html", told=announcements.every(), names=names, may_announce=may)


@blueprint.get(f"{CONSOLE}/new")
@province("notices:announce")
def new() -> str:
    return _form({}, [], {})


@blueprint.post(f"{CONSOLE}/new")
@province("notices:announce")
def announce() -> Response | tuple[str, int]:
    """Tell it, at once."""
    given = {name: request.form.get(name, "").strip() for name in ("title", "body", "to")}
    slugs = request.form.getlist("cities")
    if doubt := _doubt(given["to"], slugs):
        return _form(given, slugs, doubt), 422
    try:
        announcements.announce(given["title"], given["body"], slugs, me())
    except Invalid as invalid:
        return _form(given, slugs, {field: _(words) for field, words in invalid.errors.items()}), 422
    where = (
        ngettext("시군 %(num)s곳의 누리집에", "시군 %(num)s곳의 누리집에", len(slugs))
        if slugs
        else _("모든 시군의 누리집에")
    )
    notices.leave(_("알렸습니다."), _("%(where)s 바로 보입니다.", where=where))
    return redirect(CONSOLE, 303)


@blueprint.get(f"{CONSOLE}/<uuid:province_notice_id>/withdraw")
@province("notices:announce")
def ask_withdraw(province_notice_id: UUID) -> str:
    return render_template("announcements/withdraw.html", notice=announcements.get(province_notice_id))


@blueprint.post(f"{CONSOLE}/<uuid:province_notice_id>/withdraw")
@province("notices:announce")
def withdraw(province_notice_id: UUID) -> Response:
    """Take it down in every city."""
    announcements.withdraw(province_notice_id)
    notices.leave(_("모든 누리집에서 내렸습니다."))
    return redirect(CONSOLE, 303)


def _doubt(to: str, slugs: list[str]) -> dict[str, str]:
    """What speaks against telling it: it would be read by other cities than those that were meant."""
    if to == TO_ALL and slugs:
        return {
            "to": _(
                "모든 시군에 알리시려면 고르신 시군을 빼 주세요. 고르신 곳에만 알리시려면 ‘아래에서 고른 시군만’을 골라 주세요."
            )
        }
    if to == TO_SOME and not slugs:
        return {"cities": _("알릴 시군을 하나 이상 골라 주세요.")}
    return {} if to in (TO_ALL, TO_SOME) else {"to": _("어디에 알릴지 골라 주세요.")}


def _form(values: dict[str, str], chosen: list[str], errors: dict[str, str]) -> str:
    return render_template(
        "announcements/form.html", values=values, chosen=chosen, errors=errors, every=tenancy.every()
    )

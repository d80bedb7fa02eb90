"""The privacy officer's files of breaches; and what everybody may read of one (PIPA §34)."""

import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from auth.access_log.reading import Narrowing
from auth.breaches import service as breaches
from auth.breaches.models import Breach
from auth.breaches.service import FLAGS, Conditions
from auth.breaches.words import PARTS, STEPS
from maru import forms, seen, spreadsheets, tenancy
from maru.access import everyone, province
from maru.dispatch import me
from maru.errors import N_, Invalid, NotFound
from maru.limits import limit
from maru.problems import say
from maru.web import notices
from maru.web.mount import language

blueprint = Blueprint("breaches", __name__, template_folder="templates")
OFFICE = "/province/breaches"
COLUMNS = (*PARTS, *FLAGS)


@blueprint.get("/breaches")
@everyone()
def public() -> str:
    """Breaches that people who could not be written to must be able to learn of."""
    return render_template("breaches/public.html", posted=breaches.public(), parts=PARTS)


@blueprint.get(OFFICE)
@province("breaches:handle")
def every() -> str:
    return _list_page({}, {})


@blueprint.post(OFFICE)
@province("breaches:handle")
def open_file() -> Redirect | tuple[str, int]:
    """Open a file: what, and when it was noticed."""
    given = request.form
    try:
        made = breaches.open_file(given.get("title", ""), forms.moment(given.get("noticed_at", "")), me())
    except Invalid as invalid:
        return _list_page(given, _said(invalid)), 422
    return redirect(f"{OFFICE}/{made.id}", 303)


@blueprint.get(f"{OFFICE}/<uuid:breach_id>")
@province("breaches:handle")
def one(breach_id: UUID) -> str:
    """The file, its clock, its people; the log narrowed by what the address says."""
    return _page(breaches.get(breach_id), {}, {})


@blueprint.post(f"{OFFICE}/<uuid:breach_id>")
@province("breaches:handle")
def write(breach_id: UUID) -> Redirect | tuple[str, int]:
    """Keep the facts."""
    given, found = request.form, breaches.get(breach_id)
    if seen.outdated(found, COLUMNS, given.get("seen", "")):
        saved = [(_(label), getattr(found, part)) for part, label in PARTS.items()]
        return _page(found, given, {}, saved), 409
    try:
        breaches.write(
            breach_id, {part: given.get(part, "") for part in PARTS}, {flag: flag in given for flag in FLAGS}, me()
        )
    except Invalid as invalid:
        return _page(found, given, _said(invalid)), 422
    notices.leave(_("저장했습니다."))
    return redirect(f"{OFFICE}/{breach_id}", 303)


@blueprint.post(f"{OFFICE}/<uuid:breach_id>/people")
@province("breaches:handle")
def take(breach_id: UUID) -> Redirect | tuple[str, int]:
    """Take the people whom the log has under these conditions into the file."""
    try:
        count = breaches.take(breach_id, _conditions(request.form), me())
    except Invalid as invalid:
        return _page(breaches.get(breach_id), {}, _said(invalid)), 422
    notices.leave(_("%(count)s명을 새로 넣었습니다.", count=f"{count:,}"))
    return redirect(f"{OFFICE}/{breach_id}", 303)


@blueprint.post(f"{OFFICE}/<uuid:breach_id>/<act>")
@province("breaches:handle")
def do(breach_id: UUID, act: str) -> Redirect:
    """Tell the people, tell them more, say it on the website, or note that the authority was told."""
    match act:
        case "tell":
            notices.leave(_("%(count)s명께 안내를 보냅니다.", count=f"{breaches.tell(breach_id, me()):,}"))
        case "more":
            notices.leave(_("%(count)s명께 안내를 보냅니다.", count=f"{breaches.tell_more(breach_id, me()):,}"))
        case "web":
            breaches.post(breach_id, me())
            notices.leave(_("누리집에 올렸습니다."), _("주소는 /breaches입니다."))
        case "authority":
            breaches.report(breach_id, me())
            notices.leave(_("신고한 것으로 적었습니다."))
        case _:
            raise NotFound(N_("찾으시는 쪽이 없습니다."))
    return redirect(f"{OFFICE}/{breach_id}", 303)


@blueprint.post(f"{OFFICE}/<uuid:breach_id>/export")
@province("breaches:handle")
def export(breach_id: UUID) -> Response:
    """What the authority asks for, as a sheet; no names of people."""
    found, duties, steps = breaches.exported(breach_id, me())
    rows: list[tuple[str, Any]] = [
        (_("무슨 일"), found.title),
        (_("알게 된 때"), found.noticed_at),
        (_("신고 기한"), duties.due),
        (_("영향받은 분"), duties.people),
        (_("연락처를 모르는 분"), duties.unreachable),
        (_("신고해야 하는 까닭"), _(duties.authority) if duties.authority else "-"),
        *((_(label), getattr(found, part) or "-") for part, label in PARTS.items()),
        (_("본인에게 알린 때"), found.people_told_at or "-"),
        *((_(STEPS[step.kind]), step.at) for step in steps),
    ]
    sheet = spreadsheets.write(_("유출 신고"), [_("항목"), _("내용")], rows)
    headers = {"Content-Disposition": 'attachment; filename="breach.xlsx"'}
    return Response(sheet, mimetype=spreadsheets.MEDIA_TYPE, headers=headers)


def _list_page(entered: Mapping[str, str], errors: dict[str, str]) -> str:
    files = [(one, breaches.duties(one)) for one in breaches.every()]
    return render_template(
        "breaches/files.html", files=files, entered=entered, errors=errors, office=OFFICE, now=datetime.now(UTC),
        hours=limit("breach-hours"),
    )  # fmt: skip


def _page(
    found: Breach, entered: Mapping[str, str], errors: dict[str, str], saved: list[tuple[str, str]] | None = None
) -> str:
    conditions = _conditions(request.args)
    return render_template(
        "breaches/file.html", one=found, duties=breaches.duties(found), steps=breaches.steps(found.id), parts=PARTS,
        step_words=STEPS, posted=breaches.posted(found.id), entered=entered, errors=errors, saved=saved or [], office=OFFICE,
        conditions=conditions, found=breaches.affected(conditions) if conditions.given else None, flags=FLAGS,
        whose=[("", _("모두")), ("province", _("경기도")),
               *((city.slug, city.name_en if language() == "en" else city.name_ko) for city in tenancy.every())],
        seen=seen.mark_of(found, COLUMNS), now=datetime.now(UTC),
    )  # fmt: skip


def _conditions(given: Mapping[str, str]) -> Conditions:
    """What is no address of the internet is left out."""
    try:
        address = str(ipaddress.ip_address(given.get("address", "").strip()))
    except ValueError:
        address = ""
    return Conditions(Narrowing.read(given), address)


def _said(invalid: Invalid) -> dict[str, str]:
    return {name: say(words, invalid.values) for name, words in invalid.errors.items()}

"""Venues and institutions in the console: a list of each, one to rename, merge or delete."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from maru import seen
from maru.access import staff
from maru.dispatch import here
from maru.errors import N_, Invalid, NotFound
from maru.web import notices
from tenants.courses.models import Institution, Venue
from tenants.venues import service as venues

blueprint = Blueprint("venues", __name__, template_folder="templates", url_prefix="/console")
LONGEST = 200
MOST_PEOPLE = 100_000
KINDS: Mapping[str, type[Any]] = {"venues": Venue, "institutions": Institution}
FIELDS: Mapping[str, tuple[str, ...]] = {
    "venues": ("name", "address", "access_note", "capacity"),
    "institutions": ("name", "phone"),
}
"""What a form of each changes."""
Saved = Sequence[tuple[str, str]]
NO_FIGURE = N_("1 이상의 숫자로 적거나 비워 주세요.")


@blueprint.get("/venues")
@staff("courses:read")
def all_venues() -> str:
    """Every place where classes meet."""
    return _list("venues", {})


@blueprint.get("/institutions")
@staff("courses:read")
def all_institutions() -> str:
    """Everybody who runs classes."""
    return _list("institutions", {})


@blueprint.post("/venues")
@staff("courses:write")
def add_venue() -> Response | tuple[str, int]:
    return _add("venues")


@blueprint.post("/institutions")
@staff("courses:write")
def add_institution() -> Response | tuple[str, int]:
    return _add("institutions")


@blueprint.get("/venues/<uuid:venue_id>")
@staff("courses:write")
def venue(venue_id: UUID) -> str:
    return _one("venues", venues.get(venue_id), {})


@blueprint.get("/institutions/<uuid:institution_id>")
@staff("courses:write")
def institution(institution_id: UUID) -> str:
    return _one("institutions", venues.get_institution(institution_id), {})


@blueprint.post("/venues/<uuid:venue_id>")
@staff("courses:write")
def change_venue(venue_id: UUID) -> Response | tuple[str, int]:
    return _change("venues", venues.get(venue_id))


@blueprint.post("/institutions/<uuid:institution_id>")
@staff("courses:write")
def change_institution(institution_id: UUID) -> Response | tuple[str, int]:
    return _change("institutions", venues.get_institution(institution_id))


def _every(kind: str) -> Any:
    return venues.all_venues(here()) if kind == "venues" else venues.all_institutions(here())


def _list(kind: str, errors: Mapping[str, str]) -> str:
    rows = _every(kind)
    alike = Counter(_bare(row.name) for row in rows)
    return render_template(
        "venues/places.html",
        kind=kind,
        rows=rows,
        alike={row.id for row in rows if alike[_bare(row.name)] > 1},
        used=venues.used(KINDS[kind], here()),
        rooms=venues.rooms(here()) if kind == "venues" else {},
        errors=errors,
        typed=request.form,
    )


def _add(kind: str) -> Response | tuple[str, int]:
    name, beside = _text("name"), _text(venues.BESIDE[KINDS[kind]])
    try:
        if kind == "venues":
            venues.venue(here(), name, beside)
        else:
            venues.institution(here(), name, beside)
    except Invalid as invalid:
        return _list(kind, _said(invalid)), 422
    notices.leave(_("더했습니다."))
    return redirect(f"/console/{kind}", 303)


def _one(kind: str, row: Any, errors: Mapping[str, str], saved: Saved = ()) -> str:
    return render_template(
        "venues/place.html",
        kind=kind,
        row=row,
        saved=saved,
        seen=seen.mark_of(row, FIELDS[kind]),
        others=[one for one in _every(kind) if one.id != row.id],
        used=venues.used(KINDS[kind], here()).get(row.id, 0),
        errors=errors,
        typed=request.form,
    )


def _change(kind: str, row: Any) -> Response | tuple[str, int]:
    act = request.form.get("act")
    if act == "merge":
        return _merge(kind, row)
    if act == "remove":
        venues.remove(row)
        notices.leave(_("지웠습니다."))
        return redirect(f"/console/{kind}", 303)
    if seen.outdated(row, FIELDS[kind], request.form.get("seen", "")):
        return _one(kind, row, {}, _saved(kind, row)), 409
    values: dict[str, Any] = {"name": _text("name"), venues.BESIDE[KINDS[kind]]: _text(venues.BESIDE[KINDS[kind]])}
    try:
        if kind == "venues":
            values |= {"access_note": _text("access_note"), "capacity": _capacity()}
        venues.change(row, values)
    except Invalid as invalid:
        return _one(kind, row, _said(invalid)), 422
    notices.leave(_("저장했습니다."))
    return redirect(f"/console/{kind}", 303)


def _saved(kind: str, row: Any) -> Saved:
    """What a colleague has saved, for who was about to overwrite it."""
    words = {
        "name": _("이름"),
        "address": _("도로명주소"),
        "access_note": _("오시는 길과 편의 시설"),
        "phone": _("전화번호"),
    }
    return [(words[name], getattr(row, name)) for name in FIELDS[kind] if name in words]


def _merge(kind: str, row: Any) -> Response:
    try:
        into = UUID(request.form.get("into", ""))
    except ValueError as error:
        raise NotFound(N_("합칠 곳을 목록에서 골라 주세요.")) from error
    target = venues.get(into) if kind == "venues" else venues.get_institution(into)
    moved = venues.merge(row, target)
    more = ngettext("강좌 %(num)s개를 옮겼습니다.", "강좌 %(num)s개를 옮겼습니다.", moved)
    notices.leave(_("합쳤습니다."), more)
    return redirect(f"/console/{kind}", 303)


def _capacity() -> int | None:
    written = request.form.get("capacity", "").replace(",", "").strip()
    if not written:
        return None
    if not re.fullmatch("[0-9]{1,6}", written) or not 0 < int(written) <= MOST_PEOPLE:
        raise Invalid(NO_FIGURE, {"capacity": NO_FIGURE})
    return int(written)


def _text(name: str) -> str:
    return " ".join(request.form.get(name, "").split())[:LONGEST]


def _said(invalid: Invalid) -> dict[str, str]:
    return {name: _(words) for name, words in invalid.errors.items()}


def _bare(name: str) -> str:
    """The letters of a name alone: names that differ in blanks and signs are likely the same place."""
    return re.sub(r"[\W_]+", "", name).lower()

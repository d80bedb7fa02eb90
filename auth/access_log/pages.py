"""Who looked at whom: the province's privacy officer and auditor read all of it, a city's administrator the city's."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from auth.access_log import reading
from auth.access_log import service as access_log
from auth.access_log.reading import Narrowing
from maru import masking, tenancy
from maru.access import province, staff
from maru.dispatch import here, me
from maru.errors import N_
from maru.tables.formulas import guarded
from maru.web import dates
from maru.web.mount import language

blueprint = Blueprint("access_log", __name__, template_folder="templates")
Answer = Response | tuple[str, int]
LONGEST_PURPOSE = 500
TAKEN = N_("열람 기록 내려받기")
FIELDS = [N_("담당자 이름"), N_("이름 일부"), N_("까닭"), N_("접속한 곳")]


@blueprint.get("/province/looks")
@province("province-looks:read")
def of_the_province() -> str:
    """All looks, of provincial staff and of the cities'."""
    cities = [(city.slug, city.name_en if language() == "en" else city.name_ko) for city in tenancy.every()]
    return _page("/province/looks", None, cities)


@blueprint.get("/province/looks/export")
@province("province-looks:export")
def ask_of_the_province() -> str:
    return _question("/province/looks")


@blueprint.post("/province/looks/export")
@province("province-looks:export")
def take_from_the_province() -> Answer:
    """The looks as they are narrowed, as a file."""
    return _taken("/province/looks", None)


@blueprint.get("/console/looks")
@staff("looks:read")
def of_the_city() -> str:
    """Looks of the city's staff, and of the province's at people who learn here."""
    return _page("/console/looks", here(), [])


@blueprint.get("/console/looks/export")
@staff("looks:read")
def ask_of_the_city() -> str:
    return _question("/console/looks")


@blueprint.post("/console/looks/export")
@staff("looks:read")
def take_from_the_city() -> Answer:
    """The city's looks as they are narrowed, as a file."""
    return _taken("/console/looks", here())


def _page(url: str, tenant: UUID | None, cities: Sequence[tuple[str, str]]) -> str:
    narrowing = Narrowing.read(request.args)
    looks, following = reading.page(narrowing, request.args.get("after"), tenant=tenant)
    return render_template(
        "access_log/looks.html",
        url=url,
        lines=[_line(one) for one in looks],
        next=following,
        narrowing=narrowing,
        asked=narrowing.asked,
        whose=[("", _("모두")), ("province", _("경기도")), *cities],
    )


def _question(url: str, **errors: str) -> str:
    """What for, before anything leaves the house."""
    asked = Narrowing.read(request.args).asked
    return render_template("access_log/export.html", url=url, asked=asked, errors=errors, most=reading.MOST_EXPORTED)


def _taken(url: str, tenant: UUID | None) -> Answer:
    """The file, and a line about it in the log itself: people in it are named in part, so it is about who takes it."""
    purpose = " ".join(request.form.get("purpose", "").split())[:LONGEST_PURPOSE]
    if not purpose:
        return _question(url, purpose=_("무엇에 쓰시는지 적어 주세요. 열람 기록에 남습니다.")), 422
    looks = reading.exported(Narrowing.read(request.args), tenant=tenant)
    access_log.look(
        me(),
        [me()],
        tenant=tenant,
        task=TAKEN,
        purpose=purpose,
        fields=FIELDS,
        address=request.remote_addr,
        request_id=g.request_id,
    )
    return _file(looks)


def _line(look: Any) -> dict[str, Any]:
    """One look in words; a name that the reader may not see is the office's."""
    city = (look.city_en if language() == "en" else look.city_ko) or _("경기도")
    return {
        "at": look.at,
        "place": city,
        "actor": look.actor or _("%(place)s 담당자", place=city),
        "person": masking.name(look.person) if look.person else "-",
        "task": _(look.task),
        "purpose": look.purpose,
        "fields": ", ".join(_(name) for name in look.fields) or _("보여 드리지 않음"),
        "address": str(look.address or "-"),
    }


def _file(looks: Iterable[Any]) -> Response:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(
        [_("언제"), _("어디"), _("누가"), _("누구를"), _("무슨 일로"), _("까닭"), _("무엇을"), _("접속한 곳")]
    )
    for look in looks:
        line = _line(look)
        words = (line[name] for name in ("place", "actor", "person", "task", "purpose", "fields", "address"))
        cells = (guarded(word) if word != "-" else word for word in words)
        writer.writerow([dates.in_seoul(look.at).isoformat(timespec="seconds"), *cells])
    headers = {"Content-Disposition": 'attachment; filename="looks.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)

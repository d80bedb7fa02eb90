"""Who looked at whom: the province's privacy officer and auditor read all of it, a city's administrator the city's."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from auth.access_log import reading, unusual
from auth.access_log import service as access_log
from auth.access_log.reading import Narrowing
from auth.visits.service import ENTERED
from maru import forms, masking, spreadsheets, tenancy
from maru.access import province, staff
from maru.dispatch import here, me
from maru.errors import N_, Invalid
from maru.limits import limit
from maru.web import dates
from maru.web.mount import language

blueprint = Blueprint("access_log", __name__, template_folder="templates")
Answer = Response | tuple[str, int]
LONGEST_PURPOSE = 500
NO_PURPOSE = N_("무엇에 쓰시는지 적어 주세요. 열람 기록에 남습니다.")
TAKEN = N_("열람 기록 내려받기")
ABOUT_NOBODY = (TAKEN, ENTERED)
"""Lines of these name their actor as the person, who is not looked at."""
KINDS: Mapping[str, tuple[str, str]] = {
    "many": (
        N_("한 시간에 많은 분을 보았습니다"),
        N_("한 시간 동안 서로 다른 분을 %(most)s명 넘게 보았습니다. 명단을 내려받았을 때도 나옵니다."),
    ),
    "oneself": (N_("자기 기록을 보았습니다"), N_("담당자가 업무 화면에서 자기 이름을 열었습니다.")),
    "colleague": (N_("동료를 보았습니다"), N_("보인 분이 같은 시군이나 도의 담당자입니다.")),
    "family": (
        N_("성과 사는 구가 같은 분을 찾아보았습니다"),
        N_("가족이나 친척일 수 있습니다. 구가 없는 시군은 시군으로 견줍니다. 긴 명단에서 함께 보인 것은 빼고 셉니다."),
    ),
    "neighbour": (
        N_("같은 구에 사는 분을 찾아보았습니다"),
        N_("이웃일 수 있습니다. 긴 명단에서 함께 보인 것은 빼고 셉니다."),
    ),
    "again": (
        N_("한 분을 여러 날 보았습니다"),
        N_("한 분을 %(often)s일 넘게 찾아보았습니다. 긴 명단에서 함께 보인 것은 빼고 셉니다."),
    ),
    "night": (N_("밤에 보았습니다"), N_("밤 10시부터 아침 6시 사이에 보았습니다.")),
}
"""What is unusual, and what that means."""
MOST_TOLD = 20
"""Lines of one kind."""
WORDS = ("place", "actor", "person", "task", "purpose", "fields", "address")
"""Of a look in a file, after when it was."""
FIELDS = [N_("담당자 이름"), N_("이름 일부"), N_("까닭"), N_("접속한 곳")]


@blueprint.get("/province/looks")
@province("province-looks:read")
def of_the_province() -> str:
    """All looks, of provincial staff and of the cities'."""
    cities = [(city.slug, city.name_en if language() == "en" else city.name_ko) for city in tenancy.every()]
    return _page("/province/looks", None, cities)


@blueprint.get("/province/looks/unusual")
@province("province-looks:read")
def of_unusual() -> str:
    """What is unusual in the last days, by kind."""
    found = unusual.findings(ABOUT_NOBODY)
    return render_template(
        "access_log/unusual.html",
        url="/province/looks",
        ways=_ways("/province/looks/unusual"),
        days=unusual.DAYS,
        groups=[_group(kind, rows) for kind, rows in found.items() if rows],
        quiet=[_(KINDS[kind][0]) for kind, rows in found.items() if not rows],
    )


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
        ways=[] if tenant else _ways(url),
        lines=[_line(one) for one in looks],
        next=following,
        narrowing=narrowing,
        asked=narrowing.asked,
        whose=[("", _("모두")), ("province", _("경기도")), *cities],
    )


def _ways(here: str) -> list[dict[str, Any]]:
    """The pages of the province's log."""
    pages = [("/province/looks", _("모든 기록")), ("/province/looks/unusual", _("살펴볼 열람"))]
    return [{"url": url, "label": label, "current": url == here} for url, label in pages]


def _group(kind: str, rows: Sequence[Any]) -> dict[str, Any]:
    title, why = KINDS[kind]
    most, often = limit("unusual-people-per-hour"), limit("unusual-days-one-person")
    return {
        "kind": kind,
        "title": _(title),
        "why": _(why, most=f"{most:,}", often=often),
        "count": len(rows),
        "lines": [_finding(row) for row in rows[:MOST_TOLD]],
        "left": max(len(rows) - MOST_TOLD, 0),
    }


def _finding(row: Any) -> dict[str, Any]:
    """One finding in words, and the addresses of its looks; only whoever is alone in it is named, in part."""
    place = (row.city_en if language() == "en" else row.city_ko) or _("경기도")
    days = [dates.in_seoul(at).date() for at in (row.first_at, row.last_at)]
    shown = dict.fromkeys(name for fields in row.shown for name in fields.split("\n") if name)
    return {
        "when": _when(row.first_at, row.last_at),
        "place": place,
        "actor": row.actor or _("%(place)s 담당자", place=place),
        "whom": _whom(row),
        "tasks": ", ".join(_(task) for task in row.tasks),
        "fields": ", ".join(_(name) for name in shown) or _("보여 드리지 않음"),
        "narrowed": Narrowing(days[0], days[1], actor=row.actor_id, person=row.person_id).asked,
    }


def _whom(row: Any) -> str:
    if row.person_id == row.actor_id and set(row.tasks) <= set(ABOUT_NOBODY):
        return "-"
    return masking.name(row.person) if row.person else _("%(people)s명", people=f"{row.people:,}")


def _when(first: datetime, last: datetime) -> str:
    """A span, or one moment where all was seen within a minute."""
    begins, ends = (dates.staff_moment(at, language()) for at in (first, last))
    return begins if begins == ends else str(dates.staff_span(first, last, language()))


def _question(url: str, **errors: str) -> str:
    """What for, before anything leaves the house."""
    asked = Narrowing.read(request.args).asked
    return render_template("access_log/export.html", url=url, asked=asked, errors=errors, most=reading.MOST_EXPORTED)


def _taken(url: str, tenant: UUID | None) -> Answer:
    """The file, and a line about it in the log itself: people in it are named in part, so it is about who takes it."""
    try:
        purpose = forms.purpose("purpose", request.form.get("purpose", ""), LONGEST_PURPOSE, NO_PURPOSE)
    except Invalid as invalid:
        return _question(url, **{field: _(words) for field, words in invalid.errors.items()}), 422
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
        "person": masking.name(look.person) if look.person and look.task not in ABOUT_NOBODY else "-",
        "task": _(look.task),
        "purpose": look.purpose,
        "fields": ", ".join(_(name) for name in look.fields) or _("보여 드리지 않음"),
        "address": str(look.address or "-"),
    }


def _file(looks: Iterable[Any]) -> Response:
    """A row for each look; when it was stands there to the second, as text that every program shows alike."""
    headings = [_("언제"), _("어디"), _("누가"), _("누구를"), _("무슨 일로"), _("까닭"), _("무엇을"), _("접속한 곳")]
    rows = (
        [dates.in_seoul(look.at).strftime("%Y-%m-%d %H:%M:%S"), *(line[name] for name in WORDS)]
        for look, line in ((look, _line(look)) for look in looks)
    )
    data = spreadsheets.write(_("열람 기록"), headings, rows)
    file = f"looks-{dates.today():%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
    return Response(data, mimetype=spreadsheets.MEDIA_TYPE, headers=headers)

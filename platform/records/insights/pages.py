"""Figures in the consoles: the province reads all cities, a city its own."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from maru import tenancy
from maru.access import province, staff
from maru.dispatch import caller, here
from maru.errors import N_, NotFound
from maru.web.mount import language
from records.insights import charts, words, workbook
from records.insights import service as insights
from records.insights.measures import DIMENSIONS, MEASURES, keys
from records.insights.service import Report
from records.insights.workbook import Place

blueprint = Blueprint("insights", __name__, template_folder="templates")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/province/figures")
@province("province-figures:read")
def of_the_province() -> str:
    """All cities together, and side by side."""
    report = insights.latest()
    return _page(report, _all_places(report), "/province/figures")


@blueprint.get("/province/figures.xlsx")
@province("province-figures:read")
def province_file() -> Response:
    report = insights.latest()
    return _file(report, _all_places(report), "gyeonggi")


@blueprint.get("/console/figures")
@staff("figures:read")
def of_the_city() -> str:
    """A city's own figures, with the same of them hidden as in the province's."""
    return _page(insights.latest(here()), _own_place(), "/console/figures")


@blueprint.get("/console/figures.xlsx")
@staff("figures:read")
def city_file() -> Response:
    return _file(insights.latest(here()), _own_place(), caller().slug or "")


def _all_places(report: Report | None) -> list[Place]:
    """The province, and the cities that there were when it was counted."""
    cities = [(city.id, _name(city)) for city in tenancy.every() if report and report.counted(city.id)]
    return [(None, _("경기도")), *cities]


def _own_place() -> list[Place]:
    return [(here(), _name(tenancy.get(here())))]


def _name(city: tenancy.Tenant) -> str:
    return city.name_en if language() == "en" else city.name_ko


def _page(report: Report | None, places: Sequence[Place], url: str) -> str:
    measure = request.args.get("measure", "")
    measure = measure if measure in MEASURES else "applications"
    by = request.args.get("by", "")
    dimensions = MEASURES[measure].dimensions
    by = by if by in dimensions else dimensions[0]
    return render_template(
        "insights/figures.html",
        report=report,
        url=url,
        measure=measure,
        by=by,
        measures={name: {"title": words.title(name), "unit": _(one.unit)} for name, one in MEASURES.items()},
        about=MEASURES[measure],
        dimensions=[(one, _(DIMENSIONS[one])) for one in dimensions],
        tables=[_chart(report, places[0], measure, one) for one in dimensions] if report else [],
        cities=_side_by_side(report, places[1:], measure, by) if report and places[1:] else None,
        place=places[0],
        figure=words.figure,
    )


def _chart(report: Report, place: Place, measure: str, dimension: str) -> dict[str, Any]:
    columns = keys(dimension, report.period)
    values = [report.value(place[0], measure, dimension, one) for one in columns]
    names = [words.key(dimension, one) for one in columns]
    shown = [words.figure(measure, value) for value in values]
    return {"title": _(DIMENSIONS[dimension]), "lines": list(zip(names, shown, charts.bars(values), strict=True))}


def _side_by_side(report: Report, places: Sequence[Place], measure: str, by: str) -> dict[str, Any]:
    columns = keys(by, report.period)
    rows = []
    for city, name in places:
        if report.value(city, measure) == 0:
            continue
        values = [report.value(city, measure, by, one) for one in columns]
        line = charts.line(values) if by == "month" else ""
        whole = words.figure(measure, report.value(city, measure))
        rows.append((name, whole, line, [words.figure(measure, value) for value in values]))
    return {"columns": [words.key(by, one) for one in columns], "rows": rows}


def _file(report: Report | None, places: Sequence[Place], name: str) -> Response:
    if report is None:
        raise NotFound(N_("아직 센 것이 없습니다. 달이 바뀌면 지난 열두 달을 셉니다."))
    headers = {"Content-Disposition": f'attachment; filename="{name}-figures-{report.period.until}.xlsx"'}
    return Response(workbook.write(report, places), mimetype=WORKBOOK, headers=headers)

"""The figures as a workbook: what each means on the first sheet, then a sheet for each measure and dimension."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from maru.web import dates
from maru.web.mount import language
from records.insights import words
from records.insights.measures import DIMENSIONS, MEASURES, keys
from records.insights.service import Report

Place = tuple[UUID | None, str]
"""A city, or the province as None, and its name."""


def write(report: Report, places: Sequence[Place]) -> bytes:
    """Everything that the pages of `places` show."""
    workbook = Workbook(write_only=True)
    _write_definitions(workbook.create_sheet(_("읽는 법")), report)
    for measure, about in MEASURES.items():
        for dimension in about.dimensions:
            sheet = workbook.create_sheet(f"{words.title(measure)} - {_(DIMENSIONS[dimension])}")
            _write_table(sheet, report, places, measure, dimension)
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def _write_definitions(sheet: WriteOnlyWorksheet, report: Report) -> None:
    sheet.append([_("센 기간"), f"{_day(report.period.since)} ~ {_day(report.period.until)}"])
    sheet.append([_("센 날"), _day(dates.in_seoul(report.counted_at).date())])
    sheet.append(
        [
            _("가린 칸"),
            _("%(smallest)s보다 작은 칸과, 그 칸을 셈으로 알아낼 수 있는 칸입니다.", smallest=report.smallest),
        ]
    )
    for measure, about in MEASURES.items():
        sheet.append([f"{words.title(measure)} ({_(about.unit)})", _(about.definition)])


def _write_table(
    sheet: WriteOnlyWorksheet, report: Report, places: Sequence[Place], measure: str, dimension: str
) -> None:
    sheet.freeze_panes = "C2"
    columns = keys(dimension, report.period)
    sheet.append(_bold(sheet, [_("시군"), _("모두"), *(words.key(dimension, one) for one in columns)]))
    for city, name in places:
        values = [report.value(city, measure), *(report.value(city, measure, dimension, one) for one in columns)]
        sheet.append([name, *(words.plain(measure, value) for value in values)])


def _bold(sheet: WriteOnlyWorksheet, headings: Sequence[str]) -> list[Any]:
    cells = [WriteOnlyCell(sheet, heading) for heading in headings]
    for cell in cells:
        cell.font = Font(bold=True)
    return cells


def _day(day: date) -> str:
    return dates.staff_date(day, language())

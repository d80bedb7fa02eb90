"""Figures in words: the same on pages and in files. A hidden figure is said to be hidden, never left empty."""

from flask_babel import gettext as _

from records.insights.measures import AGES, FIELDS, MEASURES

MINUTES = 60


def figure(measure: str, value: int | None) -> str:
    """`1,234`, `5,120.5` for hours."""
    if value is None:
        return str(_("가림"))
    return f"{value / MINUTES:,.1f}" if measure == "hours" else f"{value:,}"


def plain(measure: str, value: int | None) -> int | float | str:
    """The figure as a spreadsheet takes it."""
    if value is None:
        return str(_("가림"))
    return round(value / MINUTES, 1) if measure == "hours" else value


def key(dimension: str, name: str) -> str:
    """A month, a category or an age group."""
    if dimension == "month":
        year, month = name.split("-")
        return str(_("%(year)s년 %(month)s월", year=year, month=int(month)))
    named = FIELDS if dimension == "category" else AGES
    return str(_(named[name]))


def title(measure: str) -> str:
    return str(_(MEASURES[measure].title))

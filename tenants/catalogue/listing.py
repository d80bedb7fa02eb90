"""A list of courses as a page: its filters with counts, its choices as links that drop them, its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from tenants.catalogue import service as catalogue
from tenants.catalogue import words
from tenants.catalogue.filters import AGES, CATEGORIES, METHODS, STATES, TIMES, Filters
from tenants.catalogue.rows import portal_row_of, row_of

NAMES = {
    "state": words.STATES,
    "time": words.TIMES,
    "method": words.METHODS,
    "category": words.CATEGORIES,
    "age": words.AGES,
}
CHOICES = {"state": STATES, "time": TIMES, "method": METHODS, "category": CATEGORIES, "age": AGES}


@dataclass(frozen=True)
class Choice:
    """One box of the filter panel: how many courses it would leave beside the other choices."""

    value: str
    label: str
    checked: bool
    count: int


def read_filters() -> Filters:
    """The filters of the current address."""
    return Filters.read(dict(request.args.lists()))


def page(tenant: UUID | None, path: str, places: Sequence[str] = (), cities: Sequence[Any] = ()) -> dict[str, Any]:
    """The template context of a list at `path`; `tenant` None lists all live cities."""
    filters = read_filters()
    found = catalogue.find(filters, tenant=tenant, cursor=request.args.get("after"))
    total, groups = _counts(filters, tenant)
    shown = row_of if tenant else portal_row_of
    return {
        "filters": filters,
        "total": total,
        "rows": [shown(one, found.as_of) for one in found.rows],
        "as_of": found.as_of,
        "next_url": _address(path, filters, after=found.next) if found.next else "",
        "first_url": _address(path, filters) if request.args.get("after") else "",
        "groups": groups,
        "places": [(place, place in filters.place) for place in places],
        "cities": [(city, city["slug"] in filters.city) for city in cities],
        "chosen": [
            {"label": choice_words(name, value, cities), "url": _address(path, filters.without(name, value))}
            for name, value in filters.chosen
        ],
        "sorts": [
            (_(label), _address(path, replace(filters, sort=sort)), sort == filters.sort)
            for sort, label in words.SORTS.items()
        ],
        "clear_url": _address(path, Filters(q=filters.q)),
        "wider": _wider(path, filters, tenant) if not found.rows else [],
    }


def choice_words(name: str, value: Any, cities: Sequence[Any] = ()) -> str:
    """One chosen filter in words."""
    if name == "free":
        return str(_(words.FREE))
    if name == "day":
        return str(_("월요일 화요일 수요일 목요일 금요일 토요일 일요일")).split()[int(value)]
    if name == "city":
        return next((str(city["name"]) for city in cities if city["slug"] == value), str(value))
    return str(_(NAMES[name][value])) if name in NAMES else str(value)


def _counts(filters: Filters, tenant: UUID | None) -> tuple[int, dict[str, list[Choice]]]:
    """How many are found, and how many each box would find given the other groups' choices."""
    wanted = {"total": filters, "free": replace(filters, free=True)}
    for name, values in CHOICES.items():
        for value in values:
            wanted[f"{name}.{value}"] = filters.with_only(name, (value,))
    counted = catalogue.counts(tenant, wanted)
    groups = {
        name: [
            Choice(value, _(NAMES[name][value]), value in getattr(filters, name), counted[f"{name}.{value}"])
            for value in values
        ]
        for name, values in CHOICES.items()
    }
    groups["free"] = [Choice("1", _(words.FREE), filters.free, counted["free"])]
    return counted["total"], groups


def _wider(path: str, filters: Filters, tenant: UUID | None) -> list[dict[str, Any]]:
    """Ways on from an empty list: each choice dropped, with what that would find."""
    candidates = {f"w{number}": filters.without(*choice) for number, choice in enumerate(filters.chosen)}
    if filters.q and filters.chosen:
        candidates["q"] = Filters(q=filters.q)
    counted = catalogue.counts(tenant, candidates) if candidates else {}
    ways = []
    for (key, wider), (name, value) in zip(candidates.items(), [*filters.chosen, ("q", None)], strict=False):
        if counted[key]:
            dropped = _("고른 조건 모두") if name == "q" else choice_words(name, value)
            ways.append({"label": dropped, "count": counted[key], "url": _address(path, wider)})
    return ways


def _address(path: str, filters: Filters, after: str | None = None) -> str:
    pairs = [*filters.query(), *([("after", after)] if after else [])]
    return f"{path}?{urlencode(pairs)}" if pairs else path

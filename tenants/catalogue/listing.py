"""A list of courses as a page: its filters with counts, its choices as links that drop them, its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import get_template_attribute, request
from flask_babel import gettext as _
from markupsafe import Markup

from contentlib.adoptions import offers
from contentlib.adoptions import service as adoptions
from contentlib.adoptions.service import Wanted
from contentlib.adoptions.similar import similar as similar_items
from maru.dispatch import settings
from maru.keyboard import as_korean
from maru.search import to_tsquery
from maru.web import dates
from maru.web.languages import ARGUMENT, DEFAULT
from maru.web.mount import language
from tenants.catalogue import fresh, words
from tenants.catalogue import service as catalogue
from tenants.catalogue.facets import CHOICES, Facets, facets
from tenants.catalogue.filters import NEAR, Filters
from tenants.catalogue.rows import portal_row_of, row_of
from tenants.catalogue.similar import similar
from tenants.places import service as towns

NAMES: Mapping[str, Mapping[Any, str]] = {
    "state": words.STATES,
    "when": words.WHENS,
    "time": words.TIMES,
    "free": {True: words.FREE},
    "method": words.METHODS,
    "category": words.CATEGORIES,
    "age": words.AGES,
}
SHOWN_ITEMS = 3
"""Online courses beneath a search."""
MOST_WAYS = 6
"""Out of an empty list. Each is counted, and nobody reads more."""


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


def page(tenant: UUID | None, path: str, cities: Sequence[Any] = ()) -> dict[str, Any]:
    """The template context of a page with a list at `path`: `filters`, and `shown`, the finished list.

    `tenant` None lists all live cities, which are then `cities`.
    """
    filters, after = read_filters(), request.args.get("after")

    def make() -> Markup:
        courses_list = get_template_attribute("catalogue/_list.html", "courses_list")
        return Markup(courses_list(_list(filters, tenant, path, cities, after), path))  # noqa: S704  # a macro escapes

    return {"filters": filters, "shown": fresh.LISTS.get((tenant, filters, after, language()), make)}


def _list(filters: Filters, tenant: UUID | None, path: str, cities: Sequence[Any], after: str | None) -> dict[str, Any]:
    found = catalogue.find(filters, tenant=tenant, cursor=after)
    counted, row = facets(filters, tenant), row_of if tenant else portal_row_of
    online = [] if after or not filters.q else _items(filters, tenant)
    nothing = not (found.rows or after or online)
    return {
        "filters": filters,
        "total": counted.total,
        "rows": [row(one, found.as_of) for one in found.rows],
        "as_of": found.as_of,
        "next_url": _address(path, filters, after=found.next) if found.next else "",
        "first_url": _address(path, filters) if after else "",
        "groups": {name: [_choice(filters, counted, name, value) for value in CHOICES[name]] for name in CHOICES},
        "whens": [(value, _(label), value in filters.when) for value, label in words.WHENS.items()],
        "towns": towns_to_choose() if tenant is None else [],
        "places": [(place, place in filters.place) for place in (catalogue.places(tenant) if tenant else ())],
        "cities": [(city, city.slug in filters.city) for city in cities],
        "chosen": [
            {"label": choice_words(name, value, cities), "url": _address(path, filters.without(name, value))}
            for name, value in filters.chosen
        ],
        "sorts": _sorts(path, filters),
        "clear_url": _address(path, Filters(q=filters.q)),
        "wider": _wider(path, filters, tenant, cities) if not found.rows else [],
        "meant": _meant(path, filters, tenant) if not found.rows else None,
        "similar": [row(one, found.as_of) for one in similar(filters, tenant)] if not (found.rows or after) else [],
        "province": _in_province(filters) if tenant and not found.rows else None,
        "online": online,
        "similar_online": similar_items(filters.q, tenant) if nothing else [],
        "online_count": offers.count(query) if tenant is None and (query := to_tsquery(filters.q)) else 0,
        "online_url": online_url(filters, tenant),
        "item_path": "/items/" if tenant else "/library/",
    }


def _items(filters: Filters, tenant: UUID | None) -> Sequence[Any]:
    """The items of the shared library that hold the words: the city's own, or what any city shows."""
    query = to_tsquery(filters.q)
    if query is None:
        return []
    if tenant is None:
        return offers.offered(filters.q, query, limit=SHOWN_ITEMS)[0]
    return [one.item for one in adoptions.shown(tenant, Wanted(query), limit=SHOWN_ITEMS)[0]]


def online_url(filters: Filters, tenant: UUID | None) -> str:
    """Where the same words are looked for among online courses."""
    pairs = [(name, value) for name, value in filters.query() if name == "q" or (name == "from" and tenant is None)]
    path = "/items" if tenant else "/library"
    return f"{path}?{urlencode(pairs)}" if pairs else path


def towns_to_choose() -> list[tuple[str, str]]:
    """Code and name of every town, a district with its city's; by name, in the language of the page."""
    known, english = towns.towns(), language() == "en"
    named = []
    for town in known.values():
        city = known.get(town.city or "")
        own = town.name_en if english else town.name_ko
        whole = own if city is None else f"{own}, {city.name_en}" if english else f"{city.name_ko} {own}"
        named.append((town.code, whole))
    return sorted(named, key=lambda pair: pair[1])


def _sorts(path: str, filters: Filters) -> list[tuple[str, str, bool]]:
    """The orders of a list: words, address, and whether it stands so."""
    orders = {NEAR: words.NEAREST, **words.SORTS} if filters.near else words.SORTS
    return [
        (_(label), _address(path, replace(filters, sort=sort)), sort == filters.order) for sort, label in orders.items()
    ]


def choice_words(name: str, value: Any, cities: Sequence[Any] = ()) -> str:
    """One chosen filter in words."""
    if name == "day":
        return str(_("월요일 화요일 수요일 목요일 금요일 토요일 일요일")).split()[int(value)]
    if name == "since":
        return str(_("%(day)s부터", day=dates.day(value, dates.today(), language())))
    if name == "city":
        return next((city.name for city in cities if city.slug == value), str(value))
    return str(_(NAMES[name][value])) if name in NAMES else str(value)


def _choice(filters: Filters, counted: Facets, name: str, value: Any) -> Choice:
    checked = (name, value) in filters.chosen
    return Choice("1" if value is True else value, _(NAMES[name][value]), checked, counted.beside[name, value])


def _wider(path: str, filters: Filters, tenant: UUID | None, cities: Sequence[Any]) -> list[dict[str, Any]]:
    """Ways on from an empty list: one kind of choice dropped, all of them, or the words; with what that would find."""
    kinds: dict[str, list[str]] = {}
    for name, value in filters.chosen:
        kinds.setdefault(name, []).append(choice_words(name, value, cities))
    ways = [(", ".join(labels), filters.without_kind(name)) for name, labels in kinds.items()]
    whole = []
    if filters.q and len(kinds) > 1:
        whole.append((_("고른 조건 모두"), Filters(q=filters.q)))
    if filters.q:
        whole.append((filters.q, replace(filters, q="")))
    offered = [*ways[: MOST_WAYS - len(whole)], *whole]
    counted = [(label, wider, facets(wider, tenant).total) for label, wider in offered]
    return [{"label": label, "count": total, "url": _address(path, wider)} for label, wider, total in counted if total]


def _meant(path: str, filters: Filters, tenant: UUID | None) -> dict[str, Any] | None:
    """The same keys as Korean, where that finds something."""
    words = as_korean(filters.q)
    same = replace(filters, q=words or "")
    total = facets(same, tenant).total if words else 0
    return {"words": words, "count": total, "url": _address(path, same)} if total else None


def _in_province(filters: Filters) -> dict[str, Any] | None:
    """The same search over all live cities; None where it would find nothing either."""
    same = replace(filters, place=(), city=())
    total = facets(same, None).total
    pairs = same.query() if language() == DEFAULT else [*same.query(), (ARGUMENT, language())]
    return {"count": total, "url": f"{settings().origin()}/search?{urlencode(pairs)}"} if total else None


def _address(path: str, filters: Filters, after: str | None = None) -> str:
    pairs = [*filters.query(), *([("after", after)] if after else [])]
    return f"{path}?{urlencode(pairs)}" if pairs else path

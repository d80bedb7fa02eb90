"""What residents narrow a list by, read from an address and written back to it (look: 신청, 요일, 시간대, 수강료, 어디서, 누구)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Self

TIMES = ("morning", "afternoon", "evening")
"""Before noon, noon to six, from six."""
METHODS = ("online", "offline")
AGES = ("child", "youth", "adult", "senior")
"""Under 14, 14 to 18, 19 to 64, from 65."""
STATES = ("open", "upcoming")
DAYS = tuple("0123456")
WHENS = ("today", "tonight", "weekend", "week", "evenings")
"""A class that begins today, tonight (from six), at the weekend, within seven days; on evenings from Monday to Friday."""
SORTS = ("closing", "starting", "newest")
NEAR = "near"
"""The order of who has chosen a town."""
CATEGORIES = ("01", "02", "03", "04", "05", "06", "07", "other")
MOST_PLACES = 10
MOST_CITIES = 40
"""Of one address; more than a province has."""
TOWN = re.compile(r"[0-9]{5}")
ARGUMENTS = {"near": "from", "since": "starts"}
"""What members are called in addresses, where it is not their own name."""


@dataclass(frozen=True)
class Filters:
    """Empty members do not narrow. `day` holds week days (Monday 0); `city` slugs are asked on the portal only.

    `near` is the code of the town from which a visitor looks: it narrows nothing, what is near stands first. `since`
    is the first day on which a course may begin.
    """

    q: str = ""
    state: tuple[str, ...] = ()
    day: tuple[int, ...] = ()
    time: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    since: date | None = None
    free: bool = False
    place: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    age: tuple[str, ...] = ()
    near: str = ""
    sort: str = ""

    @classmethod
    def read(cls, lists: Mapping[str, Sequence[str]]) -> Self:
        """From the query of an address; what is not understood is left out, so that old links keep working."""

        def known(name: str, values: Sequence[str]) -> tuple[str, ...]:
            return tuple(value for value in dict.fromkeys(lists.get(name, ())) if value in values)

        def free_text(name: str, most: int) -> tuple[str, ...]:
            return tuple(value[:100] for value in dict.fromkeys(lists.get(name, ())) if value.strip())[:most]

        return cls(
            q=" ".join(lists.get("q", ("",))[:1]).replace("\0", "").strip()[:100],
            state=known("state", STATES),
            day=tuple(int(day) for day in known("day", DAYS)),
            time=known("time", TIMES),
            when=known("when", WHENS),
            since=_day(lists.get("starts", ("",))[0]),
            free="1" in lists.get("free", ()),
            place=free_text("place", MOST_PLACES),
            city=free_text("city", MOST_CITIES),
            method=known("method", METHODS),
            category=known("category", CATEGORIES),
            age=known("age", AGES),
            near=next((code for code in lists.get("from", ())[:1] if TOWN.fullmatch(code)), ""),
            sort=(known("sort", (*SORTS, NEAR)) or ("",))[0],
        )

    @classmethod
    def of(cls, choices: Mapping[str, Any]) -> Self:
        """From values that are already checked; lists become tuples."""
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in choices.items()}
        return cls(**values)

    def query(self) -> list[tuple[str, str]]:
        """The arguments of an address that says the same."""
        pairs: list[tuple[str, str]] = []
        for member in fields(self):
            value, argument = getattr(self, member.name), ARGUMENTS.get(member.name, member.name)
            if value == member.default:
                continue
            if isinstance(value, tuple):
                pairs.extend((argument, str(one)) for one in value)
            else:
                pairs.append((argument, "1" if value is True else str(value)))
        return pairs

    def with_only(self, name: str, value: Any) -> Self:
        """The same with `value` instead of what was chosen of one kind."""
        return replace(self, **{name: value})

    def without(self, name: str, value: Any = None) -> Self:
        """The same without one choice."""
        current = getattr(self, name)
        if isinstance(current, tuple):
            return self.with_only(name, tuple(one for one in current if one != value))
        return self.without_kind(name)

    def without_kind(self, name: str) -> Self:
        """The same with nothing chosen of one kind."""
        return self.with_only(name, next(member.default for member in fields(self) if member.name == name))

    def without_choices(self, names: Iterable[str]) -> Self:
        """The same without what is chosen of these kinds, and in no order: what counting asks."""
        bare: dict[str, Any] = {one.name: one.default for one in fields(self) if one.name in {*names, "near", "sort"}}
        return replace(self, **bare)

    @property
    def chosen(self) -> list[tuple[str, Any]]:
        """Every single choice as (member, value), without words and sorting."""
        kinds = ("state", "when", "day", "time", "place", "city", "method", "category", "age", "free")
        since: list[tuple[str, Any]] = [("since", self.since)] if self.since else []
        return [(name, value) for name in kinds for value in self.values(name)] + since

    def values(self, name: str) -> tuple[Any, ...]:
        """What is chosen of one kind of boxes."""
        chosen = getattr(self, name)
        return chosen if isinstance(chosen, tuple) else (True,) if chosen else ()

    @property
    def order(self) -> str:
        """How the list stands: as asked, else what is near a chosen town first, else what closes soon."""
        if self.sort == NEAR and not self.near:
            return SORTS[0]
        return self.sort or (NEAR if self.near else SORTS[0])


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None

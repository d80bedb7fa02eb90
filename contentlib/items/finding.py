"""The library's list in the province's console: thousands of items, narrowed by words, state, kind and category."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

import sqlalchemy as sa

from contentlib.items.models import Item
from contentlib.items.words import STATES
from maru.db import session
from maru.errors import N_
from maru.search import to_tsquery
from records.classification import CATEGORIES

PAGE = 100
KINDS = {"video": N_("영상"), "outside": N_("바깥 강좌")}
NO_CATEGORY = "none"


@dataclass(frozen=True)
class Narrowing:
    """What is looked for; what is empty narrows nothing."""

    words: str = ""
    state: str = ""
    kind: str = ""
    category: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Self:
        """As it stands in an address; what is none of ours narrows nothing."""
        allowed = {"state": STATES, "kind": KINDS, "category": (*CATEGORIES, NO_CATEGORY)}
        chosen = {name: asked.get(name, "") for name in allowed}
        return cls(
            asked.get("q", "").strip(), **{name: one if one in allowed[name] else "" for name, one in chosen.items()}
        )

    @property
    def written(self) -> tuple[str, str, str, str]:
        """In the order of its fields, as a job takes it."""
        return self.words, self.state, self.kind, self.category

    def address(self, **changed: str) -> dict[str, str]:
        """What stands in an address, some of it otherwise."""
        asked = {"q": self.words, "state": self.state, "kind": self.kind, "category": self.category, **changed}
        return {name: value for name, value in asked.items() if value}

    def conditions(self, *, in_any_state: bool = False) -> list[sa.ColumnElement[bool]]:
        """What an item must be."""
        found: list[sa.ColumnElement[bool]] = []
        if self.words:
            query = to_tsquery(self.words)
            found.append(Item.search.op("@@")(sa.func.to_tsquery("simple", query)) if query else sa.false())
        if self.state and not in_any_state:
            found.append(Item.state == self.state)
        if self.kind:
            found.append(Item.link != "" if self.kind == "outside" else Item.link == "")
        if self.category:
            found.append(Item.category == ("" if self.category == NO_CATEGORY else self.category))
        return found


@dataclass(frozen=True)
class Page:
    """Some of the items that were found; `before` of the `total` stand on earlier pages."""

    items: Sequence[Item]
    number: int
    before: int
    total: int

    @property
    def last(self) -> bool:
        """Whether no page follows."""
        return self.before + len(self.items) >= self.total


def page(chosen: Narrowing, number: int) -> Page:
    """A page of what was found, counted from 1, what was changed last first; the nearest one that there is."""
    total = session().scalar(sa.select(sa.func.count()).select_from(Item).where(*chosen.conditions())) or 0
    number = max(1, min(number, -(-total // PAGE)))
    before = (number - 1) * PAGE
    query = sa.select(Item).where(*chosen.conditions()).order_by(Item.updated_at.desc(), Item.id.desc())
    return Page(session().scalars(query.limit(PAGE).offset(before)).all(), number, before, total)


def counts(chosen: Narrowing) -> dict[str, int]:
    """How many of what was found are in each state."""
    counted = sa.select(Item.state, sa.func.count()).where(*chosen.conditions(in_any_state=True))
    return dict(session().execute(counted.group_by(Item.state)).all())


def count_submitted() -> int:
    """How many wait for approval."""
    waiting = sa.select(sa.func.count()).select_from(Item).where(Item.state == "submitted")
    return session().scalars(waiting).one()


def ids(chosen: Narrowing) -> Sequence[UUID]:
    """All that was found."""
    return session().scalars(sa.select(Item.id).where(*chosen.conditions()).order_by(Item.id)).all()

"""Which classes stand in each other's way: the same room or the same teacher at the same time; pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

Kind = Literal["room", "venue", "teacher"]


@dataclass(frozen=True, kw_only=True)
class Block:
    """One meeting of one run. `room` is a venue and the room's name there; `teachers` are people, or a name as written."""

    run: UUID
    starts_at: datetime
    ends_at: datetime
    venue: UUID | None = None
    room: str = ""
    teachers: frozenset[Hashable] = field(default_factory=frozenset)
    title: str = ""
    number: int = 0

    @property
    def claims(self) -> set[tuple[Kind, Hashable]]:
        """What nobody else may use meanwhile. Where no room was written, the venue is all that is known."""
        place: set[tuple[Kind, Hashable]] = set()
        if self.venue is not None:
            place = {("room", (self.venue, self.room))} if self.room else {("venue", self.venue)}
        return place | {("teacher", teacher) for teacher in self.teachers}


@dataclass(frozen=True)
class Overlap:
    """Two meetings at the same time that need the same."""

    kind: Kind
    first: Block
    second: Block


def overlaps(blocks: Iterable[Block], others: Iterable[Block] | None = None) -> list[Overlap]:
    """Every pair that overlaps, earliest first; with `others`, pairs of which at least one is among `blocks`."""
    mine = list(blocks)
    wanted = None if others is None else {id(block) for block in mine}
    found = {
        (kind, id(first), id(second)): Overlap(kind, first, second)
        for (kind, _), claimed in _by_claim([*mine, *(others or ())]).items()
        for first, second in _pairs(claimed)
        if first.run != second.run and (wanted is None or id(first) in wanted or id(second) in wanted)
    }
    return sorted(found.values(), key=lambda one: (one.second.starts_at, one.kind, one.first.run, one.second.run))


def _by_claim(blocks: Iterable[Block]) -> Mapping[tuple[Kind, Hashable], list[Block]]:
    claimed: dict[tuple[Kind, Hashable], list[Block]] = defaultdict(list)
    for block in blocks:
        for claim in block.claims:
            claimed[claim].append(block)
    return claimed


def _pairs(blocks: list[Block]) -> Iterable[tuple[Block, Block]]:
    """Those at the same time; what ends when the other begins does not overlap."""
    running: list[Block] = []
    for block in sorted(blocks, key=lambda one: (one.starts_at, one.ends_at)):
        running = [one for one in running if one.ends_at > block.starts_at]
        yield from ((one, block) for one in running)
        running.append(block)

"""What a person has seen of an item: reported by players, credited by the engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from auth.consents import service as consents
from auth.people.service import belongs
from contentlib.adoptions.service import NOT_SHOWN
from contentlib.items.models import PublishedItem
from contentlib.media.models import Video
from contentlib.progress.models import Watching
from maru.db import call_and_commit, session
from maru.errors import N_, Invalid, NotFound
from maru.tenancy import SERVED, Tenant
from maru.web import dates
from records.history.models import Record

MOST_INTERVALS = 5_000
"""Of one report: an hour of a film, told second by second, fits."""
NEEDED = sa.text("SELECT value FROM limits WHERE name = 'item-completion-percent' AND valid @> walls.today()")


@dataclass(frozen=True)
class Progress:
    """How far a person is: seconds seen, their share of the whole, and the second at which to go on."""

    watched: int
    seconds: int
    completed: bool
    resume_at: int
    intervals: tuple[tuple[int, int], ...] = ()

    @property
    def share(self) -> float:
        return round(min(self.watched / self.seconds, 1), 4)


@dataclass(frozen=True)
class Going:
    """An item that somebody is watching; `slug` is the city where they did so last, None where it is closed."""

    title: str
    slug: str | None
    item_id: UUID
    progress: Progress


def begin(item_id: UUID) -> None:
    """The signed-in person opens an item in the city of the request: from now on time counts."""
    session().execute(sa.text("SELECT FROM engine.begin_watching(:item)"), {"item": item_id})


def report(item_id: UUID, intervals: Sequence[tuple[int, int]], at: int) -> Progress:
    """Credit what a player has played, and commit: seconds from and until, in any order, as often as they are sent.

    No more is credited than twice the seconds that have passed since the last were. NotFound where the city does not show the item.
    """
    if len(intervals) > MOST_INTERVALS or any(not 0 <= begin <= end for begin, end in intervals):
        raise Invalid(N_("보신 시간을 읽지 못했습니다."), {"intervals": N_("시작이 끝보다 앞인 초로 적어 주세요.")})
    seen = "{" + ",".join(f"[{begin},{end})" for begin, end in intervals) + "}"
    row = call_and_commit("SELECT * FROM engine.watch(%s, %s::int4multirange, %s)", (item_id, seen, at))
    if not row.known:
        raise NotFound(NOT_SHOWN)
    return Progress(row.watched, row.seconds, row.completed, row.resume_at)


def of(person: UUID | None, item_id: UUID, seconds: int) -> Progress:
    """How far somebody is with an item whose video lasts `seconds`."""
    ours = sa.select(Watching).where(Watching.person_id == person, Watching.item_id == item_id)
    found = session().scalar(ours) if person else None
    if found is None:
        return Progress(0, seconds, False, 0)
    return _progress(found, seconds)


def _progress(found: Watching, seconds: int) -> Progress:
    parts = tuple((part.lower, part.upper) for part in found.watched)
    seen = sum(end - begin for begin, end in parts)
    return Progress(seen, seconds, found.completed_at is not None, found.resume_at, parts)


def kept(person: UUID, item_id: UUID) -> bool:
    """Whether the one history holds the item for the signed-in person, or will as soon as it is completed."""
    ours = sa.select(Watching.id).where(Watching.person_id == person, Watching.item_id == item_id)
    recorded = sa.exists().where(Record.source_id.in_(ours))
    return consents.stands(person, consents.PROVINCE_HISTORY, dates.today()) or bool(
        session().scalar(sa.select(recorded))
    )


def playing(item_id: UUID) -> Video:
    """The video of an item that the city of the request shows now, as players need it; NotFound."""
    row = session().execute(sa.text("SELECT * FROM engine.playing(:item)"), {"item": item_id}).one()
    if row.video_id is None:
        raise NotFound(NOT_SHOWN)
    return Video(id=row.video_id, item_id=item_id, seconds=row.seconds, made=row.made)


def captions(item_id: UUID, language: str) -> str:
    """WebVTT of an item that the city of the request shows now; NotFound."""
    asked = sa.text("SELECT text FROM engine.captions_playing(:item, :language)")
    found: str | None = session().scalar(asked, {"item": item_id, "language": language})
    if found is None:
        raise NotFound(NOT_SHOWN)
    return found


def mine(person: UUID) -> Sequence[Going]:
    """What a person is watching, or has watched without its being in the one history yet; the latest first."""
    recorded = sa.select(Record.source_id).where(belongs(Record.person_id, person))
    ours = (
        sa.select(Watching, PublishedItem.title, PublishedItem.seconds, Tenant.slug, Tenant.state)
        .join(PublishedItem, PublishedItem.item_id == Watching.item_id)
        .join(Tenant, Tenant.id == Watching.tenant_id)
        .where(belongs(Watching.person_id, person), Watching.id.not_in(recorded), PublishedItem.link == "")
        .order_by(Watching.reported_at.desc())
    )
    return [
        Going(row.title, row.slug if row.state in SERVED else None, row[0].item_id, _progress(row[0], row.seconds))
        for row in session().execute(ours)
    ]


def needed() -> float:
    """The share of an item that must have been seen for it to count as completed today."""
    return int(session().scalar(NEEDED) or 100) / 100


def catch_up() -> None:
    """After the signed-in person gave consent: what they have watched to the end enters the one history."""
    session().execute(sa.text("SELECT engine.remember_all_watched()"))

"""Playable items of the shared library: forty that are made little by little after the load, and one here and now.

The load writes them as drafts. A job for each draws its film, has its ladder made, adds captions, publishes it, and has
its cities adopt it; it waits while any other long work is due, and goes on where a killed worker stopped.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from contentlib.adoptions import service as adoptions
from contentlib.items import service as library
from contentlib.items.words import SAID
from contentlib.media import service as media
from maru import jobs
from maru.config import Config
from maru.db import Database, Scope, session
from maru.jobs import Tools, job
from maru.migrating import SetUp
from maru.storage import connect
from maru.tenancy import Tenant
from tenants.sample import clips
from tenants.sample.clips import Clip
from tenants.sample.making import make_people
from tenants.sample.reading import lines

EDITOR, APPROVER = "ryu.mina", "noh.sanghyun"
OURS = {"licence": "own", "licence_source": "경기도", "licence_ends_on": None, "captions_exception": "", "link": ""}
ONE = {
    "title": "숲에서 듣는 소리",
    "summary": "짧은 영상으로 숲의 소리를 듣습니다.",
    "description": "눈을 감고 들으셔도 됩니다. 자막이 무엇이 들리는지 알려 드립니다.",
    "category": "05",
    "level": "first",
}
CUE_SECONDS = 5
LARGER = (640, 360)
"""Of the one item, so that a player has a choice of sizes."""


def load(persons: Mapping[str, UUID], work: SetUp) -> None:
    """The drafts, and a job for each; the cities show them as soon as they are made."""
    work.as_app(Scope.PROVINCE)
    for number, one in enumerate(lines("items")):
        draft = library.write(words_of(one), persons[EDITOR])
        make.later(draft.id, number, persons[EDITOR], persons[APPROVER])


@job("sample.make_item", long=True, idle=True)
def make(item_id: UUID, number: int, by: UUID, approver: UUID) -> None:
    """Make what an item of the sample still lacks. Done again, it changes nothing."""
    one = lines("items")[number]
    seconds = len(one["lines"]) * one["line_seconds"]
    _film(item_id, Clip(one["title"], one["category"], seconds, number, one["sound"]), by)
    with jobs.tools().transaction():
        item = library.hold(item_id)
        if not item.version:
            media.put_captions(item_id, "ko", _captions(one["lines"], one["line_seconds"]), by)
            library.publish(item, approver)
        for city in session().scalars(sa.select(Tenant).where(Tenant.slug.in_(one["cities"]))):
            adopt.later_in(city.id, city.id, item_id, by, int(city.slug in one["featured"]))


@job("sample.adopt_item")
def adopt(tenant: UUID, item_id: UUID, by: UUID, featured: int) -> None:
    """Have a city show an item, on its front page too where `featured`."""
    adoptions.adopt(tenant, item_id, by)
    adoptions.feature(tenant, item_id, bool(featured))


def make_item(config: Config, database: Database, seconds: int) -> UUID:
    """A published item with captions, adopted by every live city; its video is ready when this returns."""
    (by, _name), *_ = make_people(config.database_url, 1, home=None, consent=False)
    with database.transaction(Scope.PROVINCE):
        item = library.write(words_of(ONE), by).id
    with jobs.having(Tools(config, connect(config.s3), partial(database.transaction, Scope.JOB))):
        _film(item, Clip(ONE["title"], ONE["category"], seconds, size=LARGER), by)
    count = -(-seconds // CUE_SECONDS)
    with database.transaction(Scope.PROVINCE):
        said = [f"{number}. 숲의 소리가 들립니다." for number in range(1, count + 1)]
        media.put_captions(item, "ko", _captions(said, CUE_SECONDS, seconds), by)
        library.publish(library.hold(item), by)
        cities = session().scalars(sa.select(Tenant.id).where(Tenant.state == "live")).all()
    for city in cities:
        with database.transaction(Scope.JOB, tenant=city):
            adoptions.adopt(city, item, by)
    return item


def _film(item_id: UUID, clip: Clip, by: UUID) -> None:
    """Give an item its film, ready for players, unless it has one."""
    with jobs.tools().transaction():
        video, _ = media.of_item(item_id)
    if video is None:
        with TemporaryDirectory(prefix="maru-item-") as folder:
            film = Path(folder) / "film.mp4"
            clips.draw(clip, film, jobs.leave_if_stopping)
            with jobs.tools().transaction():
                video = media.put(item_id, film, by, jobs.tools().storage, later=False)
    media.make_ladder(item_id, video.id)


def words_of(one: Mapping[str, Any]) -> dict[str, Any]:
    """What an item of the sample says, as the form would send it."""
    return {name: {**OURS, **one}[name] for name in SAID}


def _captions(said: Sequence[str], each: int, until: int | None = None) -> bytes:
    """One cue after the other, `each` so many seconds, the last one until the end."""
    whole = until or len(said) * each
    cues = [
        f"{_clock(number * each)} --> {_clock(min((number + 1) * each, whole))}\n{words}\n"
        for number, words in enumerate(said)
    ]
    return "\n".join(["WEBVTT\n", *cues]).encode()


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000"

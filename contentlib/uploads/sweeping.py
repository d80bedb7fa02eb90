"""Every night: uploads that nobody finished, and files of videos that no version shows, leave the store."""

import shutil
from datetime import UTC, datetime, timedelta
from typing import cast

import sqlalchemy as sa
import structlog

from contentlib.items.models import ItemVersion
from contentlib.media import service as media
from contentlib.media.ladder import POSTER, RUNGS
from contentlib.media.models import Video
from maru import jobs
from maru.db import session
from maru.jobs import job

KEPT_DAYS = sa.text("SELECT value FROM limits WHERE name = 'upload-kept-days' AND valid @> walls.today()")
A_DAY = timedelta(days=1)
log = structlog.get_logger()


@job("uploads.sweep", long=True, daily=True)
def sweep() -> None:
    """Give up what nobody has gone on with for a week, and delete the files of what was dropped and never published."""
    tools, now = jobs.tools(), datetime.now(UTC)
    with tools.transaction():
        begun_before = now - timedelta(days=cast(int, session().scalar(KEPT_DAYS)))
    given_up = tools.storage.abort_uploads(begun_before)
    with tools.transaction():
        stale = sa.select(Video).where(Video.state == "uploading", Video.created_at < begun_before).with_for_update()
        for video in session().scalars(stale):
            media.drop(video, tools.storage)
    swept = 0
    while unneeded := _unneeded(now - A_DAY):
        _delete(unneeded)
        swept += 1
    log.info("uploads swept", given_up=given_up, videos=swept)


def _unneeded(dropped_before: datetime) -> Video | None:
    """A video that was dropped a while ago and that no version names, with files in the store."""
    dropped = sa.func.coalesce(Video.dropped_at, Video.created_at) < dropped_before
    named = sa.exists().where(ItemVersion.video_id == Video.id)
    with jobs.tools().transaction():
        found = session().scalar(
            sa.select(Video).where(Video.state == "dropped", Video.swept_at.is_(None), dropped, ~named).limit(1)
        )
        if found:
            session().expunge(found)
        return found


def _delete(video: Video) -> None:
    """Its source, its still and all its sizes; what is not there is no error."""
    sizes = [one["media"] for one in (video.made or {}).get("renditions", ())]
    names = {"source", POSTER, *sizes, *(f"{rung}p.mp4" for rung in RUNGS)}
    tools = jobs.tools()
    tools.storage.delete(media.key(video).removesuffix("source") + name for name in sorted(names))
    shutil.rmtree(tools.config.home / "media" / str(video.id), ignore_errors=True)
    with tools.transaction():
        media.hold_video(video.item_id, video.id).swept_at = datetime.now(UTC)

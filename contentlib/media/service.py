"""An item's video and captions: taking a video in part by part, having its ladder made, checking captions."""

import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
import structlog

from contentlib.media import captions as webvtt
from contentlib.media import ladder
from contentlib.media.models import Caption, Video
from contentlib.media.source import VideoRefused
from maru import jobs
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused
from maru.jobs import job
from maru.storage import PART_BYTES, Storage

MOST_BYTES = 2 * 2**30
MOST_ADDRESSES = 20
"""Parts for which addresses are given at once."""
ADDRESS_LASTS = timedelta(hours=1)
TYPES = {".mp4": "video/mp4", ".jpg": "image/jpeg"}
AGAIN = "저희 쪽에서 멈추었습니다. 저절로 다시 해 봅니다. 두 시간이 지나도 그대로면 ‘다시 준비하기’를 눌러 주세요."
log = structlog.get_logger()


def of_item(item_id: UUID) -> tuple[Video | None, Sequence[Caption]]:
    """The current video of an item, and its current captions by language."""
    video = session().scalar(sa.select(Video).where(Video.item_id == item_id, Video.state != "dropped"))
    current = sa.select(Caption).where(Caption.item_id == item_id, Caption.dropped_at.is_(None))
    return video, session().scalars(current.order_by(Caption.language)).all()


def video(item_id: UUID, video_id: UUID) -> Video:
    """A video of the item; NotFound."""
    return _known(session().scalar(_video(item_id, video_id)))


def hold_video(item_id: UUID, video_id: UUID) -> Video:
    """A video of the item that nobody else changes until the transaction ends; NotFound."""
    held = _video(item_id, video_id).with_for_update()
    return _known(session().scalar(held.execution_options(populate_existing=True)))


def _video(item_id: UUID, video_id: UUID) -> sa.Select[Video]:
    return sa.select(Video).where(Video.item_id == item_id, Video.id == video_id)


def _known(found: Video | None) -> Video:
    if found is None:
        raise NotFound(N_("찾으시는 영상이 없습니다."))
    return found


def begin(
    item_id: UUID, filename: str, size: int, fingerprint: str, by: UUID, storage: Storage
) -> tuple[Video, list[int]]:
    """Take in a file of `size` bytes; the numbers of the parts that are here already, where it was broken off before.

    Another file takes the place of the one that the item has. Raises Invalid for what cannot be a video.
    """
    _check_size(size)
    former, _captions = of_item(item_id)
    if former and former.state == "uploading" and (former.fingerprint, former.bytes) == (fingerprint, size):
        try:
            return former, [part.number for part in storage.parts(key(former), former.upload)]
        except NotFound:
            log.info("an upload was given up by the store", video=str(former.id))
    made = _in_place_of(former, item_id, filename, size, by, storage)
    made.fingerprint, made.part_bytes = fingerprint, PART_BYTES
    made.upload = storage.begin_upload(key(made), "application/octet-stream")
    session().flush()
    return made, []


def put(item_id: UUID, file: Path, by: UUID | None, storage: Storage, *, later: bool = True) -> Video:
    """Give an item a video that lies on this machine, and have its ladder made; `later` False leaves that to the caller."""
    size = file.stat().st_size
    _check_size(size)
    made = _in_place_of(of_item(item_id)[0], item_id, file.name, size, by, storage)
    storage.put_file(key(made), file, "application/octet-stream")
    made.state = "waiting"
    if later:
        _queue(made)
    return made


def addresses(video: Video, numbers: Collection[int], storage: Storage) -> Mapping[int, str]:
    """Signed addresses that take the parts of these numbers."""
    _refuse_unless(video, "uploading")
    last = -(-video.bytes // video.part_bytes)
    if len(numbers) > MOST_ADDRESSES or not all(1 <= number <= last for number in numbers):
        raise Invalid(N_("올리던 것을 이어 갈 수 없습니다. 화면을 새로 열어 주세요."))
    return {number: storage.part_url(key(video), video.upload, number, ADDRESS_LASTS) for number in numbers}


def finish(video: Video, storage: Storage) -> None:
    """All parts are here: make them one file, and have its ladder made. Doing it again is no error."""
    if video.state in ("waiting", "making", "ready"):
        return
    _refuse_unless(video, "uploading")
    storage.finish_upload(key(video), video.upload, video.bytes)
    _queue(video)


def again(video: Video) -> None:
    """Try once more to make the ladder of a video that could not be made."""
    _refuse_unless(video, "failed", "making")
    _queue(video)


def drop(video: Video, storage: Storage) -> None:
    """Take a video away from its item. What was published with it stays."""
    if video.state == "uploading":
        storage.abort_upload(key(video), video.upload)
    video.state, video.dropped_at = "dropped", datetime.now(UTC)
    session().flush()


def put_captions(item_id: UUID, language: str, data: bytes, by: UUID) -> Caption:
    """Keep captions, written anew, in place of the ones before; CaptionsRefused names the lines that are wrong."""
    current, former = of_item(item_id)
    found = webvtt.read(data, current.seconds if current else None)
    for one in former:
        if one.language == language:
            drop_captions(one)
    made = Caption(
        item_id=item_id,
        language=language,
        text=webvtt.write(found),
        cues=len(found.cues),
        warnings=[{"line": warning.line, "message": warning.message} for warning in found.warnings],
        uploaded_by=by,
    )
    session().add(made)
    session().flush()
    return made


def caption(item_id: UUID, caption_id: UUID) -> Caption:
    """Captions of the item; NotFound."""
    found = session().scalar(sa.select(Caption).where(Caption.item_id == item_id, Caption.id == caption_id))
    if found is None:
        raise NotFound(N_("찾으시는 자막이 없습니다."))
    return found


def drop_captions(caption: Caption) -> None:
    """Take captions away from their item. What was published with them stays."""
    caption.dropped_at = caption.dropped_at or datetime.now(UTC)
    session().flush()


def key(video: Video) -> str:
    """Where the file lies as it was uploaded."""
    return f"library/{video.item_id}/{video.id}/source"


@job("media.make_ladder", long=True)
def make_ladder(item_id: UUID, video_id: UUID) -> None:
    """Make what players read of an uploaded video. Renditions that a killed worker has finished are not made again."""
    tools = jobs.tools()
    with tools.transaction():
        found = video(item_id, video_id)
        if found.state not in ("waiting", "making"):
            return
        found.state, found.problem, source_key = "making", "", key(found)
    folder = tools.config.home / "media" / str(video_id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        source = folder / "source"
        if not source.exists():
            tools.storage.get_file(source_key, source)
        made = ladder.make(source, folder, partial(_hear, item_id, video_id))
        for name in [made.poster, *(rendition.media for rendition in made.renditions)]:
            tools.storage.put_file(
                f"{source_key.removesuffix('source')}{name}", folder / name, TYPES[Path(name).suffix]
            )
    except jobs.Leaving:
        raise
    except VideoRefused as refused:
        _tell(item_id, video_id, state="failed", problem=refused.message)
    except Exception:
        _tell(item_id, video_id, problem=AGAIN)
        raise
    else:
        _tell(item_id, video_id, state="ready", progress=100, seconds=max(1, int(made.seconds)), made=asdict(made))
    shutil.rmtree(folder, ignore_errors=True)


def _hear(item_id: UUID, video_id: UUID, percent: int) -> None:
    """Write down how far a ladder is, unless the worker is to end."""
    jobs.leave_if_stopping()
    _tell(item_id, video_id, progress=percent)


def _tell(item_id: UUID, video_id: UUID, **values: object) -> None:
    """Write down how far a video is, unless another has taken its place."""
    with jobs.tools().transaction():
        found = video(item_id, video_id)
        if found.state != "dropped":
            for name, value in values.items():
                setattr(found, name, value)


def _queue(video: Video) -> None:
    video.state, video.problem, video.progress = "waiting", "", 0
    session().flush()
    make_ladder.later(video.item_id, video.id)


def _check_size(size: int) -> None:
    if not 0 < size <= MOST_BYTES:
        words = (
            N_("영상 파일은 2GB까지 올릴 수 있습니다.") if size > 0 else N_("빈 파일입니다. 영상 파일을 골라 주세요.")
        )
        raise Invalid(words, {"file": words})


def _in_place_of(
    former: Video | None, item_id: UUID, filename: str, size: int, by: UUID | None, storage: Storage
) -> Video:
    if former:
        drop(former, storage)
    made = Video(item_id=item_id, filename=filename, bytes=size, fingerprint="", uploaded_by=by)
    session().add(made)
    session().flush()
    return made


def _refuse_unless(video: Video, *states: str) -> None:
    if video.state not in states:
        raise Refused(N_("그사이 다른 영상으로 바뀌었습니다. 화면을 새로 열어 주세요."), slug="video-changed")

"""Writing items, handing them in, publishing and withdrawing them; the library's lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from contentlib.items.models import Item, ItemVersion, PublishedItem, VersionCaption
from contentlib.items.words import SAID
from contentlib.media import service as media
from contentlib.media.models import Caption, Video
from maru import cursors
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused
from maru.web import dates

PAGE = 50
LONGEST = {"title": 200, "summary": 300, "description": 20_000, "licence_source": 300, "captions_exception": 500}
"""Letters."""


@dataclass(frozen=True)
class Missing:
    """One thing that stands between an item and its publication, and the part of its page that mends it."""

    words: str
    part: str


def write(values: Mapping[str, Any], by: UUID) -> Item:
    """A new draft; Invalid where the words do not have the right shape."""
    _check(values)
    item = Item(**{name: values[name] for name in SAID}, created_by=by)
    session().add(item)
    session().flush()
    return item


def change(item: Item, values: Mapping[str, Any]) -> None:
    """Write an item anew. What was published stays as it was until it is published again."""
    open_to_changes(item)
    _check(values)
    for name in SAID:
        setattr(item, name, values[name])
    _touch(item)


def get(item_id: UUID) -> Item:
    found = session().get(Item, item_id)
    if found is None:
        raise NotFound(N_("찾으시는 콘텐츠가 없습니다."))
    return found


def hold(item_id: UUID) -> Item:
    """An item that nobody else changes until the transaction ends."""
    found = session().get(Item, item_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(N_("찾으시는 콘텐츠가 없습니다."))
    return found


def items(words: str | None, state: str | None, cursor: str | None) -> tuple[Sequence[Item], str | None]:
    """The library, what was changed last first; `words` is a query of bigrams."""
    query = sa.select(Item).order_by(Item.updated_at.desc(), Item.id.desc())
    if words:
        query = query.where(Item.search.op("@@")(sa.func.to_tsquery("simple", words)))
    if state:
        query = query.where(Item.state == state)
    if cursor:
        after = cursors.decode(cursor, cursors.instant, cursors.identity)
        query = query.where(sa.tuple_(Item.updated_at, Item.id) < sa.tuple_(*after))
    found = session().scalars(query.limit(PAGE + 1)).all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], cursors.encode(last.updated_at.isoformat(), last.id) if last else None


def counts() -> dict[str, int]:
    """How many items are in each state."""
    counted = session().execute(sa.select(Item.state, sa.func.count()).group_by(Item.state))
    return dict(counted.all())


def versions(item: Item) -> Sequence[ItemVersion]:
    """What was published of an item, the latest first."""
    of_item = sa.select(ItemVersion).where(ItemVersion.item_id == item.id)
    return session().scalars(of_item.order_by(ItemVersion.number.desc())).all()


def missing(item: Item, video: Video | None, captions: Sequence[Caption]) -> list[Missing]:
    """What an item still needs before it can be published; nothing where it is ready."""
    told = (item.summary, item.category, item.level)
    found = {
        "words": None if all(told) else N_("한 줄 소개와 분야, 수준을 적어 주세요."),
        "licence": None
        if item.licence and item.licence_source
        else N_("이용 조건과 만든 곳이나 권리자를 적어 주세요."),
        "licence-ended": N_("이용 기간이 이미 지났습니다.")
        if item.licence_ends_on and item.licence_ends_on < dates.today()
        else None,
        "video": None if video is not None and video.state == "ready" else _video_missing(video),
        "captions": None
        if item.captions_exception or any(one.language == "ko" for one in captions)
        else N_("한국어 자막을 올리거나, 자막 없이 공개하는 까닭을 적어 주세요."),
    }
    parts = {"licence-ended": "licence"}
    return [Missing(words, parts.get(kind, kind)) for kind, words in found.items() if words]


def _video_missing(video: Video | None) -> str:
    if video is None or video.state == "uploading":
        return N_("영상을 올려 주세요.")
    return (
        N_("영상을 다시 올려 주세요.")
        if video.state == "failed"
        else N_("영상을 준비하고 있습니다. 조금 기다려 주세요.")
    )


def changed(item: Item, video: Video | None, captions: Sequence[Caption]) -> bool:
    """Whether an item is written otherwise than everybody sees it."""
    if not _in_force(item):
        return True
    shown = session().get_one(ItemVersion, (item.id, item.version))
    with_it = sa.select(VersionCaption.caption_id).where(
        VersionCaption.item_id == item.id, VersionCaption.number == item.version
    )
    same_words = all(getattr(item, name) == getattr(shown, name) for name in SAID)
    same_video = video is not None and video.id == shown.video_id
    return not (same_words and same_video and {one.id for one in captions} == set(session().scalars(with_it)))


def submit(item: Item) -> None:
    """Hand an item in for approval; refused while something is missing."""
    if item.state == "submitted":
        return
    _refuse_unready(item)
    item.state, item.returned_because = "submitted", ""
    _touch(item)


def recall(item: Item) -> None:
    """Take an item back that was handed in, to write on."""
    if item.state == "submitted":
        item.state = _state_before(item)
        _touch(item)


def send_back(item: Item, reason: str) -> None:
    """Give an item back to those who write it, and say why."""
    if item.state != "submitted":
        raise Refused(N_("승인을 기다리는 콘텐츠가 아닙니다."), slug="item-not-submitted")
    if not reason:
        words = N_("무엇을 고쳐야 하는지 적어 주세요.")
        raise Invalid(words, {"reason": words})
    item.state, item.returned_because = _state_before(item), reason
    _touch(item)


def publish(item: Item, by: UUID, note: str = "") -> ItemVersion:
    """Publish an item as it is written now, as its next version, with the captions that it has."""
    _refuse_unready(item)
    video, captions = media.of_item(item.id)
    assert video is not None
    assert video.seconds is not None
    version = ItemVersion(
        item_id=item.id,
        number=item.version + 1,
        note=note,
        video_id=video.id,
        seconds=video.seconds,
        published_by=by,
        **{name: getattr(item, name) for name in SAID},
    )
    session().add(version)
    session().flush()
    session().add_all(VersionCaption(item_id=item.id, number=version.number, caption_id=one.id) for one in captions)
    item.version, item.state, item.returned_because = version.number, "published", ""
    _project(version, captions)
    _touch(item)
    return version


def withdraw(item: Item) -> None:
    """Take an item out of every city; its versions, and what people have learned with it, stay."""
    if not _in_force(item):
        raise Refused(N_("공개하지 않은 콘텐츠입니다."), slug="item-not-published")
    session().execute(sa.delete(PublishedItem).where(PublishedItem.item_id == item.id))
    item.state = "withdrawn"
    _touch(item)


def _project(version: ItemVersion, captions: Sequence[Caption]) -> None:
    """Show this version to everybody, in place of the one before."""
    values = {name: getattr(version, name) for name in SAID if name != "captions_exception"}
    values |= {
        "number": version.number,
        "seconds": version.seconds,
        "languages": sorted(one.language for one in captions),
        "published_at": datetime.now(UTC),
    }
    former = session().get(PublishedItem, version.item_id)
    if former is None:
        session().add(PublishedItem(item_id=version.item_id, **values))
    else:
        for name, value in values.items():
            setattr(former, name, value)
    session().flush()


def _state_before(item: Item) -> str:
    return "published" if _in_force(item) else "withdrawn" if item.version else "draft"


def _in_force(item: Item) -> bool:
    return session().get(PublishedItem, item.id) is not None


def _refuse_unready(item: Item) -> None:
    video, captions = media.of_item(item.id)
    if not changed(item, video, captions):
        raise Refused(N_("지금 공개한 판과 같습니다. 바꾼 것이 있을 때 다시 공개해 주세요."), slug="item-unchanged")
    lacking = missing(item, video, captions)
    if lacking:
        raise Refused(lacking[0].words, slug="item-incomplete", rule=N_("모자란 것이 없어야 공개할 수 있습니다."))


def open_to_changes(item: Item) -> None:
    """Refuse to change what waits for approval."""
    if item.state == "submitted":
        raise Refused(
            N_("승인을 기다리는 동안에는 고치지 않습니다. 고치려면 먼저 승인 요청을 거두어 주세요."),
            slug="item-submitted",
        )


def _check(values: Mapping[str, Any]) -> None:
    errors = {}
    if not values["title"]:
        errors["title"] = N_("제목을 적어 주세요.")
    for name, most in LONGEST.items():
        if len(values[name]) > most:
            errors[name] = N_("너무 깁니다. %(most)s자까지 적어 주세요.")
            raise Invalid(errors[name], errors, values={"most": most})
    if errors:
        raise Invalid(next(iter(errors.values())), errors)


def _touch(item: Item) -> None:
    item.updated_at = datetime.now(UTC)
    session().flush()

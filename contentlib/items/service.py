"""Writing items, handing them in, publishing and withdrawing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from contentlib.items.models import Item, ItemVersion, PublishedItem, VersionCaption, WithdrawnItem
from contentlib.items.words import SAID
from contentlib.media import service as media
from contentlib.media.models import Caption, Video
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused
from maru.tables.links import is_web_address
from maru.web import dates

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


def change(item: Item, values: Mapping[str, Any]) -> Item:
    """Write an item anew. What was published stays as it was until it is published again."""
    open_to_changes(item)
    _check(values)
    for name in SAID:
        setattr(item, name, values[name])
    touch(item)
    return item


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


def versions(item: Item) -> Sequence[ItemVersion]:
    """What was published of an item, the latest first."""
    of_item = sa.select(ItemVersion).where(ItemVersion.item_id == item.id)
    return session().scalars(of_item.order_by(ItemVersion.number.desc())).all()


def parts(item: Item) -> tuple[Video | None, Sequence[Caption]]:
    """The video and the captions of an item; what leads to a course outside has none."""
    return (None, ()) if item.link else media.of_item(item.id)


def missing(item: Item, video: Video | None, captions: Sequence[Caption]) -> list[Missing]:
    """What an item still needs before it can be published; nothing where it is ready."""
    if item.link:
        return _missing_outside(item)
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


def _missing_outside(item: Item) -> list[Missing]:
    """Terms and level of a course outside are its provider's business."""
    if item.summary and item.category and item.licence_source:
        return []
    return [Missing(N_("한 줄 소개와 분야, 만든 곳을 적어 주세요."), "words")]


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
    same_video = (video.id if video else None) == shown.video_id
    return not (same_words and same_video and {one.id for one in captions} == set(session().scalars(with_it)))


def submit(item: Item) -> None:
    """Hand an item in for approval; refused while something is missing."""
    if item.state == "submitted":
        return
    _refuse_unready(item)
    item.state, item.returned_because = "submitted", ""
    touch(item)


def recall(item: Item) -> None:
    """Take an item back that was handed in, to write on."""
    if item.state == "submitted":
        item.state = _state_before(item)
        touch(item)


def send_back(item: Item, reason: str) -> None:
    """Give an item back to those who write it, and say why."""
    if item.state != "submitted":
        raise Refused(N_("승인을 기다리는 콘텐츠가 아닙니다."), slug="item-not-submitted")
    if not reason:
        words = N_("무엇을 고쳐야 하는지 적어 주세요.")
        raise Invalid(words, {"reason": words})
    item.state, item.returned_because = _state_before(item), reason
    touch(item)


def publish(item: Item, by: UUID, note: str = "") -> ItemVersion:
    """Publish an item as it is written now, as its next version, with the captions that it has.

    Refused while it is sent back: what was to be mended is looked at again when it is handed in.
    """
    _refuse_unready(item)
    if item.returned_because:
        words = N_("돌려보낸 콘텐츠입니다. 고쳐서 다시 승인을 요청하면 공개할 수 있습니다.")
        raise Refused(words, slug="item-sent-back")
    video, captions = parts(item)
    version = ItemVersion(
        item_id=item.id,
        number=item.version + 1,
        note=note,
        video_id=video.id if video else None,
        seconds=video.seconds if video else None,
        published_by=by,
        **{name: getattr(item, name) for name in SAID},
    )
    session().add(version)
    session().flush()
    session().add_all(VersionCaption(item_id=item.id, number=version.number, caption_id=one.id) for one in captions)
    item.version, item.state, item.returned_because = version.number, "published", ""
    _project(version, captions)
    touch(item)
    return version


def withdraw(item: Item, because: str) -> None:
    """Take an item out of every city and say why; its versions, and what people have learned with it, stay."""
    if not _in_force(item):
        raise Refused(N_("공개하지 않은 콘텐츠입니다."), slug="item-not-published")
    if not because:
        words = N_("시군에 알릴 까닭을 적어 주세요.")
        raise Invalid(words, {"because": words})
    session().execute(sa.delete(PublishedItem).where(PublishedItem.item_id == item.id))
    session().add(WithdrawnItem(item_id=item.id, title=item.title, because=because))
    item.state = "withdrawn"
    touch(item)


def _project(version: ItemVersion, captions: Sequence[Caption]) -> None:
    """Show this version to everybody, in place of the one before."""
    values = {name: getattr(version, name) for name in SAID if name != "captions_exception"}
    values |= {
        "number": version.number,
        "seconds": version.seconds,
        "languages": sorted(one.language for one in captions),
        "published_at": datetime.now(UTC),
    }
    session().execute(sa.delete(WithdrawnItem).where(WithdrawnItem.item_id == version.item_id))
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
    video, captions = parts(item)
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
    if values["link"] and not is_web_address(values["link"]):
        errors["link"] = N_("http://나 https://로 시작하는 주소를 적어 주세요.")
    if errors:
        raise Invalid(next(iter(errors.values())), errors)


def touch(item: Item) -> None:
    """Note that an item was changed now."""
    item.updated_at = datetime.now(UTC)
    session().flush()

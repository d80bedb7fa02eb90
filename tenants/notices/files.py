"""Files that hang on notices: few, small, of the kinds that offices send, and only ever handed out to be saved."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, Invalid, NotFound
from maru.limits import limit
from maru.storage import Storage
from tenants.notices.models import Notice, NoticeFile

KINDS = {
    "pdf": "application/pdf",
    "hwp": "application/x-hwp",
    "hwpx": "application/hwp+zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "zip": "application/zip",
    "txt": "text/plain",
}
"""Media types by the end of a name."""
LONGEST_NAME = 120
SAVED_WITHIN = timedelta(minutes=5)
"""So long an address of the object store opens a file."""
NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
"""Among them what turns the direction of a text, and so the end of a name."""


@dataclass(frozen=True)
class Sent:
    """A file as a browser sent it."""

    name: str
    data: bytes

    @classmethod
    def read(cls, name: str, data: bytes) -> "Sent":
        """With the name alone, whatever folder it came from."""
        plain = NOT_IN_NAMES.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()
        stem, dot, end = plain.rpartition(".")
        return cls(f"{stem[:LONGEST_NAME]}{dot}{end}", data)

    @property
    def kind(self) -> str:
        """The end of its name; empty where there is none."""
        return self.name.rpartition(".")[2].casefold() if "." in self.name.lstrip(".") else ""


def of(tenant: UUID, notice: UUID) -> Sequence[NoticeFile]:
    """What hangs on a notice that the caller may read, in the order in which it came."""
    mine = sa.select(NoticeFile).where(NoticeFile.tenant_id == tenant, NoticeFile.notice_id == notice)
    return session().scalars(mine.order_by(NoticeFile.id)).all()


def check(sent: Sequence[Sent], beside: int = 0) -> None:
    """Refuse what is too many, too large, empty, or of a kind that nobody should be handed. Raises Invalid."""
    most, megabytes = limit("notice-files"), limit("notice-file-megabytes")
    values: dict[str, object] = {"most": most, "megabytes": megabytes, "kinds": ", ".join(sorted(KINDS))}
    words = ""
    if len(sent) + beside > most:
        words = N_("파일은 %(most)s개까지 붙일 수 있습니다.")
    for one in sent:
        values["name"] = one.name
        if one.kind not in KINDS:
            words = N_("‘%(name)s’ 파일은 붙일 수 없습니다. 붙일 수 있는 파일: %(kinds)s")
        elif len(one.data) > megabytes * 2**20:
            words = N_("‘%(name)s’ 파일이 %(megabytes)sMB보다 큽니다. 더 작게 나누어 주세요.")
        elif not one.data:
            words = N_("‘%(name)s’ 파일이 비어 있습니다. 다시 골라 주세요.")
        if words:
            break
    if words:
        raise Invalid(words, {"files": words}, values=values)


def add(notice: Notice, sent: Sequence[Sent], by: UUID, storage: Storage) -> None:
    """Hang files on a notice; they have been checked."""
    for one in sent:
        row = NoticeFile(
            tenant_id=notice.tenant_id, notice_id=notice.id, name=one.name, bytes=len(one.data), added_by=by
        )
        session().add(row)
        session().flush()
        storage.put(_key(row), one.data, KINDS[one.kind])


def take_off(tenant: UUID, notice: UUID, storage: Storage, chosen: Collection[UUID] | None = None) -> None:
    """Take files off a notice for good: the `chosen` ones, or all of them."""
    gone = [one for one in of(tenant, notice) if chosen is None or one.id in chosen]
    for one in gone:
        session().delete(one)
    session().flush()
    if gone:
        storage.delete(_key(one) for one in gone)


def address(tenant: UUID, notice: UUID, file: UUID, storage: Storage) -> str:
    """Where a browser saves one of them from; NotFound as soon as its notice is not shown."""
    found = next((one for one in of(tenant, notice) if one.id == file), None)
    if found is None:
        raise NotFound(N_("찾으시는 파일이 없습니다."))
    return storage.url(_key(found), SAVED_WITHIN, save_as=found.name)


def _key(row: NoticeFile) -> str:
    return f"notices/{row.tenant_id}/{row.id}"

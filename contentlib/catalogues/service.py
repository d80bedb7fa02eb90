"""Taking catalogues into the library: runs of a course become one draft, and what editors wrote stays theirs."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from contentlib.catalogues import catalogue
from contentlib.catalogues.catalogue import ENDED, Entry, Unread, finding_of
from contentlib.catalogues.models import LibraryImport
from contentlib.items import service as library
from contentlib.items.models import Item
from maru.db import session
from maru.imports.kept import LONGEST_NAME, settle
from maru.imports.report import Report, ReportRow
from maru.jobs import job

OUR_FAULT = (
    "파일을 읽다가 저희 쪽에서 멈추었습니다. 넣은 콘텐츠는 없습니다. 서버를 관리하는 분에게 이 파일과 함께 알려 주세요."
)
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('library imports', 0))")
FIELDS = {
    "title": "제목",
    "summary": "한 줄 소개",
    "description": "내용",
    "category": "분야",
    "level": "수준",
    "licence_source": "제공 기관",
    "link": "주소",
}
"""What a catalogue says of an item, as reports call it."""


def receive(data: bytes, filename: str, by: UUID) -> UUID:
    """Take an uploaded catalogue in; a job reads it, and its report stands under the id that is given."""
    received = LibraryImport(filename=filename[:LONGEST_NAME], imported_by=by, state="waiting", file=data)
    session().add(received)
    session().flush()
    read_received.later(received.id)
    return received.id


@job("library.read_received")
def read_received(import_id: UUID) -> None:
    """Import a catalogue that was taken in; done once."""
    waiting = sa.select(LibraryImport).where(LibraryImport.id == import_id, LibraryImport.state == "waiting")
    received = session().scalar(waiting.options(undefer(LibraryImport.file)).with_for_update())
    if received is not None:
        settle(received, partial(_read, received.imported_by), OUR_FAULT)


def import_file(data: bytes, filename: str, *, dry_run: bool = False) -> Report:
    """Import a catalogue here and now, and keep its report; FileRefused for a file that is none.

    A dry run reports the same and changes nothing.
    """
    trial = session().begin_nested() if dry_run else None
    report = _read(None, data, filename)
    if trial:
        trial.rollback()
        return report
    kept = LibraryImport(filename=filename[:LONGEST_NAME], state="done", totals=report.totals, rows=report.stored)
    session().add(kept)
    session().flush()
    return report


def _read(by: UUID | None, data: bytes, filename: str) -> Report:
    records = list(catalogue.read(data, filename))
    session().execute(ONE_AT_A_TIME)
    courses = catalogue.fold([one for one in records if isinstance(one, Entry)])
    known = _known(list(courses))
    rows = [_refusal(one) for one in records if isinstance(one, Unread)]
    for key, runs in courses.items():
        rows += _runs(runs, _place(known.get(key), key, runs, by))
    session().flush()
    return Report(sorted(rows, key=lambda row: row.line))


def _known(keys: Sequence[str]) -> Mapping[str, Item]:
    """The items that came with these keys before, held until the transaction ends."""
    ours = sa.select(Item).where(Item.catalogue_key == sa.any_(sa.literal(list(keys), sa.ARRAY(sa.Text))))
    return {str(item.catalogue_key): item for item in session().scalars(ours.order_by(Item.id).with_for_update())}


def _place(item: Item | None, key: str, runs: Sequence[Entry], by: UUID | None) -> ReportRow:
    """Make or change the item of a course; the row of the record that speaks for it."""
    speaker = runs[0]
    said = {**speaker.said, "condition": speaker.condition}
    row = partial(ReportRow, speaker.line, title=speaker.said["title"])
    if item is None:
        session().add(Item(**speaker.said, catalogue_key=key, catalogue=said, created_by=by))
        return _warned(row("accepted", "created", f"새 초안입니다.{_folded_in(runs)}"), speaker)
    if item.catalogue == said:
        return row("unchanged", "unchanged", "이미 있는 콘텐츠와 같습니다.")
    if item.state == "submitted":
        return row("refused", "waits", finding_of("waits").message)
    changed, kept = _merge(item, speaker.said)
    item.catalogue = said
    library.touch(item)
    words = f"바뀐 것을 고쳤습니다: {_list(changed)}." if changed else "콘텐츠에서 고칠 것은 없었습니다."
    return _warned(
        row("accepted", "updated", words + (f" 직접 쓰신 {_list(kept)}은(는) 그대로 두었습니다." if kept else "")),
        speaker,
    )


def _merge(item: Item, said: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Write into an item what its catalogue says otherwise than before, but not over what editors wrote since."""
    before: Mapping[str, Any] = item.catalogue or {}
    anew = [name for name in FIELDS if said[name] != before.get(name) and said[name] != getattr(item, name)]
    ours = [name for name in anew if getattr(item, name) != before.get(name)]
    changed = [name for name in anew if name not in ours]
    for name in changed:
        setattr(item, name, said[name])
    return changed, ours


def _runs(runs: Sequence[Entry], speaking: ReportRow) -> list[ReportRow]:
    """The rows of all runs of a course: the one that speaks, and those that were folded into it."""
    outcome = "accepted" if speaking.outcome == "warned" else speaking.outcome
    words = f"{speaking.line}줄의 콘텐츠에 합쳤습니다. 같은 기관의 같은 제목입니다."
    return [speaking, *(ReportRow(one.line, outcome, "folded", words, one.said["title"]) for one in runs[1:])]


def _folded_in(runs: Sequence[Entry]) -> str:
    lines = ", ".join(str(one.line) for one in sorted(runs[1:], key=lambda one: one.line))
    return f" 같은 강좌의 {lines}줄을 여기에 합쳤습니다." if lines else ""


def _warned(row: ReportRow, speaker: Entry) -> ReportRow:
    findings = [*speaker.warnings, *([finding_of("ended")] if speaker.nearness == ENDED else [])]
    if not findings:
        return row
    message = " ".join([row.message, *(one.message for one in findings)])
    return ReportRow(row.line, "warned", findings[0].code, message, row.title)


def _refusal(one: Unread) -> ReportRow:
    return ReportRow(one.line, "refused", one.findings[0].code, " ".join(f.message for f in one.findings), one.title)


def _list(names: Sequence[str]) -> str:
    return ", ".join(FIELDS[name] for name in names)

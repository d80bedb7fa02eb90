"""Taking an institution's list in, and what became of each line; read by the worker, like other files that people send."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from maru import forms, spreadsheets
from maru.db import session
from maru.errors import N_, Invalid
from maru.imports.kept import LONGEST_NAME, settle
from maru.imports.report import Report, ReportRow
from maru.jobs import job
from maru.limits import limit
from maru.tables.findings import FileRefused
from maru.web import dates
from tenants.groups import members
from tenants.groups.members import Line, Member
from tenants.groups.models import GroupImport

LONGEST = 80
OUR_FAULT = "파일을 읽다가 저희 쪽에서 멈추었습니다. 넣은 분은 없습니다. 도 담당자에게 알려 주세요."
SENTENCES = {"too-many": "한 번에 {most}줄까지 올릴 수 있습니다. 나누어 올리세요."}
ENROL = sa.text("SELECT * FROM engine.enrol_member(:list, :name, :born, :phone, :email, :guardian, :guardian_phone)")
SAME_NAME = (
    "이름과 생년월일이 같은 줄이 여럿인데 연락처가 모두 다릅니다. 연락처를 확인해서 한 분에 한 줄만 올려 주세요."
)
REFUSALS: Mapping[str, str] = {
    "guardian-missing": "만 14세 미만입니다. ‘보호자 이름’과 ‘보호자 휴대전화’를 적어 주세요.",
    "several": "이름과 생년월일, 연락처가 같은 분이 여럿이라 누구인지 알 수 없습니다. 본인이 로그인해서 신청하거나 창구로 와 주세요.",
    "not-found": "공개하지 않은 강좌입니다.",
    "run-cancelled": "열리지 않게 된 강좌입니다.",
    "not-first-come": "추첨이나 심사로 정하는 강좌라 여기에서 신청을 받지 않습니다.",
    "not-open": "아직 접수 기간이 아닙니다.",
    "closed": "접수가 끝났습니다.",
    "not-resident": "시민만 듣는 강좌인데 사는 곳이 확인되지 않았습니다. 본인이 사는 곳을 알린 다음 다시 올려 주세요.",
    "birth-date-missing": "나이를 알 수 없습니다. 이미 있는 분이면 본인이 확인해야 합니다.",
    "too-young": "신청할 수 있는 나이가 아직 되지 않았습니다.",
    "too-old": "신청할 수 있는 나이를 넘었습니다.",
    "run-full": "자리와 대기 자리가 모두 찼습니다.",
    "rate-limited": "짧은 사이에 너무 많이 신청했습니다. 1분 뒤에 다시 올려 주세요.",
}
"""What a report says; the same rules as for everybody (`engine.place`)."""


def template() -> bytes:
    """An empty list to be filled in; a line that showed how would be somebody."""
    return spreadsheets.write("단체 신청", members.COLUMNS, [])


def receive(run: UUID, tenant: UUID, data: bytes, filename: str, by: UUID, *, stated: Mapping[str, Any]) -> UUID:
    """Take a list in with what the institution states: `institution`, `collected_by`, `collected_on` (a date or None) and
    `agreed`. A job reads it. Raises Invalid with the field.
    """
    institution, collected_by = (" ".join(str(stated[name]).split()) for name in ("institution", "collected_by"))
    errors = {}
    if wrong := forms.flaw(institution, LONGEST) if institution else N_("단체의 이름을 적어 주세요."):
        errors["institution"] = wrong
    if wrong := forms.name_flaw(collected_by, LONGEST, N_("동의서를 받은 분의 이름을 적어 주세요.")):
        errors["collected_by"] = wrong
    if stated["collected_on"] is None or stated["collected_on"] > dates.today():
        errors["collected_on"] = N_("동의서를 받은 날을 적어 주세요. 오늘까지의 날입니다.")
    if not stated["agreed"]:
        errors["agreed"] = N_("단체가 본인이나 보호자의 동의를 종이로 받은 다음에만 올릴 수 있습니다.")
    if not data:
        errors["file"] = N_("올릴 파일을 골라 주세요.")
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    kept = GroupImport(
        tenant_id=tenant,
        run_id=run,
        institution=institution,
        collected_by=collected_by,
        collected_on=stated["collected_on"],
        filename=filename[:LONGEST_NAME],
        imported_by=by,
        state="waiting",
        file=data,
    )
    session().add(kept)
    session().flush()
    read_received.later(kept.id)
    return kept.id


@job("groups.read_received")
def read_received(import_id: UUID) -> None:
    """Place the people of a list that was taken in; done once."""
    waiting = sa.select(GroupImport).where(GroupImport.id == import_id, GroupImport.state == "waiting")
    kept = session().scalar(waiting.options(undefer(GroupImport.file)).with_for_update())
    if kept is not None:
        settle(kept, partial(_read, kept.id), OUR_FAULT)


def latest(run: UUID) -> Sequence[Any]:
    """The newest lists of a run, without their rows."""
    told = (GroupImport.id, GroupImport.filename, GroupImport.imported_at, GroupImport.state, GroupImport.problem)
    newest = sa.select(*told, GroupImport.totals).where(GroupImport.run_id == run)
    return session().execute(newest.order_by(GroupImport.id.desc()).limit(20)).all()


def run_of(import_id: UUID) -> UUID:
    """The run that a list of the city is for."""
    return session().scalars(sa.select(GroupImport.run_id).where(GroupImport.id == import_id)).one()


def _read(import_id: UUID, data: bytes, _filename: str) -> Report:
    lines, most = list(members.read(data)), limit("people-per-group")
    if len(lines) > most:
        raise FileRefused("too-many", sentences=SENTENCES, most=most)
    if not lines:
        raise FileRefused("no-records")
    return Report(list(_place_all(import_id, lines)))


def _place_all(import_id: UUID, lines: Sequence[Line]) -> Iterator[ReportRow]:
    """Who stands in it more often than `same-name-lines`, each time with another contact, is tried no more: by that
    somebody would find out whose number is whose.
    """
    first: dict[Member, int] = {}
    tried, most = Counter[tuple[str, Any]](), limit("same-name-lines")
    for line in lines:
        if line.member is None:
            yield ReportRow(line.number, "refused", "unreadable", line.wrong, line.title)
        elif line.member in first:
            words = f"{first[line.member]}줄과 똑같은 줄이라 한 번만 넣었습니다."
            yield ReportRow(line.number, "unchanged", "duplicate-line", words, line.title)
        else:
            first[line.member] = line.number
            tried[line.member.name, line.member.birth_date] += 1
            if tried[line.member.name, line.member.birth_date] > most:
                yield ReportRow(line.number, "refused", "same-name", SAME_NAME, line.title)
                continue
            yield _place(import_id, line, line.member)


def _place(import_id: UUID, line: Line, member: Member) -> ReportRow:
    said = {"list": import_id, "name": member.name, "born": member.birth_date, **_contacts(member)}
    row = session().execute(ENROL, said).one()
    if row.refusal == "already-applied":
        return ReportRow(line.number, "unchanged", "already-applied", "이미 신청한 분입니다.", line.title)
    if row.refusal:
        return ReportRow(line.number, "refused", row.refusal, REFUSALS[row.refusal], line.title)
    if row.waiting_position:
        return ReportRow(line.number, "accepted", "waiting", f"대기 {row.waiting_position}번째입니다.", line.title)
    return ReportRow(line.number, "accepted", "placed", "자리가 정해졌습니다.", line.title)


def _contacts(member: Member) -> dict[str, str]:
    names = ("phone", "email", "guardian", "guardian_phone")
    return {name: getattr(member, name) for name in names}

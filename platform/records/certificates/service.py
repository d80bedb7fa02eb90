"""Issuing certificates, making their paper, verifying and revoking them (CAM-6.10)."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, Self
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from auth.messages import service as messages
from maru import forms, jobs, masking
from maru.config import Config
from maru.db import session
from maru.errors import N_, NotFound, Refused
from maru.jobs import job
from maru.storage import Storage
from maru.tenancy import Tenant
from maru.web import dates
from records.certificates import numbering
from records.certificates.document import CertificateText, Unprintable, render
from records.certificates.messages import READY
from records.certificates.models import Certificate, CertificateNumber

LONGEST_REASON = 300
NO_REASON = N_("왜 취소하는지 적어 주세요. 수료증을 확인하는 사람이 봅니다.")
NEWS_FOR = timedelta(days=30)
"""After it was issued, a new paper is news; what is written down about the past is not told."""
READERS: Mapping[Any, Callable[[str], Any]] = {date: date.fromisoformat, Decimal: Decimal, str: str}


@dataclass(frozen=True)
class Content:
    """What a paper says beside its number, its code and its dates of issue; kept as it is for ever.

    `hours` are of class time; `colour` is that of the frame (`#25449d`). `run_name` and `head_name` may be empty.
    """

    holder_name: str
    birth_date: date
    course_title: str
    run_name: str
    period_start: date
    period_end: date
    hours: Decimal
    completed_on: date
    tenant_name: str
    institution_name: str
    head_title: str
    head_name: str
    colour: str

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        """From the form in which the database keeps it."""
        return cls(**{field.name: READERS[field.type](stored[field.name]) for field in fields(cls)})

    def stored(self) -> dict[str, str]:
        """For the database: every value as text, days as `2026-07-09`."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Verdict:
    """The answer to "is this genuine?". Everything but the state is None when there is no such certificate.

    Name and birth date are masked. A wrong code, a malformed and an unknown number are all "not-found".
    """

    state: Literal["valid", "revoked", "not-found"]
    number: str | None = None
    holder_name: str | None = None
    birth_date: str | None = None
    course_title: str | None = None
    run_name: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    hours: Decimal | None = None
    completed_on: date | None = None
    tenant_name: str | None = None
    institution_name: str | None = None
    head_title: str | None = None
    issued_on: date | None = None
    revoked_on: date | None = None
    revoked_reason: str | None = None


def issue(tenant: UUID, person: UUID, source: UUID, content: Content, *, issued_on: date | None = None) -> Certificate:
    """Issue a certificate for an enrolment that has none in force; its paper is made by a job."""
    if session().scalar(sa.select(Certificate.id).where(Certificate.source_id == source, _in_force())):
        raise Refused(N_("이미 낸 수료증이 있습니다. 다시 내려면 먼저 취소해 주세요."), slug="already-issued")
    day = issued_on or dates.today()
    issued = Certificate(
        tenant_id=tenant,
        person_id=person,
        source_id=source,
        number=_next_number(tenant, day.year),
        code=numbering.new_code(),
        content=content.stored(),
        issued_on=day,
    )
    session().add(issued)
    session().flush()
    make_paper.later(issued.id)
    return issued


def _next_number(tenant: UUID, year: int) -> str:
    """The next number of the tenant's year; whoever else issues there waits for the end of this transaction."""
    region = session().get_one(Tenant, tenant).region_code
    first = insert(CertificateNumber).values(tenant_id=tenant, year=year, last=1)
    following = first.on_conflict_do_update(
        index_elements=["tenant_id", "year"], set_={"last": CertificateNumber.last + 1}
    )
    last = session().execute(following.returning(CertificateNumber.last)).scalar_one()
    try:
        return str(numbering.number(region or "", year, last))
    except ValueError as error:
        raise Refused(
            N_("이 시군의 행정구역 코드가 없어 수료증 번호를 만들 수 없습니다. 도 담당자에게 알려 주세요."),
            slug="no-region-code",
        ) from error


@job("certificates.make_paper")
def make_paper(certificate: UUID) -> None:
    """Make the PDF and keep it; done once, and not for a certificate revoked meanwhile."""
    found = _held(certificate)
    if found.file_key or found.revoked_at:
        return
    config, storage = jobs.tools().config, jobs.tools().storage
    try:
        pdf = render(_text(found, config))
    except Unprintable as problem:
        found.file_problem = problem.detail % problem.values
        return
    found.file_key = f"certificates/{found.tenant_id}/{found.id}.pdf"
    found.file_sha256 = hashlib.sha256(pdf).hexdigest()
    storage.put(found.file_key, pdf, "application/pdf")
    if found.issued_on > dates.today() - NEWS_FOR:
        messages.send(READY, found.person_id, {}, about=found.id, tenant=found.tenant_id)


def _text(certificate: Certificate, config: Config) -> CertificateText:
    return CertificateText(
        **asdict(Content.read(certificate.content)),
        number=certificate.number,
        issued_on=certificate.issued_on,
        verify_code=numbering.grouped(certificate.code),
        verify_url=config.origin() + certificate.verify_path,
    )


def paper(certificate: Certificate, storage: Storage) -> bytes | None:
    """The PDF as it was made, counted as one more copy; None while it is not made yet.

    Refused when the certificate is revoked, and when its text cannot be printed.
    """
    if certificate.revoked_at:
        reason = {"reason": certificate.revoked_reason}
        raise Refused(N_("취소된 수료증입니다. 까닭: %(reason)s"), slug="certificate-revoked", values=reason)
    if certificate.file_problem:
        raise Refused(
            N_("%(problem)s 담당자가 글을 바로잡아 다시 내 드려야 합니다."),
            slug="unprintable",
            values={"problem": certificate.file_problem},
        )
    if certificate.file_key is None:
        return None
    pdf = storage.get(certificate.file_key)
    if hashlib.sha256(pdf).hexdigest() != certificate.file_sha256:
        raise RuntimeError(f"the file of certificate {certificate.id} is not the one that was made")
    session().execute(sa.select(sa.func.engine.count_copy(certificate.id)))
    return pdf


def get(certificate: UUID) -> Certificate:
    """A certificate that the caller may see."""
    return _one(sa.select(Certificate).where(Certificate.id == certificate))


def _held(certificate: UUID) -> Certificate:
    """A certificate that nobody else changes until the transaction ends."""
    return _one(sa.select(Certificate).where(Certificate.id == certificate).with_for_update(key_share=True))


def _one(query: sa.Select[Certificate]) -> Certificate:
    found = session().scalar(query)
    if found is None:
        raise NotFound(N_("찾으시는 수료증이 없습니다."))
    return found


def of_sources(sources: Collection[UUID]) -> dict[UUID, Certificate]:
    """The certificate of each enrolment: the one in force, else the one revoked last."""
    return {source: papers[-1] for source, papers in every_paper(sources).items()}


def every_paper(sources: Collection[UUID]) -> dict[UUID, list[Certificate]]:
    """The certificates of each enrolment: those revoked in their order, then the one in force."""
    found = sa.select(Certificate).where(Certificate.source_id.in_(sources))
    papers: dict[UUID, list[Certificate]] = {}
    for certificate in session().scalars(found.order_by(Certificate.revoked_at.asc().nulls_last())):
        papers.setdefault(certificate.source_id, []).append(certificate)
    return papers


def verify(number: str, code: str) -> Verdict:
    """Whether a certificate with this number and this code, as typed from paper, is genuine and in force."""
    read_number, read_code = numbering.read_number(number), numbering.read_code(code)
    if read_number is None or read_code is None:
        return Verdict("not-found")
    find = sa.text("SELECT * FROM engine.find_certificate(:number, :code)")
    row = session().execute(find, {"number": str(read_number), "code": read_code}).one()
    return _verdict(str(read_number), row) if row.content else Verdict("not-found")


def _verdict(number: str, row: Any) -> Verdict:
    content = Content.read(row.content)
    return Verdict(
        state="revoked" if row.revoked_at else "valid",
        number=number,
        holder_name=masking.name(content.holder_name),
        birth_date=masking.birth_date(content.birth_date),
        course_title=content.course_title,
        run_name=content.run_name,
        period_start=content.period_start,
        period_end=content.period_end,
        hours=content.hours,
        completed_on=content.completed_on,
        tenant_name=content.tenant_name,
        institution_name=content.institution_name,
        head_title=content.head_title,
        issued_on=row.issued_on,
        revoked_on=dates.today(row.revoked_at) if row.revoked_at else None,
        revoked_reason=row.revoked_reason or None,
    )


def revoke(certificate: UUID, reason: str, by: UUID) -> Certificate:
    """Take a certificate out of force, with a reason that everyone who checks it will read.

    What the person learned stays in the history: a withdrawal there is an act of its own (records.history).
    """
    said = forms.words("reason", reason, LONGEST_REASON, NO_REASON)
    held = insist_in_force(certificate)
    held.revoked_at, held.revoked_by, held.revoked_reason = datetime.now(UTC), by, said
    session().flush()
    return held


def insist_in_force(certificate: UUID) -> Certificate:
    """A certificate, held, that nobody has revoked. Raises NotFound, Refused."""
    held = _held(certificate)
    if held.revoked_at:
        raise Refused(N_("이미 취소된 수료증입니다."), slug="already-revoked")
    return held


def _in_force() -> sa.ColumnElement[bool]:
    return Certificate.revoked_at.is_(None)

"""Certificates: numbered without gap or repeat, verified without telling too much, revoked with a reason (CAM-6.10)."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from auth.messages import service as messages
from maru import jobs
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import Invalid, NotFound, Refused
from maru.jobs import Tools
from maru.storage import Storage
from maru.web import dates
from records.certificates import service as certificates
from records.certificates.models import Certificate
from records.certificates.service import Content, Verdict
from tests.conftest import Maker

CONTENT = Content(
    holder_name="김영숙",
    birth_date=date(1956, 3, 2),
    course_title="스마트폰으로 병원 예약하기",
    run_name="2026년 2기",
    period_start=date(2026, 6, 2),
    period_end=date(2026, 7, 9),
    hours=Decimal("12.50"),
    completed_on=date(2026, 7, 9),
    tenant_name="수원시",
    institution_name="수원시 평생학습관",
    head_title="수원시장",
    head_name="이마루",
    colour="#25449d",
)
DAY = date(2026, 7, 10)


def city_with_code(make: Maker) -> tuple[UUID, str]:
    code = make.code()
    return make.city(region=code), code


def issue(make: Maker, city: UUID, person: UUID, source: UUID | None = None, day: date = DAY) -> Certificate:
    enrolment = source or make.enrolment(city, person)
    with make.database.transaction(Scope.JOB, tenant=city):
        return certificates.issue(city, person, enrolment, CONTENT, issued_on=day)


def verify(database: Database, number: str, code: str) -> Verdict:
    with database.transaction(Scope.PUBLIC):
        return certificates.verify(number, code)


def revoke(database: Database, city: UUID, certificate: UUID, reason: str, by: UUID) -> Certificate:
    with database.transaction(Scope.STAFF, tenant=city, person=by):
        return certificates.revoke(certificate, reason, by)


def test_numbers_count_per_city_and_year(database: Database, make: Maker) -> None:
    (one, code_one), (two, code_two), person = city_with_code(make), city_with_code(make), make.person()
    days = [(one, DAY), (one, DAY), (two, DAY), (one, date(2027, 1, 1)), (one, DAY)]
    assert [issue(make, city, person, day=day).number for city, day in days] == [
        f"{code_one}-2026-000001",
        f"{code_one}-2026-000002",
        f"{code_two}-2026-000001",
        f"{code_one}-2027-000001",
        f"{code_one}-2026-000003",
    ]


def test_a_refused_issue_leaves_no_gap(database: Database, make: Maker) -> None:
    (city, code), person = city_with_code(make), make.person()
    source = make.enrolment(city, person)
    issue(make, city, person, source)
    with pytest.raises(Refused) as refused:
        issue(make, city, person, source)
    assert refused.value.slug == "already-issued"
    assert issue(make, city, person).number == f"{code}-2026-000002"


def test_many_at_once_get_different_numbers(database: Database, make: Maker) -> None:
    (city, code), person = city_with_code(make), make.person()
    with ThreadPoolExecutor(5) as pool:
        issued = list(pool.map(lambda _: issue(make, city, person).number, range(25)))
    assert sorted(issued) == [f"{code}-2026-{n:06}" for n in range(1, 26)]


def test_a_city_without_a_region_code_is_told_so(database: Database, make: Maker) -> None:
    with pytest.raises(Refused) as refused:
        issue(make, make.city(), make.person())
    assert refused.value.slug == "no-region-code"


def test_what_the_paper_says_is_kept_exactly() -> None:
    assert Content.read(CONTENT.stored()) == CONTENT


def test_verified_with_name_and_birth_date_masked(database: Database, make: Maker) -> None:
    city, _ = city_with_code(make)
    issued = issue(make, city, make.person())
    verdict = verify(database, f"제 {issued.number} 호", issued.code.lower())
    assert (verdict.state, verdict.number, verdict.holder_name) == ("valid", issued.number, "김*숙")
    assert (verdict.birth_date, verdict.course_title) == ("1956-**-**", CONTENT.course_title)
    assert CONTENT.holder_name not in str(verdict)


def test_everything_wrong_reads_not_found(database: Database, make: Maker) -> None:
    city, code = city_with_code(make)
    one, other = issue(make, city, make.person()), issue(make, city, make.person())
    wrong = [
        (one.number, other.code),
        (one.number, ""),
        (one.number, one.code[:-1]),
        (f"{code}-2026-999999", one.code),
        ("", one.code),
        ("' OR 1=1 --", one.code),
        ("\x00", "\x00"),
    ]
    assert {verify(database, number, typed) for number, typed in wrong} == {Verdict("not-found")}


def test_revoked_with_a_reason_that_shows_at_once(database: Database, make: Maker) -> None:
    (city, _), staff = city_with_code(make), make.person()
    issued = issue(make, city, make.person())
    revoke(database, city, issued.id, " 출석 기록을 바로잡음 ", staff)
    verdict = verify(database, issued.number, issued.code)
    assert (verdict.state, verdict.revoked_reason) == ("revoked", "출석 기록을 바로잡음")
    assert verdict.revoked_on is not None
    assert verdict.holder_name == "김*숙"


@pytest.mark.parametrize("reason", ["", " \n "])
def test_without_a_reason_it_stays_in_force(database: Database, make: Maker, reason: str) -> None:
    city, _ = city_with_code(make)
    issued = issue(make, city, make.person())
    with pytest.raises(Invalid) as invalid:
        revoke(database, city, issued.id, reason, make.person())
    assert "reason" in invalid.value.errors
    assert verify(database, issued.number, issued.code).state == "valid"


def test_revoked_once_and_issued_again_under_another_number(database: Database, make: Maker) -> None:
    (city, code), person = city_with_code(make), make.person()
    source = make.enrolment(city, person)
    first = issue(make, city, person, source)
    revoke(database, city, first.id, "이름을 바로잡음", make.person())
    with pytest.raises(Refused) as refused:
        revoke(database, city, first.id, "다시", make.person())
    assert refused.value.slug == "already-revoked"
    second = issue(make, city, person, source)
    assert second.number == f"{code}-2026-000002"
    with database.transaction(Scope.PERSON, person=person):
        assert certificates.of_sources([source])[source].id == second.id
    assert [verify(database, paper.number, paper.code).state for paper in (first, second)] == ["revoked", "valid"]


def test_another_city_cannot_revoke(database: Database, make: Maker) -> None:
    city, _ = city_with_code(make)
    issued = issue(make, city, make.person())
    with pytest.raises(NotFound):
        revoke(database, make.city(), issued.id, "남의 것", make.person())


def test_the_person_sees_theirs_and_nobody_elses(database: Database, make: Maker) -> None:
    (city, _), person, other = city_with_code(make), make.person(), make.person()
    issued = issue(make, city, person)
    with database.transaction(Scope.PERSON, person=other):
        assert session().scalars(sa.select(Certificate)).all() == []
        with pytest.raises(NotFound):
            certificates.get(issued.id)
    with database.transaction(Scope.PERSON, person=person):
        assert certificates.get(issued.id).number == issued.number


def test_what_a_paper_says_cannot_be_changed(database: Database, make: Maker) -> None:
    city, _ = city_with_code(make)
    issue(make, city, make.person())
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        database.transaction(Scope.STAFF, tenant=city, person=make.person()),
    ):
        session().execute(sa.text("UPDATE certificates SET content = '{}'"))


@contextmanager
def at_work(database: Database, config: Config, storage: Storage, city: UUID) -> Iterator[None]:
    work = partial(database.transaction, Scope.JOB, tenant=city)
    with jobs.having(Tools(config, storage, work)), work():
        yield


def test_the_paper_is_made_once_kept_and_counted(
    config: Config, database: Database, make: Maker, storage: Storage
) -> None:
    (city, _), person = city_with_code(make), make.person()
    issued = issue(make, city, person)
    with database.transaction(Scope.PERSON, person=person):
        assert certificates.paper(certificates.get(issued.id), storage) is None
    for _ in range(2):
        with at_work(database, config, storage, city):
            certificates.make_paper(issued.id)
    for copies in (1, 2):
        with database.transaction(Scope.PERSON, person=person):
            pdf = certificates.paper(certificates.get(issued.id), storage)
        assert pdf is not None
        with database.transaction(Scope.PERSON, person=person):
            assert certificates.get(issued.id).copies == copies
    text = " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    for words in (
        issued.number,
        "김영숙",
        "스마트폰으로 병원 예약하기",
        "12.5시간",
        f"localhost:8000/certificates/{issued.number}",
    ):
        assert words in text


def test_a_paper_that_is_not_the_one_made_is_not_handed_out(
    config: Config, database: Database, make: Maker, storage: Storage
) -> None:
    (city, _), person = city_with_code(make), make.person()
    issued = issue(make, city, person)
    with at_work(database, config, storage, city):
        certificates.make_paper(issued.id)
    storage.put(f"certificates/{city}/{issued.id}.pdf", b"%PDF forged", "application/pdf")
    with pytest.raises(RuntimeError, match="not the one"), database.transaction(Scope.PERSON, person=person):
        certificates.paper(certificates.get(issued.id), storage)


def test_a_revoked_certificate_gets_no_paper(config: Config, database: Database, make: Maker, storage: Storage) -> None:
    (city, _), person = city_with_code(make), make.person()
    issued = issue(make, city, person)
    revoke(database, city, issued.id, "이름을 바로잡음", make.person())
    with at_work(database, config, storage, city):
        certificates.make_paper(issued.id)
    with pytest.raises(Refused) as refused, database.transaction(Scope.PERSON, person=person):
        certificates.paper(certificates.get(issued.id), storage)
    assert refused.value.slug == "certificate-revoked"
    assert not storage.exists(f"certificates/{city}/{issued.id}.pdf")


def test_what_cannot_be_printed_is_said_and_not_tried_for_ever(
    config: Config, database: Database, make: Maker, storage: Storage
) -> None:
    (city, _), person = city_with_code(make), make.person()
    with database.transaction(Scope.JOB, tenant=city):
        odd = replace(CONTENT, course_title="수채화 \U000e0042\U00013000")
        issued = certificates.issue(city, person, make.enrolment(city, person), odd)
    with at_work(database, config, storage, city):
        certificates.make_paper(issued.id)
    with pytest.raises(Refused) as refused, database.transaction(Scope.PERSON, person=person):
        certificates.paper(certificates.get(issued.id), storage)
    assert refused.value.slug == "unprintable"
    assert "찍을 수 없는 글자" in refused.value.values["problem"]


@pytest.mark.parametrize(("days", "told"), [(0, ["certificates.ready"]), (29, ["certificates.ready"]), (31, [])])
def test_who_has_a_new_paper_is_told_once(
    config: Config, database: Database, make: Maker, storage: Storage, days: int, told: list[str]
) -> None:
    (city, _), person = city_with_code(make), make.person()
    issued = issue(make, city, person, day=dates.today() - timedelta(days=days)).id
    for _ in range(2):
        with at_work(database, config, storage, city):
            certificates.make_paper(issued)
    with database.transaction(Scope.PERSON, person=person):
        assert [message.kind for message in messages.mine(person) if message.about == issued] == told

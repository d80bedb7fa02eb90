"""Certificates in the browser and for programs: anyone checks, the owner downloads, a city administrator revokes."""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.consents import service as consents
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection
from maru.worker import run_worker
from records.certificates import service as certificates
from records.certificates.models import Certificate
from records.certificates.numbering import LONGEST_TYPED
from records.certificates.service import Content
from records.history import service as history
from records.history.service import Entry
from tenants.enrolments import service as enrolments
from tests.client import Web, opened
from tests.conftest import Maker

NAME, BORN = "남궁영수", date(1956, 3, 2)
FOUND = {"state", "number", "holder_name", "birth_date", "course_title", "run_name", "period_start", "period_end"} | {
    "hours", "completed_on", "tenant_name", "institution_name", "head_title", "issued_on", "revoked_on",
    "revoked_reason",
}  # fmt: skip


@pytest.fixture(scope="module")
def web(stored: Config) -> Iterator[Web]:
    with opened(stored) as asked:
        yield asked


@dataclass
class Issued:
    """A certificate with its city and its owner."""

    city: UUID
    slug: str
    owner: UUID
    paper: Certificate

    @property
    def path(self) -> str:
        return f"/certificates/{self.paper.number}?code={self.paper.code}"


@pytest.fixture
def issued(database: Database, make: Maker) -> Issued:
    city, owner = make.city(region=make.code()), make.person()
    run = make.run(city)
    with database.transaction(Scope.PERSON, tenant=city, person=owner):
        consents.give(owner, consents.PROVINCE_HISTORY)
        source = enrolments.apply(run, city).id
    content = Content(
        holder_name=NAME, birth_date=BORN, course_title="스마트폰으로 병원 예약하기", run_name="2026년 2기",
        period_start=date(2026, 6, 2), period_end=date(2026, 7, 9), hours=Decimal("12.00"),
        completed_on=date(2026, 7, 9), tenant_name="시험시", institution_name="시험시 평생학습관",
        head_title="시험시장", head_name="이마루", colour="#25449d",
    )  # fmt: skip
    with database.transaction(Scope.JOB, tenant=city):
        paper = certificates.issue(city, owner, source, content)
        history.record(
            Entry(
                owner, city, content.course_title, content.run_name, "05", content.hours, content.period_start,
                content.period_end, content.completed_on, source, "consent:test", paper.number,
            )
        )  # fmt: skip
    return Issued(city, make.slug(city), owner, paper)


def revoke(database: Database, issued: Issued, reason: str, by: UUID) -> None:
    with database.transaction(Scope.STAFF, tenant=issued.city, person=by):
        certificates.revoke(issued.paper.id, reason, by)


def verdict(web: Web, number: str, code: str, host: str = "localhost") -> dict[str, Any]:
    answer = web.get(host, f"/api/v1/certificates/{number}", query_string={"code": code})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.get_json()
    assert found.keys() == FOUND
    return found


def test_anyone_checks_on_any_host_and_sees_names_masked(web: Web, issued: Issued) -> None:
    for host in ("localhost", f"{issued.slug}.localhost"):
        page = web.get(host, issued.path).get_data(as_text=True)
        assert "유효한 수료증입니다" in page
        assert "남**수" in page
        assert "1956년 **월 **일" in page
        assert NAME not in page


def test_the_verdict_stands_first_and_in_the_title(web: Web, issued: Issued) -> None:
    wrong = issued.path[:-3] + "000"
    for path, words in ((issued.path, "유효한 수료증입니다"), (wrong, "찾을 수 없습니다")):
        page = web.get("localhost", path).get_data(as_text=True)
        assert f"<title>{words} - " in page
        assert page.index(f"<h2>{words}</h2>") < page.index("<form class=")


def test_what_was_typed_from_paper_leads_to_the_certificates_own_address(web: Web, issued: Issued) -> None:
    typed = {"number": f"제 {issued.paper.number} 호", "code": issued.paper.code.lower()}
    answer = web.get("localhost", "/certificates", query_string=typed)
    assert answer.status_code == 302
    assert "유효한 수료증입니다" in web.get("localhost", answer.location).get_data(as_text=True)


def test_the_form_says_what_is_missing(web: Web) -> None:
    untouched = web.get("localhost", "/certificates").get_data(as_text=True)
    assert "확인 결과" not in untouched
    assert "적어 주세요" not in untouched
    empty = web.get("localhost", "/certificates?number=&code=").get_data(as_text=True)
    assert "수료증 번호를 적어 주세요" in empty
    assert "확인 코드를 적어 주세요" in empty
    page = web.get("localhost", "/certificates?number=41110-2026-000001&code=").get_data(as_text=True)
    assert "확인 코드를 적어 주세요" in page
    assert "<title>오류: " in page


@pytest.mark.parametrize("path", ["/certificates/x?code=y", "/certificates?number=x&code=y"])
def test_what_makes_no_sense_is_not_found(web: Web, path: str) -> None:
    page = web.get("localhost", path)
    assert page.status_code == 200
    assert "찾을 수 없습니다" in page.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/certificates", "/certificates/{pile}", "/api/v1/certificates/{pile}"])
def test_what_is_far_too_long_is_not_found_without_being_normalised(
    web: Web, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    lengths: list[int] = []
    monkeypatch.setattr(unicodedata, "normalize", lambda _form, text: lengths.append(len(text)) or text)
    pile = "a" + "\u0300\u0316" * 2_000
    answer = web.get("localhost", path.format(pile=pile), query_string={"number": pile, "code": pile})
    assert answer.status_code == 200
    assert "찾을 수 없습니다" in answer.text or answer.get_json()["state"] == "not-found"
    assert max(lengths, default=0) <= LONGEST_TYPED


def test_a_wrong_code_says_nothing_about_the_number(web: Web, issued: Issued) -> None:
    wrong = "".join(reversed(issued.paper.code))
    page = web.get("localhost", f"/certificates/{issued.paper.number}?code={wrong}").get_data(as_text=True)
    assert "찾을 수 없습니다" in page
    assert "남**수" not in page


def test_for_programs_the_answer_always_has_the_same_members(web: Web, issued: Issued) -> None:
    found = verdict(web, issued.paper.number, issued.paper.code)
    assert (found["state"], found["holder_name"], found["hours"]) == ("valid", "남**수", 12.0)
    nothing = dict.fromkeys(FOUND) | {"state": "not-found"}
    for number, code in (
        (issued.paper.number, "x"),
        ("x", issued.paper.code),
        ("41110-1999-000001", issued.paper.code),
    ):
        assert verdict(web, number, code) == nothing


def test_a_revocation_shows_at_once_everywhere(database: Database, make: Maker, web: Web, issued: Issued) -> None:
    owner = make.session(issued.owner, None)
    revoke(database, issued, "출석 기록을 바로잡음", make.person())
    assert "까닭: 출석 기록을 바로잡음" in web.get("localhost", issued.path).get_data(as_text=True)
    assert verdict(web, issued.paper.number, issued.paper.code)["state"] == "revoked"
    (line,) = web.get("localhost", "/api/v1/me/history", owner).get_json()["items"]
    assert (line["certificate"]["state"], line["certificate"]["pdf_url"]) == ("revoked", None)
    download = web.get("localhost", f"/my/certificates/{issued.paper.id}.pdf", owner)
    assert download.status_code == 409
    assert "출석 기록을 바로잡음" in download.get_data(as_text=True)


def test_the_owner_waits_a_moment_and_then_downloads(
    database: Database, make: Maker, stored: Config, web: Web, issued: Issued
) -> None:
    owner, path = make.session(issued.owner, issued.city), f"/my/certificates/{issued.paper.id}.pdf"
    host = f"{issued.slug}.localhost"
    waiting = web.get(host, path, owner)
    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "3")
    assert "수료증을 만들고 있습니다" in waiting.get_data(as_text=True)
    run_worker(stored, until_empty=True)
    ready = web.get(host, path, owner)
    assert (ready.status_code, ready.mimetype) == (200, "application/pdf")
    assert ready.headers["Content-Disposition"] == f'attachment; filename="{issued.paper.number}.pdf"'
    web.get(host, path, owner)
    with database.transaction(Scope.PERSON, person=issued.owner):
        kept = certificates.get(issued.paper.id)
    assert (kept.file_sha256, kept.copies) == (hashlib.sha256(ready.data).hexdigest(), 2)
    for asked in (host, f"{host}:6666"):
        (line,) = web.get(asked, "/api/v1/me/history", owner).get_json()["items"]
        assert line["certificate"]["pdf_url"] == f"http://{host}:8000{path}"


def test_the_owner_proves_who_they_are_before(make: Maker, web: Web, issued: Issued, config: Config) -> None:
    owner, path = make.session(issued.owner, issued.city), f"/my/certificates/{issued.paper.id}.pdf"
    with engine_connection(config.database_url) as connection:
        connection.execute(sa.text("UPDATE people SET verified_at = NULL WHERE id = :id"), {"id": issued.owner})
    asked = web.get(f"{issued.slug}.localhost", path, owner)
    assert asked.status_code == 403
    assert f"/my/identity?next={quote(path, safe='')}" in asked.text


def test_nobody_downloads_anothers(make: Maker, web: Web, issued: Issued) -> None:
    path = f"/my/certificates/{issued.paper.id}.pdf"
    assert web.get("localhost", path).location.startswith("/auth/sign-in")
    assert web.get("localhost", path, make.session(make.person(), None)).status_code == 404
    admin = make.person()
    make.grant(admin, "city_admin", issued.city)
    assert web.get(f"{issued.slug}.localhost", path, make.session(admin, issued.city)).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("course_operator", 200), ("desk_clerk", 200), ("instructor", 403)])
def test_staff_open_a_paper_of_their_city_and_the_look_is_logged(
    web: Web, stored: Config, database: Database, make: Maker, issued: Issued, role: str, status: int
) -> None:
    run_worker(stored, until_empty=True)
    clerk, path = make.person(), f"/console/certificates/{issued.paper.id}.pdf"
    make.grant(clerk, role, issued.city)
    answer = web.get(f"{issued.slug}.localhost", path, make.session(clerk, issued.city))
    assert answer.status_code == status
    with database.transaction(Scope.PERSON, person=issued.owner):
        looks = session().scalars(sa.text("SELECT task FROM access_log WHERE actor_id = :clerk"), {"clerk": clerk})
        assert list(looks) == (["수료증 보기"] if status == 200 else [])
    if status == 200:
        assert answer.headers["Content-Disposition"] == f'inline; filename="{issued.paper.number}.pdf"'
    elsewhere = make.city()
    make.grant(clerk, "city_admin", elsewhere)
    there = web.get(f"{make.slug(elsewhere)}.localhost", path, make.session(clerk, elsewhere))
    assert there.status_code == 404


def test_the_history_for_programs(make: Maker, web: Web, issued: Issued) -> None:
    owner = make.session(issued.owner, None)
    page = web.get("localhost", "/api/v1/me/history?limit=1", owner).get_json()
    assert page["next"] is None
    (line,) = page["items"]
    assert (line["tenant"], line["completed_on"], line["hours"]) == (issued.slug, "2026-07-09", 12.0)
    assert line["certificate"] == {
        "number": issued.paper.number,
        "state": "valid",
        "verify_url": f"http://localhost:8000{issued.path}",
        "pdf_url": None,
    }
    assert web.get("localhost", "/api/v1/me/history", make.session(make.person(), None)).get_json()["items"] == []
    assert web.get("localhost", "/api/v1/me/history").status_code == 401


def test_revoking_asks_first_and_needs_a_reason(make: Maker, web: Web, issued: Issued) -> None:
    admin = make.person()
    make.grant(admin, "city_admin", issued.city)
    who, host = make.session(admin, issued.city), f"{issued.slug}.localhost"
    path = f"/console/certificates/{issued.paper.id}/revoke"
    asked = web.get(host, path, who).get_data(as_text=True)
    assert f"{NAME} 님의 수료증을 취소할까요?" in asked
    empty = web.post(host, path, who, data={"reason": " "})
    assert empty.status_code == 422
    assert "<title>오류: " in empty.get_data(as_text=True)
    done = web.post(host, f"{path}?back=/console/runs/1", who, data={"reason": "출석 기록을 바로잡음"})
    assert done.status_code == 303
    shown = web.get(host, done.location, who).get_data(as_text=True)
    assert "취소된 수료증입니다" in shown
    assert 'href="/console/runs/1"' in shown
    assert verdict(web, issued.paper.number, issued.paper.code)["revoked_reason"] == "출석 기록을 바로잡음"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/console/..//evil", "javascript:alert(1)"])
def test_the_way_back_stays_in_the_console(make: Maker, web: Web, issued: Issued, back: str) -> None:
    admin = make.person()
    make.grant(admin, "city_admin", issued.city)
    page = web.get(
        f"{issued.slug}.localhost",
        f"/console/certificates/{issued.paper.id}/revoke",
        make.session(admin, issued.city),
        query_string={"back": back},
    )
    assert "evil" not in page.get_data(as_text=True)
    assert "javascript:" not in page.get_data(as_text=True)


@pytest.mark.parametrize("role", ["course_operator", "instructor", "desk_clerk"])
def test_only_the_city_administrator_revokes(make: Maker, web: Web, issued: Issued, role: str) -> None:
    staff = make.person()
    make.grant(staff, role, issued.city)
    who, path = make.session(staff, issued.city), f"/console/certificates/{issued.paper.id}/revoke"
    assert web.get(f"{issued.slug}.localhost", path, who).status_code == 403
    assert web.post(f"{issued.slug}.localhost", path, who, data={"reason": "x"}).status_code == 403


def test_another_citys_administrator_finds_nothing(make: Maker, web: Web, issued: Issued) -> None:
    other, admin = make.city(), make.person()
    make.grant(admin, "city_admin", other)
    who, path = make.session(admin, other), f"/console/certificates/{issued.paper.id}/revoke"
    assert web.get(f"{make.slug(other)}.localhost", path, who).status_code == 404
    assert web.post(f"{make.slug(other)}.localhost", path, who, data={"reason": "x"}).status_code == 404

"""A catalogue of courses elsewhere becomes drafts: every record is accounted for, runs are one item, editors keep their words."""

import csv
import io
import re
import secrets
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from contentlib.catalogues import service as imports
from contentlib.catalogues.catalogue import summary_of
from contentlib.catalogues.kinds import category_of, level_of
from contentlib.items import service as library
from contentlib.items.models import Item
from maru.config import Config
from maru.db import session
from maru.imports.report import Report
from maru.tables.findings import FileRefused
from maru.worker import run_worker
from tests.contentlib.conftest import Office

EDITOR, APPROVER = "library_editor", "library_approver"
HEADINGS = ("title", "condition", "url", "agency", "introduce", "kind")
COLUMNS = dict(zip(HEADINGS, HEADINGS, strict=True))


def record(title: str, number: int = 1, **cells: str) -> dict[str, str]:
    return {
        "title": title, "condition": "진행중", "url": f"http://www.courses.example/{number}/about",
        "agency": "가나대학교", "introduce": "물감을 고르는 법부터 배웁니다. 그다음은 붓입니다.\n\n■ 대상\n- 누구나",
        "kind": "\n예체능\n\n      (미술ㆍ조형)\n   ",
    } | cells  # fmt: skip


def csv_of(*records: Mapping[str, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADINGS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue().encode()


@pytest.fixture
def title() -> str:
    """A title that no other test uses."""
    return f"수채화 {secrets.token_hex(4)}"


def read(office: Office, *records: Mapping[str, str], dry_run: bool = False) -> Report:
    with office.working():
        return imports.import_file(csv_of(*records), "목록.csv", dry_run=dry_run)


def told(report: Report) -> list[tuple[str, str]]:
    return [(row.outcome, row.code) for row in report.rows]


def items(office: Office, title: str) -> list[Item]:
    with office.working():
        found = list(session().scalars(sa.select(Item).where(Item.title.startswith(title)).order_by(Item.title)))
        session().expunge_all()
        return found


def test_runs_of_a_course_are_one_draft_and_every_record_has_a_row(office: Office, title: str) -> None:
    report = read(
        office,
        record(title, 1, condition="종료"),
        record(title, 2, condition="진행중"),
        record(title, 3, condition="종료(청강가능)", introduce=""),
        record(title, 4, agency="다라대학교"),
        record(""),
    )
    assert told(report) == [
        ("accepted", "folded"), ("accepted", "created"), ("accepted", "folded"), ("accepted", "created"),
        ("refused", "no-title"),
    ]  # fmt: skip
    lines = [row.line for row in report.rows]
    assert lines == [2, 10, 18, 23, 31], "where each record of several lines begins"
    assert report.rows[0].message.startswith("10줄의 콘텐츠에 합쳤습니다.")
    assert "같은 강좌의 2, 18줄을" in report.rows[1].message
    one, another = items(office, title)
    assert (one.link, one.licence_source, one.category, one.state) == (
        "http://www.courses.example/2/about", "가나대학교", "04", "draft",
    )  # fmt: skip
    assert one.summary == "물감을 고르는 법부터 배웁니다."
    assert one.description.endswith("- 누구나")
    assert another.licence_source == "다라대학교", "the same title of another university is another course"


def test_the_same_file_again_changes_nothing(office: Office, title: str) -> None:
    file = [record(title, 1), record(title, 2, condition="종료"), record(f"{title} 심화")]
    read(office, *file)
    before = items(office, title)
    report = read(office, *file)
    assert told(report) == [("unchanged", "unchanged"), ("unchanged", "folded"), ("unchanged", "unchanged")]
    assert report.totals == {"records": 3, "accepted": 0, "warned": 0, "refused": 0, "unchanged": 3}
    assert [(one.id, one.updated_at) for one in items(office, title)] == [(one.id, one.updated_at) for one in before]


def test_what_a_catalogue_says_anew_is_taken_over_but_not_over_an_editors_words(office: Office, title: str) -> None:
    read(office, record(title, 1, condition="종료"))
    (item,) = items(office, title)
    said = {name: str(getattr(item, name) or "") for name in library.SAID} | {"summary": "우리가 쓴 소개"}
    assert office.ask("POST", f"/{item.id}/edit", data=said).status_code == 303
    report = read(office, record(title, 1, condition="종료"), record(title, 9, introduce="새로 쓴 소개입니다."))
    assert told(report) == [("accepted", "folded"), ("accepted", "updated")]
    assert report.rows[1].message == "바뀐 것을 고쳤습니다: 내용, 주소. 직접 쓰신 한 줄 소개은(는) 그대로 두었습니다."
    (now,) = items(office, title)
    assert (now.summary, now.description) == ("우리가 쓴 소개", "새로 쓴 소개입니다.")
    assert now.link.endswith("/9/about")


def test_what_waits_for_approval_is_left_alone_and_the_row_says_so(office: Office, title: str) -> None:
    read(office, record(title))
    (item,) = items(office, title)
    assert office.ask("POST", f"/{item.id}/submit").status_code == 303
    report = read(office, record(title, introduce="다른 글"), record(title, 2))
    assert told(report) == [("refused", "waits"), ("refused", "folded")]
    assert items(office, title)[0].description == item.description


def test_doubts_are_warned_of(office: Office, title: str) -> None:
    report = read(
        office,
        record(f"{title} 1", condition="종료"),
        record(f"{title} 2", kind="알 수 없는 것"),
        record(f"{title} 3", agency=""),
        record(f"{title} 4", url="javascript:alert(1)"),
    )
    assert told(report) == [
        ("warned", "ended"), ("warned", "unknown-kind"), ("warned", "no-provider"), ("warned", "link-dropped"),
    ]  # fmt: skip
    assert all(row.message.endswith("세요.") for row in report.rows)
    assert items(office, title)[3].link == ""


def test_a_dry_run_changes_nothing(office: Office, title: str) -> None:
    assert told(read(office, record(title), dry_run=True)) == [("accepted", "created")]
    assert items(office, title) == []


@pytest.mark.parametrize(
    ("data", "code"), [(b"a,b\n1,2\n", "no-headings"), (b"title,url\n", "no-records"), (b"", "empty-file")]
)
def test_a_file_that_is_no_catalogue_is_refused(office: Office, data: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused, office.working():
        imports.import_file(data, "x.csv")
    assert refused.value.code == code


def test_subjects_and_levels_in_our_words() -> None:
    kinds = [
        "예체능 (디자인)",
        "사회과학 (경영ㆍ경제)",
        "사회과학 (법률)",
        "융ㆍ복합 (융ㆍ복합)",
        "문화예술",
        "06",
        "기타",
        "",
    ]
    assert [category_of(one) for one in kinds] == ["04", "03", "05", "05", "04", "06", "", ""]
    assert [level_of(one) for one in ("입문", "기초", "심화", "모름")] == ["first", "first", "deep", ""]
    assert summary_of("■ 한 문장. 두 문장.") == "한 문장."
    assert len(summary_of("가" * 500)) == 150


def test_uploaded_in_the_console_its_report_can_be_read_and_taken_away(
    office: Office, config: Config, title: str
) -> None:
    sent = {"file": (io.BytesIO(csv_of(record(title), record(title, 2), record(""))), "목록.csv")}
    answer = office.ask("POST", "/imports", data=sent)
    assert answer.status_code == 303
    report = answer.location.removeprefix("/province/library")
    assert (office.ask("GET", report).status_code, office.ask("GET", f"{report}.csv").status_code) == (202, 404)
    run_worker(config, until_empty=True)
    page = office.ask("GET", report).text
    assert "새 초안입니다." in page
    assert "콘텐츠에 합쳤습니다" in page
    assert "제목이 비어 있습니다" not in office.ask("GET", f"{report}?outcome=accepted").text
    assert "제목이 비어 있습니다" in office.ask("GET", f"{report}.csv").text
    assert items(office, title)[0].created_by == office.who(EDITOR).person_id
    assert "올릴 파일을 골라 주세요." in office.ask("POST", "/imports", data={}).text
    assert office.ask("GET", "/imports", APPROVER).status_code == 403


class Drafts:
    """Outside courses as drafts, and what the console's list does with several of them."""

    def __init__(self, office: Office, title: str, count: int = 3) -> None:
        read(office, *(record(f"{title} {number}", number) for number in range(count)))
        self.office, self.title = office, title
        self.found = items(office, title)

    def act(self, path: str, role: str = EDITOR, **data: Any) -> str:
        answer = self.office.ask(
            "POST", f"/{path}?q={self.title}", role, data={"item": [one.id for one in self.found], **data}
        )
        assert answer.status_code == 303
        return self.office.ask("GET", answer.location.removeprefix("/province/library"), role).text

    @property
    def states(self) -> set[str]:
        return {one.state for one in items(self.office, self.title)}


def test_an_editor_completes_many_and_an_approver_publishes_them(office: Office, title: str) -> None:
    drafts = Drafts(office, title)
    page = office.ask("GET", f"?q={title}&kind=outside&state=draft").text
    assert len(re.findall(r'name="item"', page)) == 3
    assert 'name="item"' not in office.ask("GET", f"?q={title}&kind=video").text
    assert "분야나 수준을 골라 주세요." in drafts.act("classify", category="")
    assert "콘텐츠 3개를 처리했습니다." in drafts.act("classify", category="06", level="first")
    assert {(one.category, one.level) for one in items(office, title)} == {("06", "first")}
    assert "콘텐츠 3개를 처리했습니다." in drafts.act("submit")
    assert drafts.states == {"submitted"}
    assert office.ask("POST", "/publish", EDITOR, data={"item": [drafts.found[0].id]}).status_code == 403
    assert "콘텐츠 3개를 처리했습니다." in drafts.act("publish", APPROVER)
    assert drafts.states == {"published"}
    again = drafts.act("publish", APPROVER)
    assert "콘텐츠 0개를 처리했습니다." in again
    assert "지금 공개한 판과 같습니다." in again, "what was refused says why"


def test_all_that_was_found_in_one_act(office: Office, config: Config, title: str) -> None:
    drafts = Drafts(office, title)
    assert "찾은 3개 모두" in office.ask("GET", f"?q={title}").text
    assert "찾은 콘텐츠 모두에 하고 있습니다." in drafts.act("submit", all="1", item=[])
    run_worker(config, until_empty=True)
    assert drafts.states == {"submitted"}


def test_an_outside_course_leads_to_its_provider_and_is_neither_watched_nor_credited(
    office: Office, title: str
) -> None:
    drafts = Drafts(office, title, 1)
    drafts.act("publish", APPROVER)
    item, city = drafts.found[0].id, office.make.city()
    host = f"{office.make.slug(city)}.localhost"
    clerk = office.make.person()
    office.make.grant(clerk, "course_operator", city)
    office.web.ask("POST", host, f"/console/library/{item}/adopt", office.make.session(clerk, city))
    assert "바깥 강좌" in office.web.get(host, "/items").text
    resident = office.make.session(office.make.person(), city)
    page = office.web.get(host, f"/items/{item}", resident).text
    assert 'href="http://www.courses.example/0/about"' in page
    assert "학습이력에는 남지 않습니다" in page
    assert "<video" not in page
    reported = office.web.ask(
        "POST", host, f"/api/v1/items/{item}/progress", resident, json={"intervals": [[0, 9]], "at": 9}
    )
    assert reported.status_code == 404
    assert office.web.get(host, f"/api/v1/items/{item}/playback").status_code == 404
    (listed,) = office.web.get(host, "/api/v1/items").get_json()["items"]
    assert (listed["seconds"], listed["link"]) == (None, "http://www.courses.example/0/about")


def test_a_link_that_is_none_is_said_at_its_field(office: Office) -> None:
    answer = office.ask("POST", "/new", data={"title": "강좌", "link": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert "http://나 https://로 시작하는 주소를 적어 주세요." in answer.text

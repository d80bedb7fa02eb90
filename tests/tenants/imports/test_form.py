"""Uploading in the console: the file is taken in at once, a worker reads it, and the page of the report waits for it."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from maru.config import Config
from maru.errors import Unavailable
from maru.worker import run_worker
from tenants.courses import service as courses
from tenants.imports import service as imports
from tenants.imports.models import CourseImport
from tests.client import Web, opened
from tests.conftest import Maker
from tests.tenants.imports.conftest import Desk
from tests.tenants.imports.files import HEADINGS, csv_of, line


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@pytest.fixture
def clerk(web: Web, make: Maker, desk: Desk) -> Callable[..., TestResponse]:
    person = make.person()
    make.grant(person, "course_operator", desk.tenant)
    host, who = f"{make.slug(desk.tenant)}.localhost", make.session(person, desk.tenant)

    def ask(path: str, data: bytes | None = None) -> TestResponse:
        if data is None:
            return web.get(host, path, who)
        return web.post(host, path, who, data={"file": (io.BytesIO(data), "강좌.csv")} if data else {})

    return ask


def uploaded(clerk: Callable[..., TestResponse], data: bytes) -> str:
    answer = clerk("/console/imports", data)
    assert answer.status_code == 303
    return str(answer.location)


def test_a_file_is_taken_in_at_once_and_read_later(
    config: Config, clerk: Callable[..., TestResponse], desk: Desk
) -> None:
    report = uploaded(clerk, csv_of(line("수채화"), line("")))
    waiting = clerk(report)
    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "2")
    assert "올린 파일을 읽고 있습니다" in waiting.text
    assert "보통보다 오래" not in waiting.text
    assert "읽고 있습니다" in clerk("/console/imports").text
    assert clerk(f"{report}.csv").status_code == 404
    assert desk.runs() == []
    run_worker(config, until_empty=True)
    done = clerk(report)
    assert done.status_code == 200
    assert "Refresh" not in done.headers
    assert "새 강좌입니다" in done.text
    assert "/console/courses?show=drafts" in done.text
    assert [run.course_id is not None for run in desk.runs()] == [True]


def test_a_file_that_is_none_says_why_and_changes_nothing(
    config: Config, clerk: Callable[..., TestResponse], desk: Desk
) -> None:
    report = uploaded(clerk, csv_of(line("수채화"), headings=HEADINGS[1:]))
    run_worker(config, until_empty=True)
    assert clerk(report).text.count("표의 제목이 모자랍니다") == 1
    assert "올릴 수 없는 파일" in clerk("/console/imports").text
    assert clerk(f"{report}.csv").status_code == 404
    assert desk.runs() == []


def test_nothing_chosen_is_said_beside_the_field(clerk: Callable[..., TestResponse]) -> None:
    answer = clerk("/console/imports", b"")
    assert answer.status_code == 422
    assert answer.text.count("올릴 파일을 골라 주세요.") == 2


def test_a_file_that_waits_long_is_said_to(clerk: Callable[..., TestResponse], desk: Desk, config: Config) -> None:
    with desk.working() as working:
        long_ago = datetime.now(UTC) - timedelta(minutes=5)
        kept = CourseImport(tenant_id=desk.tenant, filename="a.csv", state="waiting", file=b"a", imported_at=long_ago)
        working.add(kept)
        working.flush()
        report = kept.id
    assert "보통보다 오래" in clerk(f"/console/imports/{report}").text


def test_the_same_file_twice_at_once_makes_each_course_once(desk: Desk, make: Maker) -> None:
    """A double click: the second is read after the first, and finds everything there."""
    data, by = csv_of(*(line(f"강좌 {number}") for number in range(30))), make.person()

    def send(_: int) -> Any:
        with desk.working():
            return imports.receive(desk.tenant, data, "강좌.csv", by)

    def read(report: Any) -> dict[str, int]:
        with desk.working():
            imports.read_received(report)
        with desk.working() as working:
            return dict(working.scalars(sa.select(CourseImport.totals).where(CourseImport.id == report)).one())

    with ThreadPoolExecutor(3) as pool:
        totals = list(pool.map(read, pool.map(send, range(3))))
    assert sorted(one["accepted"] for one in totals) == [0, 0, 30]
    assert sorted(one["unchanged"] for one in totals) == [0, 30, 30]
    assert len(desk.runs()) == 30


def test_a_file_is_read_once(desk: Desk, make: Maker) -> None:
    with desk.working():
        kept = imports.receive(desk.tenant, csv_of(line("수채화")), "강좌.csv", make.person())
    for _ in range(2):
        with desk.working() as working:
            imports.read_received(kept)
            stored = working.get_one(CourseImport, (desk.tenant, kept))
            assert (stored.state, stored.file, stored.totals["accepted"]) == ("done", None, 1)


def test_a_file_that_stops_us_is_told_to_the_clerk(desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_runs: Any) -> None:
        raise AssertionError("something that nobody thought of")

    monkeypatch.setattr(imports.courses, "lay_out_meetings", stop)
    with desk.working() as working:
        kept = imports.receive(desk.tenant, csv_of(line("수채화")), "강좌.csv", make.person())
        imports.read_received(kept)
        stored = working.get_one(CourseImport, (desk.tenant, kept))
        assert (stored.state, stored.problem) == ("refused", imports.OUR_FAULT)
    assert desk.runs() == []


def test_reading_keeps_nobody_from_runs_that_the_file_leaves_as_they_are(desk: Desk) -> None:
    desk.put(line("수채화"), line("서예"))
    same, other = desk.runs()
    with desk.working(), ThreadPoolExecutor(1) as pool:
        imports.import_file(desk.tenant, csv_of(line("수채화"), line("서예", 수강료="5000")), "강좌.csv")

        def hold_other_than_the_changed() -> UUID:
            with desk.working():
                return courses.hold(same.id).id

        def hold_the_changed() -> str:
            with desk.working(), pytest.raises(Unavailable) as busy:
                courses.hold(other.id)
            return busy.value.detail

        assert pool.submit(hold_other_than_the_changed).result(10) == same.id
        assert pool.submit(hold_the_changed).result(10) == courses.BUSY


def test_a_file_with_more_class_days_than_a_province_holds_is_refused(
    desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_MEETINGS", 10)
    with desk.working() as working:
        kept = imports.receive(desk.tenant, csv_of(*(line(f"강좌 {n}") for n in range(5))), "강좌.csv", make.person())
        imports.read_received(kept)
        stored = working.get_one(CourseImport, (desk.tenant, kept))
        assert (stored.state, stored.problem) == ("refused", "수업 날이 모두 10번을 넘습니다. 나누어 올리세요.")
    assert desk.runs() == []

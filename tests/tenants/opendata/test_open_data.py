"""The nightly file: the 25 columns of all open cities, importable again without a change (issue 4, point 5)."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru import jobs
from maru.config import Config
from maru.db import Database, Scope, session
from maru.storage import Storage
from maru.web import dates
from tenants.catalogue import service as catalogue
from tenants.courses.models import Run
from tenants.courses.standard_file.columns import COLUMNS
from tenants.imports import service as imports
from tenants.opendata import service as opendata
from tenants.opendata.models import OpenDataFile
from tests.client import Web, opened
from tests.conftest import Maker

HEADINGS = [column.heading for column in COLUMNS]
HOUSE = "열린 데이터 학습관"


@pytest.fixture
def night(stored: Config, storage: Storage, database: Database) -> Iterator[None]:
    """Inside the worker, with nothing made yet."""
    with database.transaction(Scope.JOB):
        session().execute(sa.delete(OpenDataFile))
    with jobs.having(jobs.Tools(stored, storage, partial(database.transaction, Scope.JOB))):
        yield


def line(number: int, **more: str) -> dict[str, str]:
    today = dates.today()
    values = {
        "강좌명": f"열린 강좌 {number}", "강사명": "김강사", "교육시작일자": str(today + timedelta(days=9)),
        "교육종료일자": str(today + timedelta(days=30)), "교육시작시각": "10:00", "교육종료시각": "12:00",
        "강좌내용": "=1+1은 2입니다, \"따옴표\"", "교육대상구분": "성인", "교육방법구분": "오프라인", "운영요일": "화+목",
        "교육장소": "2층 강의실", "강좌정원수": "20", "수강료": "0", "교육장도로명주소": "경기도 어느 길 1", "운영기관명": HOUSE,
        "운영기관전화번호": "031-555-0100", "접수시작일자": str(today), "접수종료일자": str(today + timedelta(days=5)),
        "접수방법구분": "인터넷", "선정방법구분": "선착순", "홈페이지주소": "https://learning.example.kr",
        "직업능력개발훈련비지원강좌여부": "N", "학점은행제평가(학점)인정여부": "Y", "평생학습계좌제평가인정여부": "N",
        "데이터기준일자": str(today),
    }  # fmt: skip
    return values | more


def csv_of(*lines: dict[str, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADINGS)
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def city_with(database: Database, make: Maker, data: bytes, *, state: str = "live") -> UUID:
    city = make.city(state=state)
    with database.transaction(Scope.JOB, tenant=city):
        imports.import_file(city, data, "courses.csv")
        catalogue.publish(session().scalars(sa.select(Run.id)).all())
    return city


def kept(database: Database, storage: Storage) -> dict[str, bytes]:
    with database.transaction(Scope.PUBLIC):
        return {file.format: storage.get(file.key) for file in opendata.latest()}


def ours(data: bytes) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [row for row in rows if row["운영기관명"] == HOUSE]


def test_what_was_made_is_imported_again_without_a_change(
    database: Database, make: Maker, storage: Storage, night: None
) -> None:
    source = csv_of(line(1), line(2, 강사명="", 강좌정원수="", 수강료="30000"), line(3, 교육종료일자="2099-12-31"))
    city = city_with(database, make, source)
    opendata.make_tonight()
    made = ours(kept(database, storage)["csv"])
    mine = [row for row in made if row["강좌명"].startswith("열린 강좌")]
    with database.transaction(Scope.JOB, tenant=city):
        again = imports.import_file(city, csv_of(*mine), "courses.csv")
        assert again.totals["unchanged"] == again.totals["records"] == 3
        export = imports.export_csv(city)
    assert sorted(csv_of(*mine).splitlines()) == sorted(export.splitlines())
    other = make.city()
    with database.transaction(Scope.JOB, tenant=other):
        imports.import_file(other, csv_of(*mine), "courses.csv")
        assert sorted(imports.export_csv(other).splitlines()) == sorted(export.splitlines())


def test_the_file_is_as_the_standard_and_its_page_say(
    stored: Config, database: Database, make: Maker, storage: Storage, night: None
) -> None:
    city_with(database, make, csv_of(line(7)))
    opendata.make_tonight()
    files = kept(database, storage)
    assert files["csv"].startswith(b"\xef\xbb\xbf")
    assert files["csv"].splitlines()[0].decode("utf-8-sig") == ",".join(HEADINGS)
    said = json.loads(files["json"])
    assert said["columns"] == HEADINGS
    assert len(said["courses"]) == len(list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"), newline="")))) - 1
    assert all(set(course) == {"시군", "시군코드", *HEADINGS} for course in said["courses"])
    with database.transaction(Scope.PUBLIC):
        table = opendata.latest()[0]
    assert (table.format, table.bytes) == ("csv", len(files["csv"]))
    assert table.sha256 == hashlib.sha256(files["csv"]).hexdigest()
    with opened(stored) as web:
        page = web.get("localhost", "/open-data").text
        assert table.sha256 in page
        assert all(heading in page for heading in HEADINGS)
        answer = web.get("localhost", "/open-data/courses.csv")
    assert answer.status_code == 302
    assert "courses.csv" in answer.location


def test_only_open_cities_and_published_courses_are_in_it(
    database: Database, make: Maker, storage: Storage, night: None
) -> None:
    city_with(database, make, csv_of(line(1, 강좌명="닫힌 도시의 강좌")), state="preparing")
    live = city_with(database, make, csv_of(line(1, 강좌명="폐강한 강좌"), line(2, 강좌명="열린 도시의 강좌")))
    drafts = make.city()
    with database.transaction(Scope.JOB, tenant=drafts):
        imports.import_file(drafts, csv_of(line(1, 강좌명="공개하지 않은 강좌")), "courses.csv")
    with database.transaction(Scope.JOB, tenant=live):
        run = next(one for one in session().scalars(sa.select(Run)) if one.course.title == "폐강한 강좌")
        catalogue.cancel_run(run.id, "강사 사정")
    opendata.make_tonight()
    titles = {row["강좌명"] for row in ours(kept(database, storage)["csv"])}
    assert "열린 도시의 강좌" in titles
    assert not titles & {"닫힌 도시의 강좌", "폐강한 강좌", "공개하지 않은 강좌"}


def test_a_night_makes_it_once_and_drops_what_is_old(database: Database, storage: Storage, night: None) -> None:
    opendata.make_tonight()
    with database.transaction(Scope.JOB):
        first = {file.made_at for file in opendata.latest()}
        storage.put("open-data/old.csv", b"x", "text/csv")
        session().add(
            OpenDataFile(
                day=date(2026, 1, 1),
                format="csv",
                key="open-data/old.csv",
                bytes=1,
                sha256="x",
                courses=0,
                left_out=0,
                counts={},
            )
        )
    opendata.make_tonight()
    with database.transaction(Scope.PUBLIC):
        assert {file.made_at for file in opendata.latest()} == first
    with jobs.tools().transaction():
        session().execute(sa.delete(OpenDataFile).where(OpenDataFile.day == dates.today()))
        opendata.make(dates.today())
        opendata.drop_old(dates.today())
    assert not storage.exists("open-data/old.csv")


def test_before_the_first_night_the_page_says_so(web: Web, database: Database) -> None:
    with database.transaction(Scope.JOB):
        session().execute(sa.delete(OpenDataFile))
    assert "아직 만든 파일이 없습니다" in web.get("localhost", "/open-data").text
    assert web.get("localhost", "/open-data/courses.csv").status_code == 404
    assert web.get("localhost", "/open-data/courses.xml").status_code == 404


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked

"""`maru courses` and `maru tenants`: exit statuses, JSON and bytes that other programs rely on."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from maru.config import Config
from tests.api.conftest import Maru
from tests.client import Web, opened
from tests.conftest import Maker
from tests.tenants.imports.files import HEADINGS, csv_of, line, lines_of, xlsx_of


@pytest.fixture
def city(make: Maker) -> str:
    return make.slug(make.city())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "courses.csv"


def titles(maru: Maru, city: str) -> list[str]:
    return [one["강좌명"] for one in lines_of(maru("courses", "export", city).output)]


def test_an_import_without_refusals_ends_with_0(maru: Maru, city: str, file: Path) -> None:
    file.write_bytes(csv_of(line("수채화"), line("서예", 수강료=""), line("수채화")))
    answer = maru("courses", "import", city, str(file), "--json")
    assert answer.status == 0
    *rows, totals = answer.lines
    assert totals == {"records": 3, "accepted": 1, "warned": 1, "refused": 0, "unchanged": 1}
    assert [(row["line"], row["outcome"], row["code"]) for row in rows] == [
        (2, "accepted", "created"), (3, "warned", "no-fee"), (4, "unchanged", "duplicate-line"),
    ]  # fmt: skip
    assert all(row.keys() == {"line", "outcome", "code", "message"} for row in rows)
    again = maru("courses", "import", city, str(file), "--json")
    assert (again.status, again.lines[-1]["unchanged"]) == (0, 3)


def test_a_file_that_is_not_there_ends_with_1(maru: Maru, city: str, file: Path) -> None:
    answer = maru("courses", "import", city, str(file))
    assert answer.status == 1
    assert str(file) in answer.said


def test_an_import_with_refused_rows_ends_with_2(maru: Maru, city: str, file: Path) -> None:
    file.write_bytes(csv_of(line("수채화"), line("")))
    answer = maru("courses", "import", city, str(file), "--json")
    assert answer.status == 2
    assert answer.lines[1] == {
        "line": 3, "outcome": "refused", "code": "no-title", "message": "강좌명이 비어 있습니다. 강좌 이름을 적으세요.",
    }  # fmt: skip
    assert titles(maru, city) == ["수채화"]


def test_a_refused_file_ends_with_1(maru: Maru, city: str, file: Path) -> None:
    file.write_bytes(csv_of(line("수채화"), headings=HEADINGS[:-1]))
    answer = maru("courses", "import", city, str(file), "--json")
    assert answer.status == 1
    assert [(said["outcome"], said["code"]) for said in answer.lines] == [("refused", "missing-headings")]
    assert "데이터기준일자" in answer.said
    assert titles(maru, city) == []


def test_a_dry_run_changes_nothing(maru: Maru, city: str, file: Path) -> None:
    file.write_bytes(csv_of(line("수채화"), line("")))
    answer = maru("courses", "import", city, str(file), "--dry-run", "--json")
    assert (answer.status, answer.lines[-1]["accepted"]) == (2, 1)
    assert titles(maru, city) == []


def test_an_import_for_people(maru: Maru, city: str, file: Path) -> None:
    file.write_bytes(xlsx_of(line("수채화"), line("")))
    answer = maru("courses", "import", city, str(file))
    assert answer.status == 2
    assert "3줄 [refused]" in answer.output.decode()
    assert answer.output.decode().splitlines()[-1] == "records 2, accepted 1, warned 0, refused 1, unchanged 0"


def test_an_export_is_the_standard_file(maru: Maru, city: str, file: Path) -> None:
    courses = [line("수채화"), line("서예")]
    file.write_bytes(csv_of(*courses))
    maru("courses", "import", city, str(file))
    answer = maru("courses", "export", city)
    assert answer.status == 0
    assert answer.output.startswith(b"\xef\xbb\xbf" + ",".join(HEADINGS).encode() + b"\r\n")
    assert lines_of(answer.output) == courses
    file.write_bytes(answer.output)
    assert maru("courses", "import", city, str(file), "--json").lines[-1]["unchanged"] == 2


@pytest.mark.parametrize("arguments", [["courses", "export"], ["sample", "run", "--capacity", "1"]])
def test_a_city_that_is_not_there(maru: Maru, arguments: list[str]) -> None:
    answer = maru(*arguments, "nowhere")
    assert answer.status == 1
    assert "nowhere" in answer.said


@pytest.fixture
def web(config: Config) -> Iterator[Web]:
    with opened(config) as found:
        yield found


def test_a_new_city_answers_at_once(maru: Maru, web: Web) -> None:
    slug = f"new-{secrets.token_hex(4)}"
    answer = maru("tenants", "create", slug, "새롬시")
    assert (answer.status, answer.output.decode().strip()) == (0, f"http://{slug}.localhost:8000")
    page = web.get(f"{slug}.localhost", "/")
    assert page.status_code == 200
    assert "새롬시 평생학습관" in page.text
    assert maru("tenants", "create", slug, "다른시").status == 1


def test_a_city_whose_administrator_cannot_be_invited_is_not_made(maru: Maru) -> None:
    slug = f"new-{secrets.token_hex(4)}"
    answer = maru("tenants", "create", slug, "새롬시", "--admin", "nobody")
    assert answer.status == 1
    assert "이메일 주소를 확인해 주세요" in answer.said
    assert slug not in maru("tenants", "list").output.decode()
    assert maru("tenants", "create", slug, "새롬시", "--admin", f"{slug}@example.go.kr").status == 0


@pytest.mark.parametrize("slug", ["Suwon", "a", "su_won", "-suwon", "수원"])
def test_a_city_with_a_name_no_host_can_have(maru: Maru, slug: str) -> None:
    answer = maru("tenants", "create", "--", slug, "새롬시")
    assert answer.status == 1
    assert "주소 이름" in answer.said


@pytest.mark.parametrize("slug", ["www", "api", "auth", "admin", "portal", "console", "static", "mail"])
def test_a_city_with_a_name_that_the_province_keeps(maru: Maru, slug: str) -> None:
    answer = maru("tenants", "create", slug, "새롬시")
    assert answer.status == 1
    assert "남겨 둔 주소 이름" in answer.said


@pytest.mark.parametrize("name", ["", " ", "<b>새롬시</b>", "가" * 41])
def test_a_city_has_a_name_of_letters(maru: Maru, name: str) -> None:
    answer = maru("tenants", "create", f"c{secrets.token_hex(4)}", name)
    assert answer.status == 1
    assert "예: 과천시" in answer.said


def test_a_city_to_come_opens_under_the_name_it_was_planned_with(maru: Maru, make: Maker, web: Web) -> None:
    slug = make.slug(make.city(state="planned"))
    name = f"시험{slug[1:]}시"
    answer = maru("tenants", "create", slug, name.removesuffix("시"))
    assert answer.status == 1
    assert f"이름을 ‘{name}’ 그대로 적어 주세요" in answer.said
    assert maru("tenants", "create", slug, name).status == 0
    assert web.get(f"{slug}.localhost", "/").status_code == 200
    taken = maru("tenants", "create", slug, name)
    assert taken.status == 1
    assert "이미 쓰고 있는 주소 이름" in taken.said


@pytest.mark.parametrize("variable", ["MARU_PORT", "MARU_PUBLIC_PORT"])
@pytest.mark.parametrize("port", ["abc", "0", "-1", "80.5", "65536", "9" * 5000, "٨٠"])
def test_a_port_that_is_none(maru: Maru, variable: str, port: str) -> None:
    answer = maru("up", **{variable: port})
    assert answer.status == 1
    assert answer.said.startswith(f"Error: {variable} is {port!r}; it must be a port from 1 to ")
    assert len(answer.said.splitlines()) == 1


def test_the_last_port_leaves_none_for_metrics(maru: Maru) -> None:
    assert "it must be a port from 1 to 65534" in maru("up", MARU_PORT="65535").said


def test_runs_of_the_sample_can_be_applied_to(maru: Maru, city: str, web: Web) -> None:
    answer = maru("sample", "run", city, "--capacity", "1", "--waiting", "0", "--count", "3")
    assert answer.status == 0
    assert len(answer.lines) == 3
    run = answer.lines[0]
    assert run == {
        "run_id": run["run_id"],
        "tenant": city,
        "url": f"http://{city}.localhost:8000/courses/{run['run_id']}",
    }
    shown = web.get(f"{city}.localhost", f"/api/v1/runs/{UUID(run['run_id'])}").json
    assert (shown["capacity"], shown["placed"], shown["state"]) == (1, 0, "open")
    page = web.get(f"{city}.localhost", f"/courses/{run['run_id']}")
    assert page.status_code == 200

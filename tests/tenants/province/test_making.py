"""Making a city in the console, and moving it from state to state (GP-04, domain 1.4)."""

import re
import secrets
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.migrating import engine_connection
from tenants.province.pages import PAGE
from tests.client import Web
from tests.conftest import Maker
from tests.tenants.province.conftest import Desk


def form(**changes: str) -> dict[str, str]:
    slug = f"c{secrets.token_hex(5)}"
    return {
        "name_ko": f"새롬{slug}시", "name_en": "Saerom", "slug": slug, "region": "", "reason": "쓰던 시스템이 낡음",
        "admin_name": "이도담", "admin_email": f"{slug}@example.go.kr",
    } | changes  # fmt: skip


def rows(config: Config, statement: str, **values: object) -> list[sa.Row[tuple[object, ...]]]:
    with engine_connection(config.database_url) as connection:
        return list(connection.execute(sa.text(statement), values))


def test_one_form_makes_a_city_that_its_staff_alone_sees(web: Web, desk: Desk, make: Maker, config: Config) -> None:
    given = form()
    slug, host = given["slug"], f"{given['slug']}.localhost"
    made = desk.post("/province/cities/new", **given)
    assert (made.status_code, made.location) == (303, f"/province/cities/{slug}")
    page = desk.get(f"/province/cities/{slug}").text
    assert f"{given['name_ko']} 누리집을 만들었습니다" in page
    for words in ("준비 중", "쓰던 시스템이 낡음", given["admin_email"], "메일을 보내는 중", "정식으로 열기"):
        assert words in page
    public = web.get(host, "/")
    assert (public.status_code, "준비하고 있습니다" in public.text) == (404, True)
    (city,) = rows(config, "SELECT id, region_code FROM tenants WHERE slug = :slug", slug=slug)
    assert str(city.region_code).startswith("9")
    admin = make.person()
    make.grant(admin, "city_admin", UUID(str(city.id)))
    preview = web.get(host, "/", make.session(admin, UUID(str(city.id))))
    assert (preview.status_code, f"{given['name_ko']} 평생학습관" in preview.text) == (200, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "Suwon"), ("slug", "api"), ("slug", ""), ("slug", "xn--abc"), ("name_ko", "<b>"), ("name_en", "새롬"), ("name_en", ""),
        ("reason", ""), ("region", "00000"), ("region", "99999"), ("admin_name", ""), ("admin_email", "nobody"), ("admin_email", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_said_at_its_field_and_nothing_is_made(
    desk: Desk, config: Config, field: str, value: str
) -> None:
    given = form(**{field: value})
    answer = desk.post("/province/cities/new", **given)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert rows(config, "SELECT FROM tenants WHERE slug = :slug", slug=given["slug"]) == []


def test_all_that_is_wrong_is_said_at_once(desk: Desk) -> None:
    page = desk.post("/province/cities/new", **dict.fromkeys(form(), "")).text
    wrong = ("slug", "name_ko", "name_en", "reason", "admin_name", "admin_email")
    assert [f'id="{field}-error"' in page for field in wrong] == [True] * len(wrong)


def test_a_city_that_is_there_already_is_not_made_twice(desk: Desk, config: Config) -> None:
    given = form()
    assert desk.post("/province/cities/new", **given).status_code == 303
    again = desk.post("/province/cities/new", **form(name_ko=given["name_ko"]))
    assert (again.status_code, "이미 있는 시군입니다" in again.text) == (422, True)
    assert len(rows(config, "SELECT FROM tenants WHERE name_ko = :name", name=given["name_ko"])) == 1


def test_an_address_is_given_once(desk: Desk, make: Maker) -> None:
    taken = make.slug(make.city())
    answer = desk.post("/province/cities/new", **form(slug=taken))
    assert (answer.status_code, "이미 쓰고 있는 주소 이름" in answer.text) == (422, True)


def test_resting_and_closing_lose_nothing(web: Web, desk: Desk, make: Maker, config: Config) -> None:
    """503 and 410 to everybody, and every row of the city is as it was (design.md, section 3)."""
    city = make.city()
    slug, host = make.slug(city), f"{make.slug(city)}.localhost"
    run, person = make.run(city), make.person()
    make.enrolment(city, person)
    counts = "SELECT (SELECT count(*) FROM runs WHERE tenant_id = :c), (SELECT count(*) FROM applications WHERE tenant_id = :c)"
    before = rows(config, counts, c=city)
    for state, status in (("suspended", 503), ("archived", 410), ("suspended", 503), ("live", 200)):
        question = desk.get(f"/province/cities/{slug}/states/{state}")
        assert (question.status_code, "까닭" in question.text) == (200, True)
        assert desk.post(f"/province/cities/{slug}/states/{state}", reason="").status_code == 422
        assert desk.post(f"/province/cities/{slug}/states/{state}", reason="협의함").status_code == 303
        for path in ("/", f"/courses/{run}", "/api/v1/courses"):
            assert web.get(host, path).status_code == status
        assert rows(config, counts, c=city) == before
    assert web.get(host, f"/courses/{run}").status_code == 200
    assert desk.get(f"/province/cities/{slug}").text.count("협의함") == 4


def test_a_way_that_is_not_open_is_no_page(desk: Desk, make: Maker) -> None:
    slug = make.slug(make.city(state="planned"))
    for state in ("live", "pilot", "suspended", "planned", "nonsense"):
        assert desk.get(f"/province/cities/{slug}/states/{state}").status_code == 404
        assert desk.post(f"/province/cities/{slug}/states/{state}", reason="x").status_code in (404, 409)


def test_a_planned_city_gets_its_site_when_it_is_prepared(web: Web, desk: Desk, make: Maker, config: Config) -> None:
    slug = f"c{secrets.token_hex(5)}"
    with engine_connection(config.database_url) as connection:
        connection.exec_driver_sql("RESET ROLE")
        connection.exec_driver_sql("SELECT set_config('maru.scope', 'province', true)")
        connection.exec_driver_sql("SET LOCAL ROLE maru_app")
        connection.execute(
            sa.text(
                "INSERT INTO tenants (slug, name_ko, name_en, state) VALUES (:slug, '새터시', 'Saeteo', 'planned')"
            ),
            {"slug": slug},
        )
    assert desk.post(f"/province/cities/{slug}/states/preparing", reason="협약").status_code == 303
    assert rows(config, "SELECT FROM sites s JOIN tenants t ON t.id = s.tenant_id WHERE t.slug = :slug", slug=slug)


@pytest.mark.parametrize("role", ["library_editor", "library_approver", "privacy_officer", "auditor"])
def test_others_of_the_province_look_and_change_nothing(web: Web, make: Maker, role: str) -> None:
    slug, person = make.slug(make.city()), make.person()
    make.grant(person, role)
    who = make.session(person, None)
    assert web.get("localhost", f"/province/cities/{slug}", who).status_code == 200
    assert "상태 바꾸기" not in web.get("localhost", f"/province/cities/{slug}", who).text
    for path in (
        "/province/cities/new",
        f"/province/cities/{slug}/states/suspended",
        f"/province/cities/{slug}/exports/new",
    ):
        assert web.get("localhost", path, who).status_code == 403
        assert web.post("localhost", path, who, data={"reason": "x"}).status_code == 403


@pytest.mark.parametrize(("before", "said"), [("preparing", True), ("suspended", False)])
def test_who_opens_a_city_in_its_place_is_reminded_of_its_checklist(
    desk: Desk, make: Maker, before: str, said: bool
) -> None:
    slug = make.slug(make.city(state=before))
    page = desk.get(f"/province/cities/{slug}/states/live").text
    assert ("점검표를 마치지 않았어도 열립니다" in page) == said


def test_another_administrator_is_invited_from_the_citys_page(desk: Desk, make: Maker) -> None:
    slug = make.slug(make.city())
    assert desk.post(f"/province/cities/{slug}/admins", name="이도담", email="x").status_code == 422
    email = f"{slug}@example.go.kr"
    assert desk.post(f"/province/cities/{slug}/admins", name="이도담", email=email).status_code == 303
    assert email in desk.get(f"/province/cities/{slug}").text


def test_an_invitation_that_went_to_a_wrong_address_is_taken_back(web: Web, desk: Desk, make: Maker) -> None:
    given = form()
    here = f"/province/cities/{given['slug']}"
    assert desk.post("/province/cities/new", **given).status_code == 303
    (way,) = re.findall(rf'action="({here}/invitations/[^"]+/withdraw)"', desk.get(here).text)
    elsewhere = way.replace(given["slug"], make.slug(make.city()))
    assert desk.post(elsewhere).status_code == 404
    editor = make.person()
    make.grant(editor, "library_editor")
    who = make.session(editor, None)
    assert "/withdraw" not in web.get("localhost", here, who).text
    assert web.post("localhost", way, who).status_code == 403
    assert desk.post(way).location == here
    page = desk.get(here).text
    assert "초대를 거두었습니다" in page
    assert given["admin_email"] not in page


def test_health_counts_and_says_what_needs_somebody_first(desk: Desk, make: Maker, config: Config) -> None:
    """A city with failed work stands before one without an administrator, and that one before one that is well."""
    ill, alone, well = make.city(), make.city(), make.city()
    for city in (ill, well):
        admin = make.person()
        make.grant(admin, "city_admin", city)
        make.session(admin, city)
    make.enrolment(well, make.person())
    with engine_connection(config.database_url) as connection:
        connection.exec_driver_sql("RESET ROLE")
        connection.execute(
            sa.text(
                "WITH made AS (INSERT INTO queue.procrastinate_jobs (queue_name, task_name, args, status, attempts)"
                " VALUES ('default', 'imports.read_received', jsonb_build_object('tenant', CAST(:c AS text)), 'failed', 8)"
                " RETURNING id) INSERT INTO queue.procrastinate_events (job_id, type, at) SELECT id, 'failed', now() FROM made"
            ),
            {"c": str(ill)},
        )
    named = {city: make.slug(city) for city in (ill, alone, well)}
    ((cities,),) = rows(config, "SELECT count(*) FROM tenants")
    listed = "".join(desk.get(f"/province?page={page}").text for page in range(1, int(str(cities)) // PAGE + 2))
    places = [listed.index(f"/province/cities/{named[city]}") for city in (ill, alone, well)]
    assert places == sorted(places)
    assert "강좌 파일 읽기" in desk.get(f"/province/cities/{named[ill]}").text
    assert "관리자가 없음" in desk.get(f"/province/cities/{named[alone]}").text
    page = desk.get(f"/province/cities/{named[well]}").text
    assert "7일 신청" in page
    assert desk.get(f"/province?q={named[ill]}").text.count("/province/cities/c") == 1


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999", "state=nonsense", "q=%27%3B--"])
def test_odd_questions_to_the_list_are_answered(desk: Desk, query: str) -> None:
    assert desk.get(f"/province?{query}").status_code == 200

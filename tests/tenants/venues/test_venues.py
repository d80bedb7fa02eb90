"""Places are named once: renamed with every public row, merged with their courses."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.db import Scope, session
from tests.tenants.editing.conftest import Writer


def places(desk: Writer, table: str = "venues") -> dict[str, UUID]:
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        rows = session().execute(sa.text(f"SELECT name, id FROM {table}"))  # ours
        return {row.name: row.id for row in rows}


def send(desk: Writer, place: UUID, kind: str = "venues", **form: str) -> int:
    return desk.ask("POST", f"/{kind}/{place}", data=form).status_code


def test_a_new_name_is_everywhere_at_once(desk: Writer) -> None:
    run = desk.written()
    desk.publish(run)
    (venue,) = places(desk).values()
    form = {"act": "save", "name": "중앙 평생학습관", "address": "중앙로 2", "access_note": "승강기", "capacity": "40"}
    assert send(desk, venue, **form) == 303
    listed = desk.listed(run)
    assert (listed.venue, listed.address, listed.access_note) == ("중앙 평생학습관", "중앙로 2", "승강기")
    (school,) = places(desk, "institutions").values()
    assert send(desk, school, "institutions", act="save", name="새 이름", phone="031-1") == 303
    assert desk.listed(run).institution == "새 이름"


def test_two_names_of_one_place_are_merged_with_their_courses(desk: Writer) -> None:
    run = desk.written()
    other = desk.written(venue_name="평생 학습관", title="다른 강좌")
    desk.publish(run, other)
    page = desk.ask("GET", "/venues").text
    assert page.count("비슷한 이름이 있음") == 2
    found = places(desk)
    assert send(desk, found["평생 학습관"], act="merge", into=str(found["평생학습관"])) == 303
    assert places(desk) == {"평생학습관": found["평생학습관"]}
    assert desk.listed(other).venue == "평생학습관"
    assert desk.row(other).venue_id == found["평생학습관"]


def test_only_what_no_course_uses_is_deleted(desk: Writer) -> None:
    desk.written()
    (venue,) = places(desk).values()
    assert send(desk, venue, act="remove") == 409
    assert desk.ask("POST", "/venues", data={"name": "빈 곳"}).status_code == 303
    assert send(desk, places(desk)["빈 곳"], act="remove") == 303
    assert list(places(desk)) == ["평생학습관"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": ""}, "이름을 적어 주세요."),
        ({"name": "빈 곳", "capacity": "많이"}, "1 이상의 숫자로"),
        ({"name": "평생학습관", "address": "중앙로 1"}, "이름이 같은 곳이 이미 있습니다."),
    ],
)
def test_what_is_wrong_is_said(desk: Writer, form: dict[str, str], words: str) -> None:
    desk.written()
    desk.ask("POST", "/venues", data={"name": "빈 곳"})
    answer = desk.ask("POST", f"/venues/{places(desk)['빈 곳']}", data={"act": "save", **form})
    assert answer.status_code == 422
    assert words in answer.text


def test_nobody_merges_into_another_citys_place(desk: Writer) -> None:
    desk.written()
    (venue,) = places(desk).values()
    other = Writer(desk.web, desk.database, desk.make, desk.make.city())
    other.written()
    (foreign,) = places(other).values()
    assert send(desk, venue, act="merge", into=str(foreign)) == 404
    assert send(desk, venue, act="merge", into="x") == 404
    assert send(desk, venue, act="merge", into="") == 404, "nothing was chosen"
    assert send(desk, venue, act="merge", into=str(venue)) == 409

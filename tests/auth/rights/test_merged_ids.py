"""One human's requests are theirs under whichever ID they were written, on every side of the table (PRV-06, PRV 7.3)."""

from http import HTTPStatus
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.rights import exporting
from auth.rights import service as rights
from auth.rights.service import Asking
from maru.db import Scope
from maru.errors import Refused
from maru.migrating import engine_connection
from maru.storage import connect
from tests.auth.rights.conftest import Rights
from tests.client import Web

PORTAL = "localhost"


def merged(rooms: Rights, kept: UUID, gone: UUID) -> None:
    with engine_connection(rooms.config.database_url) as engine:
        pair = {"kept": kept, "gone": gone}
        engine.execute(sa.text("UPDATE people SET merged_into = :kept, name = '옛이름' WHERE id = :gone"), pair)
        engine.execute(
            sa.text("UPDATE people SET aliases = ARRAY[CAST(:gone AS uuid)], name = '새이름' WHERE id = :kept"), pair
        )


def once_two(rooms: Rights, city: UUID) -> tuple[UUID, UUID]:
    """The ID in use and the one merged into it, which alone learnt in the city."""
    kept, gone = rooms.make.person(), rooms.make.person()
    rooms.make.enrolment(city, gone)
    return kept, gone


def test_a_request_under_a_merged_id_is_seen_and_taken_back(rooms: Rights, web: Web) -> None:
    city = rooms.make.city()
    kept, gone = once_two(rooms, city)
    request = rooms.asks(gone)
    merged(rooms, kept, gone)
    who, host = rooms.make.session(kept, city), f"{rooms.make.slug(city)}.localhost"
    assert f"/my/rights/{request}" in web.get(host, "/my/rights", who).text
    assert web.get(host, f"/my/rights/{request}", who).status_code == HTTPStatus.OK
    with pytest.raises(Refused, match="같은 요구"):
        rooms.asks(kept)
    assert web.post(host, f"/my/rights/{request}/withdraw", who).status_code == HTTPStatus.SEE_OTHER
    assert rooms.seen(kept, request).state == "withdrawn"
    assert [kind for kind, _ in rooms.told(kept)] == ["rights.withdrawn"]
    stranger = rooms.make.session(rooms.make.person(), city)
    assert web.get(host, f"/my/rights/{request}", stranger).status_code == HTTPStatus.NOT_FOUND


def test_a_city_where_the_merged_id_learnt_is_asked(rooms: Rights) -> None:
    city = rooms.make.city()
    kept, gone = once_two(rooms, city)
    merged(rooms, kept, gone)
    with rooms.database.transaction(Scope.PERSON, person=kept):
        assert [one.id for one in rights.cities(kept)] == [city]


def test_what_the_desk_writes_for_a_merged_id_is_the_persons(rooms: Rights, web: Web) -> None:
    city, clerk = rooms.make.city(), rooms.make.person()
    kept, gone = once_two(rooms, city)
    rooms.make.grant(clerk, "city_admin", city)
    merged(rooms, kept, gone)
    who, host = rooms.make.session(clerk, city), f"{rooms.make.slug(city)}.localhost"
    form = {"kind": "correction", "whom": "city", "words": "이름", "channel": "desk"}
    for person in (gone, kept):
        assert web.get(host, f"/console/rights/new/{person}", who).status_code == HTTPStatus.OK
    done = web.post(host, f"/console/rights/new/{gone}", who, data=form)
    assert done.headers["Location"] == f"/console/people/{kept}"
    page = web.get(host, f"/console/people/{kept}", who)
    assert (page.status_code, "새이름" in page.text) == (HTTPStatus.OK, True)
    with rooms.database.transaction(Scope.PERSON, person=kept):
        (asked,) = rights.mine(kept)
    assert asked.person_id == kept
    again = web.post(host, f"/console/rights/new/{kept}", who, data=form)
    assert again.status_code == HTTPStatus.CONFLICT


def test_the_queues_lead_to_the_person_in_use(rooms: Rights, web: Web) -> None:
    city, clerk = rooms.make.city(), rooms.make.person()
    kept, gone = once_two(rooms, city)
    rooms.make.grant(clerk, "city_admin", city)
    requests = rooms.asks(gone, tenant=city), rooms.asks(gone, "deletion")
    merged(rooms, kept, gone)
    staff = (
        (f"{rooms.make.slug(city)}.localhost", "/console/rights", rooms.make.session(clerk, city)),
        (PORTAL, "/province/rights", rooms.make.session(rooms.officer, None)),
    )
    for (host, queue, who), request in zip(staff, requests, strict=True):
        assert "새*름" in web.get(host, queue, who).text
        page = web.get(host, f"{queue}/{request}", who).text
        assert "새이름" in page
        assert str(kept) in page
        assert "옛이름" not in page
        done = web.post(host, f"{queue}/{request}", who, data={"act": "refuse", "answer": "법이 남기라고 합니다"})
        assert done.status_code == HTTPStatus.SEE_OTHER
    assert [kind for kind, _ in rooms.told(kept)].count("rights.refused") == 2


def test_no_officer_answers_what_stands_under_another_id_of_theirs(rooms: Rights) -> None:
    gone = rooms.make.person()
    request = rooms.asks(gone)
    merged(rooms, rooms.officer, gone)
    with pytest.raises(Refused, match="다른 담당자"), rooms.office():
        rights.refuse(request, None, "아니요", rooms.officer)
    with rooms.office() as opened:
        done = opened.execute(
            sa.text("UPDATE rights_requests SET answer = 'x' WHERE id = :id RETURNING id"), {"id": request}
        )
        assert done.all() == []


def test_what_was_stopped_for_a_merged_id_stays_stopped(rooms: Rights) -> None:
    city = rooms.make.city()
    kept, gone = once_two(rooms, city)
    request, admin = rooms.asks(gone, "suspension", city), rooms.make.person()
    with rooms.database.transaction(Scope.STAFF, tenant=city, person=admin):
        rights.grant(request, city, "멈추었습니다.", admin)
    merged(rooms, kept, gone)
    with rooms.database.transaction(Scope.JOB, tenant=city) as opened:
        assert {row.person_id for row in opened.execute(rights.stopped_in(city))} == {kept, gone}


def test_the_file_of_a_merged_ids_request_is_made_and_taken(storing: Rights) -> None:
    kept, gone = once_two(storing, storing.make.city())
    request = storing.asks(gone, "access", words="")
    merged(storing, kept, gone)
    storing.round()
    with storing.database.transaction(Scope.PERSON, person=kept):
        assert exporting.take(rights.get(request, person=kept), kept, connect(storing.config.s3))
    assert storing.steps(kept, request) == ["received", "file", "taken"]


def test_a_city_deletes_what_stands_under_all_ids(rooms: Rights) -> None:
    city, admin = rooms.make.city(), rooms.make.person()
    kept, gone = once_two(rooms, city)
    with engine_connection(rooms.config.database_url) as engine:
        for person, number in ((kept, "1"), (gone, "2")):
            engine.execute(
                sa.text("INSERT INTO memberships (tenant_id, person_id, number) VALUES (:city, :person, :number)"),
                {"city": city, "person": person, "number": number},
            )
    request = rooms.asks(gone, "deletion", city)
    merged(rooms, kept, gone)
    with rooms.database.transaction(Scope.STAFF, tenant=city, person=admin) as opened:
        assert {line.table: line.rows for line in rights.held(rights.get(request, tenant=city))}["memberships"] == 2
        rights.grant(request, city, "지웠습니다.", admin)
        assert opened.scalars(sa.text("SELECT number FROM memberships WHERE tenant_id = :c"), {"c": city}).all() == []


def test_consents_under_all_ids_stop(rooms: Rights) -> None:
    kept, gone = rooms.make.person(), rooms.make.person()
    with engine_connection(rooms.config.database_url) as engine:
        for person in (kept, gone):
            engine.execute(
                sa.text(
                    "INSERT INTO consents (person_id, purpose, text_version) VALUES (:p, 'province-history', '2026-11')"
                ),
                {"p": person},
            )
    request = rooms.asks(gone, "suspension")
    merged(rooms, kept, gone)
    with rooms.office():
        rights.grant(request, None, "멈추었습니다.", rooms.officer)
    with engine_connection(rooms.config.database_url) as engine:
        left = engine.execute(
            sa.text("SELECT count(*) FROM consents WHERE person_id IN (:a, :b) AND withdrawn_at IS NULL"),
            {"a": kept, "b": gone},
        ).scalar_one()
    assert left == 0


def test_a_desk_of_another_city_writes_for_neither_id(rooms: Rights) -> None:
    there, clerk = rooms.make.city(), rooms.make.person()
    kept, gone = once_two(rooms, rooms.make.city())
    merged(rooms, kept, gone)
    for person in (kept, gone):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
            rooms.database.transaction(Scope.STAFF, tenant=there, person=clerk),
        ):
            rights.ask(person, Asking("correction", there, "글", "desk"), clerk=clerk, at=there)
        with rooms.database.transaction(Scope.STAFF, tenant=there, person=clerk) as opened:
            assert opened.execute(sa.text("SELECT FROM people WHERE id = :id"), {"id": person}).all() == []

"""A home that a desk records is that of the ID in use, by whichever ID its page was opened (domain 1.5, PRV-06)."""

from typing import Any
from uuid import UUID

from tests.auth.residence.conftest import Hall, days
from tests.auth.residence.test_desk import prove, shown


def merged(hall: Hall, kept: UUID, gone: UUID) -> None:
    hall.execute("UPDATE people SET merged_into = :kept WHERE id = :gone", kept=kept, gone=gone)
    hall.execute("UPDATE people SET aliases = ARRAY[CAST(:gone AS uuid)] WHERE id = :kept", kept=kept, gone=gone)


def two_ids(hall: Hall) -> tuple[UUID, UUID]:
    """The ID in use, and the one merged into it, which alone applied here."""
    kept, gone = hall.person(), hall.person()
    hall.applied(gone)
    merged(hall, kept, gone)
    return kept, gone


def homes(hall: Hall, *people: UUID) -> list[Any]:
    found = hall.execute(
        "SELECT person_id FROM residences WHERE person_id = ANY (:ids) AND source = 'document'", ids=list(people)
    )
    return [row.person_id for row in found]


def test_a_home_recorded_from_the_merged_ids_page_is_the_kept_ids(hall: Hall) -> None:
    kept, gone = two_ids(hall)
    prove(hall, gone, shown(days(30)))
    assert homes(hall, kept, gone) == [kept]


def test_the_page_opens_by_either_id_and_writes_to_the_one_in_use(hall: Hall) -> None:
    kept, gone = two_ids(hall)
    who = hall.make.session(hall.clerk, hall.city)
    for person in (kept, gone):
        page = hall.web.get(hall.host, f"/console/residence/{person}", who)
        assert page.status_code == 200
        assert f'action="/console/residence/{kept}"' in page.text
    form = {"since": days(30).isoformat(), "paper": "register", "made_on": days(1).isoformat()}
    assert hall.web.post(hall.host, f"/console/residence/{gone}", who, data=form).status_code == 303
    assert homes(hall, kept, gone) == [kept]
    told = hall.execute(
        "SELECT person_id FROM messages WHERE person_id IN (:a, :b) AND kind LIKE 'residence%'", a=kept, b=gone
    )
    assert [row.person_id for row in told] == [kept]


def test_another_citys_desk_opens_neither(hall: Hall) -> None:
    kept, gone = two_ids(hall)
    there, clerk = hall.make.city(), hall.make.person()
    hall.make.grant(clerk, "desk_clerk", there)
    who, host = hall.make.session(clerk, there), f"{hall.make.slug(there)}.localhost"
    for person in (kept, gone):
        assert hall.web.get(host, f"/console/residence/{person}", who).status_code == 404

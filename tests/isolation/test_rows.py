"""Who may do what with a row, for every table and everybody who could ask (design.md, section 3)."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from tests.isolation.attacks import ACTS, PRIVILEGES, Act, Asker, Ground
from tests.isolation.houses import House
from tests.tables import TABLES, WALLED

Doors = Mapping[Act, set[str]]


def doors(read: str = "", add: str = "", change: str = "", remove: str = "") -> Doors:
    """Which kinds of asker each act is open to."""
    return {act: set(kinds.split()) for act, kinds in zip(ACTS, (read, add, change, remove), strict=True)}


OFFICE = "staff job"
OFFICE_TABLE = doors(OFFICE, OFFICE, OFFICE, OFFICE)
PROVINCE_WORK = "province nowhere"
PROVINCE_TABLE = doors(PROVINCE_WORK, PROVINCE_WORK, PROVINCE_WORK)
DOORS: Mapping[str, Doors] = {
    # The registry and the public projections: everybody reads, only the owner writes.
    "regions": doors("everyone", add="province", change="province"),
    "region_centres": doors("everyone", add="province", change="province"),
    "open_data_files": doors("everyone", add="nowhere", remove="nowhere"),
    "limits": doors("everyone"),
    "holidays": doors("everyone"),
    "legal_grounds": doors("everyone"),
    "inquiry_purposes": doors("everyone"),
    "consent_methods": doors("everyone"),
    "tenants": doors("everyone", add="province", change="province"),
    "tenant_hosts": doors("everyone", add=OFFICE, remove=OFFICE),
    "sites": doors("everyone", add=OFFICE, change=OFFICE),
    "notices": doors("everyone", OFFICE, OFFICE, OFFICE),
    "notice_files": doors("everyone", add=OFFICE, remove=OFFICE),
    "banners": doors("everyone", OFFICE, OFFICE, OFFICE),
    "site_texts": doors("everyone", add=OFFICE),
    "public_answers": doors("everyone", OFFICE, OFFICE, OFFICE),
    "faqs": doors("everyone", OFFICE, OFFICE, OFFICE),
    "listings": doors("everyone", OFFICE, OFFICE, OFFICE),
    "seats": doors("everyone", add=OFFICE),
    # The province's own, and what it publishes.
    "items": PROVINCE_TABLE,
    "videos": PROVINCE_TABLE,
    "captions": PROVINCE_TABLE,
    "item_versions": doors(PROVINCE_WORK, add=PROVINCE_WORK),
    "version_captions": doors(PROVINCE_WORK, add=PROVINCE_WORK),
    "figures": doors(f"province {OFFICE} nowhere", add="nowhere"),
    "library_imports": PROVINCE_TABLE,
    "withdrawn_items": doors("everyone", PROVINCE_WORK, PROVINCE_WORK, PROVINCE_WORK),
    "published_items": doors("everyone", PROVINCE_WORK, PROVINCE_WORK, PROVINCE_WORK),
    "adoptions": doors("everyone", add=OFFICE, change=OFFICE),
    # How cities come and go. That only administrators invite and take back is tried in tests/auth/roles, who may change a
    # state in tests/tenants/sites.
    "tenant_changes": doors(f"{PROVINCE_WORK} {OFFICE}"),
    "invitations": doors(f"{PROVINCE_WORK} {OFFICE}", change="job nowhere"),
    "tenant_exports": doors(f"{PROVINCE_WORK} job", change=f"{PROVINCE_WORK} job"),
    "tenant_files": doors("province job", add="job", change="job"),
    "province_notices": PROVINCE_TABLE,
    # Who is rightly asked, and once, is tried in tests/auth/approvals; how a visit opens a console in tests/auth/visits.
    "approvals": doors(OFFICE),
    "city_visits": doors(f"province {OFFICE}"),
    # A person's own.
    "watchings": doors("own"),
    # The person has a role here; that the province sees no others is tried in tests/records/inquiries.
    "people": doors(f"own province {OFFICE}", change="own"),
    "residences": doors("own"),
    "residence_proofs": doors(f"own {OFFICE}"),
    "share_questions": doors("own"),
    "sessions": doors("own"),
    "consents": doors("own", add="own", change="own"),
    "breaches": doors(),
    "breach_people": doors("own"),
    "breach_steps": doors(),
    "breach_notices": doors("everyone"),
    "retention_periods": doors("everyone"),
    "destruction_runs": doors(),
    "destruction_lines": doors(),
    "tombstones": doors(),
    "fates": doors("everyone"),
    "removals": doors("nowhere", change="nowhere"),
    "rights_requests": doors(f"own {OFFICE}", add="own", change=OFFICE),
    "rights_steps": doors(f"own {OFFICE}", add="staff"),
    "person_exports": doors("own nowhere", "nowhere", "own nowhere"),
    "consent_texts": doors("everyone", add="province", change="province", remove="province"),
    "role_grants": doors(f"own province {OFFICE}"),
    "access_log": doors("own staff", add="staff"),
    "access_log_seals": doors(),
    "access_log_places": doors(),
    "access_log_unsealed": doors(),
    "access_log_checks": doors(),
    "messages": doors(f"own {OFFICE}", f"own province {OFFICE}", OFFICE),
    "message_choices": doors("own", "own", "own"),
    # Who acts for whom: written and told by the engine alone (tests/auth/families).
    "representations": doors(),
    "representation_acts": doors(),
    "guardian_requests": doors("own"),
    "helper_invitations": doors("own", change="own"),
    "takeover_codes": doors(),
    "code_tries": doors(),
    "inquiries": doors(),
    "sign_ins": doors(),
    "account_requests": doors(read="job", change="job"),
    # Who proved who they are, and which IDs are one human's; what the roles of the province see is tried in tests/auth/merging.
    "verifications": doors("own staff"),
    # That the province's privacy officer reads them too is tried in tests/auth/verification.
    "former_names": doors("own"),
    "identity_corrections": doors(f"own {OFFICE}"),
    "cis": doors(),
    "proof_requests": doors(),
    "likenesses": doors(),
    "merges": doors("own"),
    "memberships": doors(f"own {OFFICE}"),
    "question_askings": doors(),
    "sign_in_attempts": doors(),
    "tickets": doors(),
    "reminders": doors("own job nowhere", add="own", change="own job", remove="own"),
    # A city's own.
    "site_versions": doors(OFFICE, add=OFFICE),
    "site_drafts": doors(OFFICE, OFFICE, OFFICE),
    "domain_claims": OFFICE_TABLE,
    "institutions": OFFICE_TABLE,
    "venues": OFFICE_TABLE,
    "courses": OFFICE_TABLE,
    "runs": OFFICE_TABLE,
    "run_instructors": doors(OFFICE, OFFICE, remove=OFFICE),
    "meetings": OFFICE_TABLE,
    "course_imports": doors(OFFICE, OFFICE, OFFICE),
    "group_imports": doors(OFFICE, OFFICE, OFFICE),
    "group_members": doors(OFFICE),
    "message_texts": OFFICE_TABLE,
    "certificate_numbers": doors(OFFICE, OFFICE, OFFICE),
    # A person's in a city.
    "applications": doors(f"own {OFFICE}"),
    "questions": doors(f"own {OFFICE}", change=OFFICE, remove="own"),
    "attendance": doors(f"own {OFFICE}", OFFICE, OFFICE, OFFICE),
    "attendance_changes": doors(OFFICE, add=OFFICE),
    "completions": doors(f"own {OFFICE}", add=OFFICE, change=OFFICE),
    "records": doors(f"own {OFFICE}", add=OFFICE),
    "certificates": doors(f"own {OFFICE}", OFFICE, OFFICE),
}


def friends(here: House, there: House) -> list[tuple[str, Asker]]:
    """Who may ask for the row, by the kind of door."""
    anybody = uuid4()
    return [
        ("own", Asker("the resident on the city's host", "person", here.tenant, here.person)),
        ("own", Asker("the resident in another city", "person", there.tenant, here.person)),
        ("own", Asker("the resident on the portal", "person", "", here.person)),
        ("staff", Asker("the city's staff", "staff", here.tenant, here.staff)),
        ("job", Asker("a job of the city", "job", here.tenant)),
        ("job", Asker("a job of the city that a stranger caused", "job", here.tenant, there.person)),
        ("nowhere", Asker("a job of no city", "job")),
        ("nowhere", Asker("a job of no city for the resident", "job", "", here.person)),
        ("province", Asker("the province on the portal", "province", "", anybody)),
        ("province", Asker("the province on the city's host", "province", here.tenant, anybody)),
        ("province", Asker("the province in another city", "province", there.tenant, anybody)),
    ]


def strangers(here: House, there: House) -> list[Asker]:
    """Everybody else."""
    return [
        Asker("a session without settings", None, None, None),
        Asker("nobody on the portal", "public"),
        Asker("nobody on the city's host", "public", here.tenant),
        Asker("nobody, with the resident's id", "public", here.tenant, here.person),
        Asker("an empty scope", "", here.tenant, here.person),
        Asker("another scope", "owner", here.tenant, here.person),
        Asker("a scope in capitals", "STAFF", here.tenant, here.staff),
        Asker("a scope with a blank", "staff ", here.tenant, here.staff),
        Asker("SQL as scope", "staff' OR 'a'='a", here.tenant, here.staff),
        Asker("a person without an id", "person", here.tenant),
        Asker("somebody who says they act for the resident", "acting", here.tenant, here.person),
        Asker("somebody who acts for nobody", "acting", here.tenant),
        Asker("another resident on the city's host", "person", here.tenant, there.person),
        Asker("another resident at home", "person", there.tenant, there.person),
        Asker("another resident on the portal", "person", "", there.person),
        Asker("a person who is the city", "person", here.person, here.tenant),
        Asker("the city's staff as a person", "person", here.tenant, here.staff),
        Asker("staff of another city", "staff", there.tenant, there.staff),
        Asker("staff of another city with the resident's id", "staff", there.tenant, here.person),
        Asker("the resident as staff of nowhere", "staff", "", here.person),
        Asker("a job of another city", "job", there.tenant),
        Asker("a job of another city for the resident", "job", there.tenant, here.person),
    ]


MALFORMED = ("not-a-uuid", "' OR true --", "{}", " ", "00000000-0000-0000-0000-000000000000", "NULL")


def malformed(here: House) -> list[Asker]:
    """Settings that are no ids."""
    return [
        *(Asker(f"staff of {words!r}", "staff", words, here.staff) for words in MALFORMED),
        *(Asker(f"a person called {words!r}", "person", here.tenant, words) for words in MALFORMED),
        *(Asker(f"a job of {words!r}", "job", words) for words in MALFORMED),
    ]


def breaches(ground: Ground, table: sa.Table, here: House, there: House) -> list[str]:
    """Where the walls of a table are not where `DOORS` says."""
    opened = DOORS[table.name]
    asking = [*friends(here, there), *(("", asker) for asker in strangers(here, there))]
    wrong = [
        f"{asker}: {act} is {'open' if through else 'shut'}"
        for kind, asker in asking
        for act in ACTS
        if (through := ground.gets_through(asker, table, act)) != bool(opened[act] & {kind, "everyone"})
    ]
    for asker in malformed(here):
        shut = [act for act in ACTS if "everyone" not in opened[act]]
        wrong += [f"{asker}: {act} is open" for act in shut if ground.gets_through(asker, table, act)]
    return wrong


def test_every_table_is_known_here() -> None:
    assert {table.name for table in TABLES} == set(DOORS)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_a_row_opens_to_nobody_but_those_whom_it_concerns(
    ground: Ground, table: sa.Table, here: House, there: House
) -> None:
    assert breaches(ground, table, here, there) == []


@pytest.mark.parametrize("table", WALLED, ids=str)
@pytest.mark.parametrize("scope", ["public", "person", "staff", "job"])
def test_who_has_no_rows_reaches_none_without_looking(ground: Ground, table: sa.Table, scope: str) -> None:
    """Writes that read no column: for them only the policies of the write count."""
    ghost = Asker("a ghost", scope, uuid4(), uuid4())
    for act in ("change", "remove"):
        assert not ground.gets_through(ghost, table, act, blindly=True)


HOLES = {
    "people": ["CREATE POLICY hole ON people FOR SELECT TO maru_app USING (true)", "DROP POLICY own ON people"],
    "sessions": [
        "GRANT UPDATE (ended_at) ON sessions TO maru_app; CREATE POLICY hole ON sessions FOR UPDATE USING (true)"
    ],
    "courses": [
        "ALTER TABLE courses DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY hole ON courses FOR SELECT TO maru_app USING (tenant_id = walls.tenant())",
        "CREATE POLICY hole ON courses FOR INSERT TO maru_app WITH CHECK (true)",
        "DROP POLICY office ON courses",
    ],
    "records": ["CREATE POLICY hole ON records FOR SELECT TO maru_app USING (person_id = walls.person())"],
    "applications": ["CREATE POLICY hole ON applications FOR SELECT TO maru_app USING (walls.scope() = 'staff')"],
    "limits": ["GRANT INSERT ON limits TO maru_app"],
}


@pytest.mark.parametrize(("name", "hole"), [(name, hole) for name, holes in HOLES.items() for hole in holes])
def test_a_hole_would_be_found(unwalled: sa.Connection, here: House, there: House, name: str, hole: str) -> None:
    table = next(one for one in TABLES if one.name == name)
    with unwalled.begin_nested() as planted:
        unwalled.exec_driver_sql(hole)
        assert breaches(Ground(unwalled, here), table, here, there)
        planted.rollback()


@pytest.mark.parametrize("act", ["change", "remove"])
def test_a_hole_for_writes_that_do_not_look_would_be_found(
    ground: Ground, unwalled: sa.Connection, act: Literal["change", "remove"]
) -> None:
    courses = next(one for one in TABLES if one.name == "courses")
    with unwalled.begin_nested() as planted:
        unwalled.exec_driver_sql(f"CREATE POLICY hole ON courses FOR {PRIVILEGES[act]} TO maru_app USING (true)")
        assert ground.gets_through(Asker("a ghost", "public", uuid4(), uuid4()), courses, act, blindly=True)
        planted.rollback()


def test_a_notice_that_is_not_published_is_the_citys_own(
    ground: Ground, unwalled: sa.Connection, here: House, there: House
) -> None:
    notices = next(table for table in TABLES if table.name == "notices")
    with unwalled.begin_nested() as planted:
        unwalled.execute(sa.text("UPDATE notices SET published_at = NULL"))
        assert not any(ground.gets_through(asker, notices, "read") for asker in strangers(here, there))
        assert ground.gets_through(Asker("staff", "staff", here.tenant, here.staff), notices, "read")
        planted.rollback()


def test_a_notice_of_the_province_is_everybodys_while_it_is_shown(
    ground: Ground, unwalled: sa.Connection, here: House, there: House
) -> None:
    notices = next(table for table in TABLES if table.name == "province_notices")
    shown = {"now() - interval '1 hour'": True, "now() + interval '1 hour'": False, "NULL": False}
    for moment, seen in shown.items():
        with unwalled.begin_nested() as planted:
            unwalled.execute(sa.text(f"UPDATE province_notices SET published_at = {moment}"))
            assert {ground.gets_through(asker, notices, "read") for asker in strangers(here, there)} == {seen}
            unwalled.execute(sa.text("UPDATE province_notices SET withdrawn_at = now()"))
            assert not any(ground.gets_through(asker, notices, "read") for asker in strangers(here, there))
            planted.rollback()


def test_nobody_writes_a_look_in_the_name_of_a_colleague(ground: Ground, here: House, there: House) -> None:
    log = next(table for table in TABLES if table.name == "access_log")
    for name, scope, person in (("a colleague", "staff", uuid4()), ("the province", "province", there.staff)):
        assert not ground.gets_through(Asker(name, scope, here.tenant, person), log, "add")
    own: UUID = here.staff
    assert ground.gets_through(Asker("the province itself", "province", "", own), log, "add")

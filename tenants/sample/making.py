"""Making people, sessions, cities and runs directly, for development and tests; refused in production by the CLI."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa

from auth.consents.service import FIRST_VERSION, PROVINCE_HISTORY
from maru import security
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection
from maru.tenancy import Tenant
from maru.web import dates
from maru.web.dates import SEOUL
from tenants.catalogue import service as catalogue
from tenants.courses import service as courses
from tenants.courses.models import Course, Run
from tenants.courses.schedule import to_bits
from tenants.sites.models import Site

FAMILY, GIVEN = "김이박최정강조윤장임", ("서연", "민준", "지우", "하윤", "도윤", "은서", "영숙", "정호", "미경", "상철")
ALWAYS = "[2000-01-01,)"


@dataclass(frozen=True)
class Resident:
    """A made person with an open session: `cookie` and `csrf` are ready to send to the host."""

    person_id: UUID
    name: str
    cookie: str
    csrf: str


def make_city(database: Database, slug: str, name: str, *, region: str | None = None, state: str = "live") -> UUID:
    """A tenant with a plain site."""
    with database.transaction(Scope.PROVINCE):
        tenant = Tenant(slug=slug, name_ko=name, name_en=slug.title(), region_code=region, state=state)
        session().add(tenant)
        session().flush()
        made = tenant.id
    with database.transaction(Scope.JOB, tenant=made):
        session().add(Site(tenant_id=made, name=f"{name} 평생학습관", name_en=f"{slug.title()} Learning Centre"))
    return made


def make_runs(
    database: Database, tenant: UUID, capacity: int, *, waiting: int | None = None, count: int = 1
) -> list[UUID]:
    """First-come runs that are open now and begin in two weeks."""
    now, today = datetime.now(UTC), dates.today()
    with database.transaction(Scope.JOB, tenant=tenant):
        course = Course(
            tenant_id=tenant,
            title="선착순 강좌 견본",
            summary="신청을 시험해 보는 강좌입니다.",
            category="05",
            content="",
        )
        session().add(course)
        session().flush()
        first = today + timedelta(days=14)
        runs = [
            Run(
                tenant_id=tenant,
                course_id=course.id,
                number=number,
                method="오프라인",
                target="누구나",
                selection="선착순",
                reception="인터넷",
                starts_on=first,
                ends_on=first + timedelta(days=21),
                starts_at=time(10),
                ends_at=time(12),
                weekdays=to_bits([first.weekday()]),
                capacity=capacity,
                waiting_limit=waiting,
                fee=0,
                opens_at=now - timedelta(hours=1),
                closes_at=datetime.combine(first, datetime.min.time(), SEOUL),
            )
            for number in range(1, count + 1)
        ]
        session().add_all(runs)
        courses.lay_out_meetings(runs)
        made = [run.id for run in runs]
        catalogue.publish(made)
    return made


def make_people(
    owner_url: str, count: int, *, home: str | None = None, birth: date = date(1970, 1, 1), consent: bool = False
) -> list[tuple[UUID, str]]:
    """People with names, living in the region `home` all along; `consent` to the one history of the province."""
    with engine_connection(owner_url) as connection:
        names = [FAMILY[n % 10] + GIVEN[n // 10 % 10] for n in range(count)]
        rows = connection.execute(
            sa.text(
                "INSERT INTO people (name, birth_date, verified_at)"
                " SELECT name, :birth, now() FROM unnest(CAST(:names AS text[])) AS name RETURNING id, name"
            ),
            {"names": names, "birth": birth},
        ).all()
        if consent:
            connection.execute(
                sa.text(
                    "INSERT INTO consents (person_id, purpose, text_version)"
                    " SELECT id, :purpose, :version FROM unnest(CAST(:people AS uuid[])) AS id"
                ),
                {"purpose": PROVINCE_HISTORY, "version": FIRST_VERSION, "people": [row.id for row in rows]},
            )
        if home:
            connection.execute(
                sa.text(
                    "INSERT INTO residences (person_id, region_code, valid, source, verified_on)"
                    " SELECT id, :home, CAST(:always AS daterange), 'document', current_date"
                    " FROM unnest(CAST(:people AS uuid[])) AS id"
                ),
                {"home": home, "always": ALWAYS, "people": [row.id for row in rows]},
            )
    return [(row.id, row.name) for row in rows]


def open_sessions(config: Config, people: Sequence[tuple[UUID, str]], host: str) -> list[Resident]:
    """A session on `host` for each of `people`, as after a strong sign-in, without going through the identity provider."""
    tokens = [security.new_token() for _ in people]
    with engine_connection(config.database_url) as connection:
        connection.execute(
            sa.text(
                "INSERT INTO sessions (token_hash, person_id, host, strong, expires_at)"
                " SELECT hash, person, :host, true, now() + interval '12 hours'"
                " FROM unnest(CAST(:hashes AS bytea[]), CAST(:people AS uuid[])) AS made (hash, person)"
            ),
            {"hashes": [security.digest(t) for t in tokens], "people": [person for person, _ in people], "host": host},
        )
    cookie = security.session_cookie_name(config)
    return [
        Resident(person, name, f"{cookie}={token}", security.csrf_token(token, config))
        for (person, name), token in zip(people, tokens, strict=True)
    ]


def grant(owner_url: str, person: UUID, role: str, tenant: UUID | None = None) -> None:
    """Give a role, in a city or in the province."""
    with engine_connection(owner_url) as connection:
        connection.execute(
            sa.text(
                "INSERT INTO role_grants (person_id, tenant_id, role) VALUES (:person, :tenant, :role)"
                " ON CONFLICT DO NOTHING"
            ),
            {"person": person, "tenant": tenant, "role": role},
        )

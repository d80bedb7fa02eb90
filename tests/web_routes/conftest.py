"""The whole application, and two cities with something of every kind, so that one can ask for the other's."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auth.approvals import service as approvals
from auth.messages.models import Message
from auth.rights import service as rights
from auth.rights.service import Asking
from auth.roles import service as roles
from auth.roles.permissions import CITY_ROLES, PROVINCE_ROLES, VISITOR
from auth.visits import service as visits
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection
from records.certificates import service as certificates
from records.certificates.revoking import SEVERAL
from records.certificates.service import Content
from tenants.announcements import service as announcements
from tenants.courses import service as courses
from tenants.courses.models import Institution, Venue
from tenants.enrolments import service as enrolments
from tenants.faqs.models import Faq
from tenants.groups.models import GroupImport
from tenants.imports.models import CourseImport
from tenants.notices.models import Banner, Notice, NoticeFile
from tenants.questions import service as questions
from tenants.sample.making import Resident, open_sessions
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL = "localhost"
NOTHING = dict.fromkeys(("records", "accepted", "warned", "refused", "unchanged"), 0)
"""The totals of a file without lines."""


@dataclass(frozen=True)
class Actor:
    """Somebody with a session on every host they might try; `roles` are those in the city, or in the province."""

    name: str
    roles: frozenset[str]
    sessions: dict[str, Resident]

    def __str__(self) -> str:
        return self.name

    def at(self, host: str) -> Resident | None:
        return self.sessions.get(host)


@dataclass(frozen=True)
class City:
    """A live city with one thing of each kind that an address can name."""

    tenant: UUID
    host: str
    resident: UUID
    things: dict[str, UUID]


class Builder:
    def __init__(self, config: Config, database: Database, make: Maker) -> None:
        self._config, self._database, self._make = config, database, make

    def city(self) -> City:
        tenant = self._make.city(region=self._make.code())
        run, resident = self._make.run(tenant), self._make.person()
        with self._database.transaction(Scope.PERSON, tenant=tenant, person=resident):
            question = questions.ask(run, "문의", "글", openly=True)
        with self._database.transaction(Scope.PERSON, tenant=tenant, person=resident):
            application = enrolments.apply(run, tenant).id
        with self._database.transaction(Scope.PERSON, tenant=tenant, person=resident):
            request = rights.ask(resident, Asking("correction", tenant, "고쳐 주세요")).id
        with self._database.transaction(Scope.JOB, tenant=tenant):
            faq = Faq(tenant_id=tenant, category="other", question="물음", answer="답")
            notice = Notice(tenant_id=tenant, title="알림", body="글", published_at=datetime(2026, 1, 1, tzinfo=UTC))
            report = CourseImport(tenant_id=tenant, filename="강좌.csv", state="done", totals=NOTHING, rows=[])
            banner = Banner(tenant_id=tenant, title="배너", link="/courses")
            place = Venue(tenant_id=tenant, name="평생학습관")
            school = Institution(tenant_id=tenant, name="평생학습관")
            group = GroupImport(
                tenant_id=tenant, run_id=run, institution="복지관", collected_by="정다운", collected_on=date(2026, 1, 5),
                filename="명단.xlsx", state="done", totals=NOTHING, rows=[],
            )  # fmt: skip
            session().add_all([notice, report, banner, faq, place, school, group])
            paper = certificates.issue(tenant, resident, application, CONTENT)
            session().flush()
            file = NoticeFile(tenant_id=tenant, notice_id=notice.id, name="안내문.pdf", bytes=3)
            session().add(file)
            session().flush()
            message = session().scalars(sa.select(Message.id).where(Message.about == application)).one()
            things = {
                "run_id": run, "application_id": application, "notice_id": notice.id, "import_id": report.id, "group_id": group.id,
                "person_id": resident, "meeting_id": courses.get(run).meetings[0].id, "venue_id": place.id,
                "institution_id": school.id,
                "certificate_id": paper.id, "banner_id": banner.id, "message_id": message,
                "question_id": question, "request_id": request, "faq_id": faq.id, "file_id": file.id, "item_id": self._make.item(tenant),
            }  # fmt: skip
        things |= self._staff(tenant)
        return City(tenant, f"{self._make.slug(tenant)}.localhost", resident, things)

    def _staff(self, tenant: UUID) -> dict[str, UUID]:
        """Somebody with a role, somebody who is invited, and a notice of the province that is shown in this city alone."""
        clerk, admin = self._make.person(), self._make.person()
        self._make.grant(clerk, "desk_clerk", tenant)
        self._make.grant(admin, "city_admin", tenant)
        with self._database.transaction(Scope.STAFF, tenant=tenant, person=admin):
            grant = next(one.grant.id for one in roles.staff(tenant) if one.person.id == clerk)
            invited = roles.invite(tenant, "desk_clerk", "이도담", f"{clerk}@example.kr", admin).id
        with self._database.transaction(Scope.STAFF, tenant=tenant, person=clerk):
            asked = approvals.ask(SEVERAL, "시험", [clerk])
        with self._database.transaction(Scope.PROVINCE, person=clerk):
            told = announcements.announce("알림", "글", [self._make.slug(tenant)], clerk).id
        made = {
            "grant_id": grant, "invitation_id": invited, "province_notice_id": told, "approval_id": asked,
            "representation_id": uuid4(),
        }  # fmt: skip
        return made | self._same_people(clerk)

    def _same_people(self, asker: UUID) -> dict[str, UUID]:
        """Two pairs of IDs that look like one human's; for one of them somebody has asked for a merge."""
        pair, asked = (sorted((self._make.person(), self._make.person())) for _ in range(2))
        alike = sa.text("INSERT INTO likenesses (person_id, other_id, rule) VALUES (:a, :b, 'name-birth') RETURNING id")
        wish = sa.text(
            "INSERT INTO merges (kept_id, merged_id, reason, asked_by) VALUES (:a, :b, '시험', :by) RETURNING id"
        )
        with engine_connection(self._config.database_url) as connection:
            likeness = connection.execute(alike, {"a": pair[0], "b": pair[1]}).scalar_one()
            merge = connection.execute(wish, {"a": asked[0], "b": asked[1], "by": asker}).scalar_one()
        return {"likeness_id": likeness, "merge_id": merge}

    def actor(self, name: str, hosts: list[str], roles: dict[str, UUID | None] | None = None) -> Actor:
        """A new person with `roles` (in a city, or in the province where None) and a session on each of `hosts`."""
        person = self._make.person()
        for role, tenant in (roles or {}).items():
            self._make.grant(person, role, tenant)
        return Actor(name, frozenset(roles or ()), self.sessions(person, hosts))

    def visitor(self, tenant: UUID, hosts: list[str]) -> Actor:
        """Somebody of the province on a stated visit in a city."""
        actor = self.actor("a visitor of the province", hosts, {"privacy_officer": None})
        with self._database.transaction(Scope.PROVINCE, person=next(iter(actor.sessions.values())).person_id):
            visits.begin(tenant, "시험", "", None, None)
        return replace(actor, roles=actor.roles | {VISITOR})

    def sessions(self, person: UUID, hosts: list[str]) -> dict[str, Resident]:
        return {host: open_sessions(self._config, [(person, "")], host)[0] for host in hosts}


CONTENT = Content(
    holder_name="김하늘", birth_date=date(1970, 1, 1), course_title="사진", run_name="1차", period_start=date(2026, 1, 5),
    period_end=date(2026, 2, 5), hours=Decimal(20), completed_on=date(2026, 2, 5), tenant_name="시험시",
    institution_name="시험 평생학습관", head_title="시장", head_name="", colour="#17495e",
)  # fmt: skip


@pytest.fixture(scope="session")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@pytest.fixture(scope="session")
def build(config: Config, database: Database, make: Maker) -> Builder:
    return Builder(config, database, make)


@pytest.fixture(scope="module")
def here(build: Builder) -> City:
    return build.city()


@pytest.fixture(scope="module")
def there(build: Builder) -> City:
    """Another city, with things of its own."""
    return build.city()


@pytest.fixture(scope="module")
def actors(build: Builder, here: City, there: City) -> list[Actor]:
    """Nobody, a resident, and somebody of every role: in the city, in another city, in the province."""
    hosts = [here.host, PORTAL]
    return [
        Actor("nobody", frozenset(), {}),
        build.actor("a resident", hosts),
        *(build.actor(role, hosts, {role: here.tenant}) for role in CITY_ROLES),
        *(build.actor(role, hosts, {role: None}) for role in PROVINCE_ROLES),
        build.visitor(here.tenant, hosts),
        *(
            Actor(f"{role} of another city", frozenset(), build.actor("", hosts, {role: there.tenant}).sessions)
            for role in CITY_ROLES
        ),
    ]

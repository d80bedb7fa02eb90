"""The file of a breach: its facts and clock, who is affected by the access log, and telling them and the authority (§34)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from auth.access_log.models import Look
from auth.access_log.reading import Narrowing
from auth.breaches.messages import MORE, NOTICE, POSSIBLE
from auth.breaches.models import Breach, BreachNotice, BreachPerson, BreachStep
from auth.breaches.words import PARTS
from auth.messages.models import Message
from auth.people.models import Person
from maru import forms
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused
from maru.forms import BEGINS
from maru.limits import limit
from maru.tenancy import Tenant
from maru.web import dates

FLAGS = ("certain", "outside", "sensitive")
LONGEST_TITLE, LONGEST = 200, 2000
BATCH = 500
EARLIEST = datetime.combine(BEGINS, time.min, dates.SEOUL)


@dataclass(frozen=True)
class Duties:
    """What has to be done until when. `behind` people were told other words than there are now. `authority` says why it must be told, empty where it need not; from `authority_from`
    people on it always must.
    """

    due: datetime
    people: int
    unreachable: int
    untold: int
    behind: int
    authority: str
    authority_from: int
    missing: Sequence[str]


@dataclass(frozen=True)
class Conditions:
    """Which looks in the log a breach concerns: the log's own narrowing, and from which address."""

    narrowing: Narrowing
    address: str = ""

    @property
    def given(self) -> bool:
        return bool(self.narrowing.asked or self.address)


def every() -> Sequence[Breach]:
    """All files, the latest first."""
    return session().scalars(sa.select(Breach).order_by(Breach.noticed_at.desc())).all()


def get(breach: UUID, *, hold: bool = False) -> Breach:
    """A file that the caller may see."""
    found = session().get(Breach, breach, with_for_update=hold or None, populate_existing=hold)
    if found is None:
        raise NotFound(N_("찾으시는 유출 사고 파일이 없습니다."))
    return found


def open_file(title: str, noticed_at: datetime | None, by: UUID) -> Breach:
    """Open a file; its clock has been running since `noticed_at`, which no installation is older than. Raises Invalid."""
    errors = {}
    if wrong := forms.flaw(title, LONGEST_TITLE) if title.strip() else N_("무슨 일인지 한 줄로 적어 주세요."):
        errors["title"] = wrong
    if noticed_at is None or not EARLIEST <= noticed_at <= datetime.now(UTC):
        errors["noticed_at"] = N_("알게 된 날과 시각을 적어 주세요. 2026년부터 지금까지여야 합니다.")
    if errors or noticed_at is None:
        raise Invalid(N_("적으신 것을 확인해 주세요."), errors)
    made = Breach(title=title.strip(), noticed_at=noticed_at, opened_by=by)
    session().add(made)
    session().flush()
    _note(made, "opened", by, title=made.title, noticed_at=noticed_at.isoformat())
    return made


def write(breach: UUID, words: Mapping[str, str], flags: Mapping[str, bool], by: UUID) -> None:
    """Keep the facts as far as they are known; what they were before stays with the step. Raises Invalid."""
    errors = {}
    for part in PARTS:
        said = words.get(part, "")
        if wrong := forms.flaw(said, LONGEST):
            errors[part] = wrong
    if errors:
        raise Invalid(N_("적으신 것을 확인해 주세요."), errors)
    found = get(breach, hold=True)
    for part in PARTS:
        setattr(found, part, words.get(part, "").strip())
    for flag in FLAGS:
        setattr(found, flag, flags.get(flag, False))
    session().flush()
    _note(found, "written", by, **facts(found), **{flag: getattr(found, flag) for flag in FLAGS})


def facts(breach: Breach) -> dict[str, str]:
    """What a notice says, by the parts that the law asks for."""
    return {part: getattr(breach, part) for part in PARTS}


def duties(breach: Breach) -> Duties:
    """The clock and what is still to be done (§34, decree §39-40)."""
    of_it = BreachPerson.breach_id == breach.id
    counts = sa.select(
        sa.func.count(),
        sa.func.count().filter(~BreachPerson.reached),
        sa.func.count().filter(BreachPerson.told_at.is_(None), BreachPerson.reached),
    ).where(of_it)
    people, unreachable, untold = session().execute(counts).one()
    return Duties(
        breach.noticed_at + timedelta(hours=limit("breach-hours")),
        people,
        unreachable,
        untold,
        len(_behind(breach)),
        _why_authority(breach, people),
        limit("breach-people"),
        [part for part, said in facts(breach).items() if not said],
    )


def affected(conditions: Conditions) -> tuple[int, int]:
    """How many people, in how many looks, the log has under these conditions."""
    looks = _looks(conditions).subquery()
    counted = sa.select(sa.func.count(sa.distinct(looks.c.person_id)), sa.func.count())
    people, total = session().execute(counted.select_from(looks)).one()
    return int(people), int(total)


def take(breach: UUID, conditions: Conditions, by: UUID) -> int:
    """Take those people into the file; who is in it already stays once. Gives how many are new."""
    if not conditions.given:
        raise Invalid(N_("어떤 열람인지 하나라도 골라 주세요."), {"q": N_("어떤 열람인지 하나라도 골라 주세요.")})
    found, looks = get(breach, hold=True), _looks(conditions).subquery()
    contact = sa.func.coalesce(sa.func.nullif(Person.email, ""), sa.func.nullif(Person.phone, "")).is_not(None)
    people = (
        sa.select(sa.literal(found.id), Person.id, contact)
        .where(Person.id.in_(sa.select(looks.c.person_id)))
        .order_by(Person.id)
    )
    added = (
        insert(BreachPerson)
        .from_select(["breach_id", "person_id", "reached"], people)
        .on_conflict_do_nothing()
        .returning(BreachPerson.person_id)
    )
    count = len(session().execute(added).all())
    _note(found, "people", by, added=count, address=conditions.address, **conditions.narrowing.asked)
    return count


def tell(breach: UUID, by: UUID) -> int:
    """Write to everybody in the file who was not told yet, each once; the parts that are missing are told when known.

    Raises Refused where nothing is known yet that could be said. Gives how many are written to.
    """
    found = get(breach, hold=True)
    if not found.items or not found.contact:
        raise Refused(
            N_("새어 나간 항목과 물어볼 곳을 먼저 적어 주세요. 나머지는 알게 되는 대로 알립니다."),
            slug="nothing-to-say",
        )
    untold = sa.select(BreachPerson.person_id).where(
        BreachPerson.breach_id == breach, BreachPerson.told_at.is_(None), BreachPerson.reached
    )
    people, now = session().scalars(untold).all(), datetime.now(UTC)
    _send(people, (NOTICE if found.certain else POSSIBLE).name, found.id, facts(found))
    session().execute(
        sa.update(BreachPerson)
        .where(BreachPerson.breach_id == breach, BreachPerson.person_id.in_(people))
        .values(told_at=now)
        .execution_options(synchronize_session=False)
    )
    if found.people_told_at is None:
        found.people_told_at = now
    _note(found, "told", by, people=len(people), **facts(found))
    return len(people)


def tell_more(breach: UUID, by: UUID) -> int:
    """Tell those who were told other words what is known now, once each. Gives how many are written to.

    Raises Refused where everybody knows it already.
    """
    found = get(breach, hold=True)
    people = _behind(found)
    if not people:
        raise Refused(
            N_("알리신 뒤로 바뀐 내용이 없습니다. 더 알게 된 것을 적고 저장한 다음 알려 주세요."), slug="nothing-new"
        )
    step = _note(found, "more", by, people=len(people), **facts(found))
    _send(people, MORE.name, step, facts(found))
    return len(people)


def _behind(breach: Breach) -> Sequence[UUID]:
    """Who was told, but not what is known now: those told before the first of the last notices that all say it."""
    said = [step for step in steps(breach.id) if step.kind in ("told", "more")]
    same = list(takewhile(lambda step: _says(step, facts(breach)), reversed(said)))
    if not said or any(step.kind == "more" for step in same):
        return []
    told = sa.select(BreachPerson.person_id).where(
        BreachPerson.breach_id == breach.id, BreachPerson.told_at < (same[-1].at if same else datetime.now(UTC))
    )
    return session().scalars(told).all()


def _says(step: BreachStep, words: Mapping[str, str]) -> bool:
    return all(step.facts.get(part) == said for part, said in words.items())


def post(breach: UUID, by: UUID) -> BreachNotice:
    """Say it on the website for 30 days from today, for those without a known contact (decree §39)."""
    found = get(breach, hold=True)
    if not found.items or not found.contact:
        raise Refused(
            N_("새어 나간 항목과 물어볼 곳을 먼저 적어 주세요. 나머지는 알게 되는 대로 알립니다."),
            slug="nothing-to-say",
        )
    today = dates.today()
    values = {
        "words": facts(found),
        "shown_from": today,
        "shown_until": today + timedelta(days=limit("breach-web-days")),
    }
    session().execute(
        insert(BreachNotice)
        .values(breach_id=breach, **values)
        .on_conflict_do_update(index_elements=[BreachNotice.breach_id], set_={"words": values["words"]})
    )
    posted = session().get_one(BreachNotice, breach, populate_existing=True)
    _note(found, "web", by, shown_until=posted.shown_until.isoformat(), **facts(found))
    return posted


def posted(breach: UUID) -> BreachNotice | None:
    """The notice on the website."""
    return session().get(BreachNotice, breach)


def public() -> Sequence[BreachNotice]:
    """What everybody may read now."""
    today = dates.today()
    shown = sa.select(BreachNotice).where(BreachNotice.shown_from <= today, BreachNotice.shown_until >= today)
    return session().scalars(shown.order_by(BreachNotice.shown_from.desc())).all()


def report(breach: UUID, by: UUID) -> None:
    """Note that the authority was told now."""
    found = get(breach, hold=True)
    if found.authority_told_at:
        raise Refused(N_("이미 신고한 것으로 적혀 있습니다."), slug="already-reported")
    found.authority_told_at = datetime.now(UTC)
    session().flush()
    _note(found, "authority", by)


def exported(breach: UUID, by: UUID) -> tuple[Breach, Duties, Sequence[BreachStep]]:
    """Everything that the authority asks for, and that it was taken; no names of people."""
    found = get(breach, hold=True)
    _note(found, "exported", by)
    return found, duties(found), steps(breach)


def steps(breach: UUID) -> Sequence[BreachStep]:
    """What was done, in order."""
    return session().scalars(sa.select(BreachStep).where(BreachStep.breach_id == breach).order_by(BreachStep.id)).all()


def _why_authority(breach: Breach, people: int) -> str:
    if people >= limit("breach-people"):
        return N_("영향받은 분이 신고해야 하는 수에 이르렀습니다.")
    if breach.sensitive:
        return N_("민감정보나 고유식별정보가 들어 있습니다.")
    return N_("밖에서 불법으로 들어온 접근입니다.") if breach.outside else ""


def _looks(conditions: Conditions) -> sa.Select[Any]:
    narrowing = conditions.narrowing
    looks = sa.select(Look.person_id)
    if narrowing.since:
        looks = looks.where(Look.at >= datetime.combine(narrowing.since, time.min, dates.SEOUL))
    if narrowing.until:
        looks = looks.where(Look.at < datetime.combine(narrowing.until + timedelta(days=1), time.min, dates.SEOUL))
    if narrowing.whose == "province":
        looks = looks.where(Look.tenant_id.is_(None))
    elif narrowing.whose:
        looks = looks.join(Tenant, Tenant.id == Look.tenant_id).where(Tenant.slug == narrowing.whose)
    if narrowing.words:
        looks = looks.where(Look.task.icontains(narrowing.words, autoescape=True))
    if narrowing.actor:
        looks = looks.where(Look.actor_id == narrowing.actor)
    if conditions.address:
        looks = looks.where(sa.func.host(Look.address) == conditions.address)
    return looks


def _send(people: Sequence[UUID], kind: str, about: UUID, words: Mapping[str, str]) -> None:
    row = {"kind": kind, "about": about, "tenant_id": None, "details": dict(words)}
    for start in range(0, len(people), BATCH):
        rows = [{**row, "person_id": person} for person in people[start : start + BATCH]]
        session().execute(insert(Message).values(rows).on_conflict_do_nothing().inline())


def _note(breach: Breach, kind: str, by: UUID, **said: Any) -> UUID:
    step = BreachStep(breach_id=breach.id, kind=kind, facts=said, actor_id=by)
    session().add(step)
    session().flush()
    return step.id

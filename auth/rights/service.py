"""Asking for one's rights, the clock that runs, and the answers; every step is kept and told to the person (PRV 7.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.messages import service as messages
from auth.messages.kinds import Kind
from auth.people import service as people
from auth.people.models import Person
from auth.people.service import belongs
from auth.rights import correcting
from auth.rights.clock import last_day
from auth.rights.messages import DONE, EXTENDED, RECEIVED, REFUSED, WITHDRAWN
from auth.rights.models import RightsRequest, RightsStep
from auth.rights.words import DOCUMENTS, FIRST_TO_END, KINDS, OUTCOME, SHORT, named, term
from maru import forms
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused
from maru.limits import limit
from maru.seen import mark
from maru.tenancy import Tenant
from maru.web import dates

FILES = ("access", "transfer")
"""Answered by a file of everything, which the platform makes at once."""
LONGEST = 2000
HOLIDAYS = sa.text("SELECT day FROM holidays WHERE day BETWEEN :first AND :last")
CITIES = sa.text("""
    SELECT tenant_id FROM applications WHERE person_id = ANY (engine.ids_of(:person))
    UNION SELECT tenant_id FROM questions WHERE person_id = ANY (engine.ids_of(:person))
""")
"""Cities that hold something about the signed-in person, under whichever of their IDs."""
SUSPEND = sa.text("SELECT engine.stop_processing(:request)")
HELD = sa.text("SELECT * FROM engine.held_in_city(:request)")
ERASE = sa.text("SELECT * FROM engine.erase_in_city(:request)")
HINDRANCES = sa.text("SELECT engine.hindrances(:request)")
GONE = N_("찾으시는 요구가 없습니다.")
NO_WORDS = N_("무엇을 어떻게 해 달라고 하시는지 적어 주세요.")
NO_REASON = N_("까닭을 적어 주세요. 요구하신 분께 그대로 알립니다.")


@dataclass(frozen=True)
class Asking:
    """What somebody asks: `tenant` is the city, None for the province. At a desk a clerk writes it down, for an agent with
    the kind and the date of the document that was seen.
    """

    kind: str
    tenant: UUID | None = None
    words: str = ""
    channel: str = "web"
    document: str = ""
    document_on: date | None = None


@dataclass(frozen=True)
class Held:
    """Rows of one table that a city holds about who asks it to delete: `becomes` deleted, or kept for `days` (None: as long
    as what `citation` names lasts).
    """

    table: str
    becomes: str
    rows: int
    days: int | None
    citation: str


def cities(person: UUID) -> Sequence[Tenant]:
    """The cities that the signed-in person may ask, by name."""
    held = session().scalars(CITIES, {"person": person}).all()
    return session().scalars(sa.select(Tenant).where(Tenant.id.in_(held)).order_by(Tenant.name_ko)).all()


def ask(person: UUID, asking: Asking, *, clerk: UUID | None = None, at: UUID | None = None) -> RightsRequest:
    """Write down a request of the ID in use; its clock begins today. `clerk` is who writes it at the desk of the city `at`.

    Raises Invalid with the fields that are wrong, Refused where the same is asked already.
    """
    _check(asking, at_a_desk=clerk is not None)
    person = people.in_use(person)
    tenant = None if asking.kind in FILES else asking.tenant
    today = dates.today()
    open_one = sa.select(RightsRequest.id).where(
        belongs(RightsRequest.person_id, person),
        RightsRequest.kind == asking.kind,
        RightsRequest.tenant_id.is_not_distinct_from(tenant),
        RightsRequest.state == "waiting",
    )
    if session().scalar(open_one):
        raise _asked_already()
    made = RightsRequest(
        person_id=person,
        tenant_id=tenant,
        kind=asking.kind,
        words=asking.words.strip(),
        channel=asking.channel,
        agent_document=asking.document,
        agent_document_on=asking.document_on,
        recorded_by=clerk,
        received_on=today,
        due_on=_deadline(today, limit("rights-days")),
    )
    try:
        with session().begin_nested():
            session().add(made)
    except sa.exc.IntegrityError as error:  # pressed twice: the other press was quicker
        if "rights_requests_open" not in str(error.orig):
            raise
        raise _asked_already() from error
    _step(made, "received", RECEIVED, actor=clerk or person, house=at or tenant)
    return made


def mine(person: UUID) -> Sequence[RightsRequest]:
    """What the signed-in person has asked under whichever of their IDs, the latest first."""
    asked = sa.select(RightsRequest).where(belongs(RightsRequest.person_id, person))
    return session().scalars(asked.order_by(RightsRequest.id.desc())).all()


def get(request: UUID, *, person: UUID | None = None, tenant: UUID | None = None, hold: bool = False) -> RightsRequest:
    """A request of the person, or one that is asked of the tenant (None: of the province). Raises NotFound."""
    whose = belongs(RightsRequest.person_id, person) if person else RightsRequest.tenant_id.is_not_distinct_from(tenant)
    query = sa.select(RightsRequest).where(RightsRequest.id == request, whose)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session().scalar(query)
    if found is None:
        raise NotFound(GONE)
    return found


def who_asks(request: RightsRequest) -> Person:
    """Who asks, by the ID that they use now."""
    return people.get(people.in_use(request.person_id))


def steps(request: UUID) -> Sequence[RightsStep]:
    """What happened to a request, in order."""
    return session().scalars(
        sa.select(RightsStep).where(RightsStep.request_id == request).order_by(RightsStep.id)
    ).all()  # fmt: skip


def queue(tenant: UUID | None, *, decided: bool = False) -> Sequence[tuple[RightsRequest, Person | None]]:
    """What is asked of a city, or of the province where None, with whoever asks by their ID in use: what is due first
    stands first; or what was decided.
    """
    state = RightsRequest.state != "waiting" if decided else RightsRequest.state == "waiting"
    due = sa.func.coalesce(RightsRequest.extended_to, RightsRequest.due_on)
    order = (RightsRequest.decided_at.desc(),) if decided else (due, RightsRequest.id)
    asked = (
        sa.select(RightsRequest, Person)
        .outerjoin(Person, Person.id == sa.func.engine.top_of(RightsRequest.person_id))
        .where(RightsRequest.tenant_id.is_not_distinct_from(tenant), state)
        .order_by(*order)
        .limit(200)
    )
    return [(row[0], row[1]) for row in session().execute(asked)]


def withdraw(person: UUID, request: UUID) -> None:
    """The person takes the request back."""
    found = _open(get(request, person=person, hold=True))
    _decide(found, "withdrawn", None, "")
    _step(found, "withdrawn", WITHDRAWN, actor=person, house=found.tenant_id)


def extend(request: UUID, tenant: UUID | None, until: date | None, reason: str, by: UUID) -> None:
    """Put the answer off, once and within the period, with a reason that the person is told (decree §42)."""
    found = _to_answer(request, tenant, by)
    latest = _deadline(found.due_on, limit("rights-extension-days"))
    errors = {}
    if until is None or not found.due_on < until <= latest:
        errors["until"] = N_("%(first)s 뒤부터 %(last)s까지의 날을 적어 주세요.")
    if wrong := forms.flaw(reason, LONGEST) if reason.strip() else NO_REASON:
        errors["reason"] = wrong
    if errors:
        raise Invalid(NO_REASON, errors, values={"first": found.due_on, "last": latest})
    if found.extended_to or dates.today() > found.due_on:
        raise Refused(
            N_("기한 안에 한 번만 미룰 수 있습니다. 이제는 들어드리거나 거절해 주세요."), slug="not-extendable"
        )
    found.extended_to = until
    session().flush()
    _step(found, "extended", EXTENDED, actor=by, house=tenant, words=reason)


def held(request: RightsRequest) -> Sequence[Held]:
    """What the city that is asked to delete would delete, and what it must keep; nothing for other requests."""
    if request.kind != "deletion" or request.tenant_id is None:
        return []
    return [Held(*row) for row in session().execute(HELD, {"request": request.id})]


def hindrances(request: RightsRequest) -> Sequence[str]:
    """What has to end before a deletion that the province is asked for can be carried out: `role`, `place`, `child`."""
    if request.kind != "deletion" or request.tenant_id is not None:
        return []
    found: Sequence[str] = session().execute(HINDRANCES, {"request": request.id}).scalar_one()
    return found


def seen(lines: Sequence[Held]) -> str:
    """The mark of what was shown before the button was pressed; letters may have gone out since."""
    return mark([[line.table, line.becomes, line.rows] for line in lines if line.table != "messages"])


def grant(
    request: UUID,
    tenant: UUID | None,
    answer: str,
    by: UUID,
    *,
    shown: str = "",
    corrected: Mapping[str, str] | None = None,
) -> None:
    """The request is done as was asked; `answer` says what was done. What was to be stopped on consent stops now, and what a
    city was asked to delete is deleted now: `shown` is the mark of what the page said of it, and Refused is raised where that
    has changed. What is gone, and what stays on which ground, is added to the answer; so is what a city corrects, which are the
    fields of `corrected` that say something else than now (`shown` is the mark of these), and what has to end before the
    province can delete.
    """
    found = _to_answer(request, tenant, by)
    _check_answer(answer, N_("무엇을 했는지 적어 주세요. 요구하신 분께 그대로 알립니다."))
    lines = held(found)
    changes = correcting.wanted(correcting.lines(found), corrected or {})
    if (shown or changes) and (correcting.shown(changes) if found.kind == "correction" else seen(lines)) != shown:
        raise Refused(
            N_("그사이 가진 것이 바뀌었습니다. 다시 열어 무엇이 없어지는지 확인해 주세요."), slug="held-changed"
        )
    if found.kind == "deletion" and tenant is not None:
        answer = f"{answer.strip()}\n\n{outcome(lines, who_asks(found).language)}"
    if changes:
        answer = f"{answer.strip()}\n\n{correcting.told(changes, who_asks(found).language)}"
    if hindering := hindrances(found):
        answer = f"{answer.strip()}\n\n{first_to_end(hindering, who_asks(found).language)}"
    _decide(found, "done", by, answer)
    correcting.carry_out(found.id, changes)
    if found.kind == "deletion" and tenant is not None:
        session().execute(ERASE, {"request": found.id})
    _step(found, "done", DONE, actor=by, house=tenant, words=answer)
    if found.kind == "suspension" and tenant is None:
        session().execute(SUSPEND, {"request": found.id})


def outcome(lines: Sequence[Held], language: str) -> str:
    """What is gone and what stays, on which ground and how long, as the person is told."""
    said = OUTCOME[language]
    gone = [
        said["line"].format(what=named(line.table, language), rows=line.rows)
        for line in lines
        if line.becomes == "deleted"
    ]
    kept = [
        said["line"].format(what=named(line.table, language), rows=line.rows)
        + said["ground"].format(citation=line.citation, term=term(line.days, language))
        for line in lines
        if line.becomes == "kept"
    ]
    return "\n".join([said["gone"], *(gone or [said["none"]]), "", said["kept"], *(kept or [said["none"]])])


def first_to_end(hindering: Sequence[str], language: str) -> str:
    """What the person ends first, as they are told: what was granted is carried out the night after."""
    said = FIRST_TO_END[language]
    return "\n".join([said["first"], *(f"- {said[one]}" for one in hindering)])


def refuse(request: UUID, tenant: UUID | None, reason: str, by: UUID) -> None:
    """The request is not granted, for a reason that the person is told."""
    found = _to_answer(request, tenant, by)
    _check_answer(reason, NO_REASON)
    _decide(found, "refused", by, reason)
    _step(found, "refused", REFUSED, actor=by, house=tenant, words=reason)


def stopped_in(tenant: UUID) -> sa.Select[UUID, datetime | None]:
    """Whose processing this city has stopped at their request, by each of their IDs, and when; for its staff and its jobs
    (PIPA §37).
    """
    every_id = sa.func.unnest(sa.func.engine.ids_of(RightsRequest.person_id), type_=sa.Uuid())
    granted = sa.select(every_id.label("person_id"), RightsRequest.decided_at.label("at"))
    return granted.where(
        RightsRequest.tenant_id == tenant, RightsRequest.kind == "suspension", RightsRequest.state == "done"
    )


def note(
    request: RightsRequest, kind: str, told: Kind | None = None, *, actor: UUID | None = None, due: str = ""
) -> None:
    """Keep a step of the platform's own, and tell the person where there is something to tell."""
    _step(request, kind, told, actor=actor, house=None, more={"due": due} if due else {})


def complete(request: RightsRequest, answer: str) -> None:
    """A request that the platform has answered by itself."""
    _decide(request, "done", None, answer)


def _asked_already() -> Refused:
    return Refused(N_("같은 요구를 이미 받았고 처리하고 있습니다."), slug="already-asked")


def _check(asking: Asking, *, at_a_desk: bool) -> None:
    errors = {}
    words = asking.words.strip()
    if asking.kind not in KINDS:
        errors["kind"] = N_("무엇을 요구하시는지 골라 주세요.")
    elif asking.kind not in FILES and not words:
        errors["words"] = NO_WORDS
    if wrong := forms.flaw(words, LONGEST):
        errors["words"] = wrong
    if asking.channel not in (("desk", "agent") if at_a_desk else ("web",)):
        errors["channel"] = N_("누가 오셨는지 골라 주세요.")
    if asking.channel == "agent":
        if asking.document not in DOCUMENTS:
            errors["document"] = N_("무슨 서류를 보셨는지 골라 주세요.")
        if asking.document_on is None or asking.document_on > dates.today():
            errors["document_on"] = N_("서류에 적힌 날을 적어 주세요. 예: 2026-11-22")
    if errors:
        raise Invalid(N_("적으신 것을 확인해 주세요."), errors)


def _check_answer(said: str, missing: str) -> None:
    if wrong := forms.flaw(said, LONGEST) if said.strip() else missing:
        raise Invalid(wrong, {"answer": wrong})


def _deadline(begins: date, days: int) -> date:
    """With the holidays that are known; a month beyond the period is enough to step over them."""
    span = {"first": begins, "last": begins + timedelta(days=days + 31)}
    return last_day(begins, days, set(session().scalars(HOLIDAYS, span)))


def _open(request: RightsRequest) -> RightsRequest:
    if request.state != "waiting":
        raise Refused(N_("이미 답한 요구입니다. 새로 열어 확인해 주세요."), slug="already-decided")
    return request


def is_own(request: RightsRequest, person: UUID) -> bool:
    """Whether it is this person's own request, under whichever of their IDs."""
    own = sa.select(RightsRequest.id).where(RightsRequest.id == request.id, belongs(RightsRequest.person_id, person))
    return session().scalar(own) is not None


def _to_answer(request: UUID, tenant: UUID | None, by: UUID) -> RightsRequest:
    """A request that waits, held, and is not of whoever answers: the database opens one's own to no officer either."""
    if is_own(get(request, tenant=tenant), by):
        raise Refused(
            N_("자신의 요구에는 스스로 답할 수 없습니다. 같은 일을 맡은 다른 담당자가 답해야 합니다."),
            slug="own-request",
        )
    return _open(get(request, tenant=tenant, hold=True))


def _decide(request: RightsRequest, state: str, by: UUID | None, answer: str) -> None:
    request.state, request.decided_by, request.answer = state, by, answer.strip()
    request.decided_at = datetime.now(UTC)
    session().flush()


def _step(
    request: RightsRequest,
    kind: str,
    told: Kind | None,
    *,
    actor: UUID | None,
    house: UUID | None,
    words: str = "",
    more: Mapping[str, Any] | None = None,
) -> None:
    step = RightsStep(
        request_id=request.id, person_id=request.person_id, kind=kind, words=words.strip(), actor_id=actor
    )
    session().add(step)
    session().flush()
    if told is None:
        return
    whose = who_asks(request)
    language = whose.language
    facts = {
        "what": SHORT[request.kind][language],
        "due": dates.document_day(request.last_day, language),
        "words": words.strip(),
        "page": f"/my/rights/{request.id}",
        **(more or {}),
    }
    messages.send(told, whose.id, facts, about=step.id, tenant=house)

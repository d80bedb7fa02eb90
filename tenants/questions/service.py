"""Asking, answering, and what everybody may read of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from auth.messages import service as messages
from auth.people.service import belongs
from maru import cursors, masking
from maru.db import session
from maru.errors import N_, Invalid, NotFound, TooMany
from maru.tenancy import Tenant
from maru.web import dates
from tenants.questions.messages import ANSWERED
from tenants.questions.models import PublicAnswer, Question

PAGE, MOST_PUBLIC, MOST_MINE = 50, 100, 20
LONGEST_TITLE, LONGEST_BODY, LONGEST_ANSWER = 120, 4000, 8000
NOT_FOUND = N_("찾으시는 문의가 없습니다.")
RESIDENT_NUMBER = N_(
    "주민등록번호로 보이는 숫자가 있습니다. 지우고 다시 보내 주세요. 마루는 주민등록번호를 받지 않습니다."
)


@dataclass(frozen=True)
class Mine:
    """One of my questions, and the city that I asked."""

    question: Question
    city: Tenant


def ask(run: UUID | None, title: str, body: str, *, openly: bool) -> UUID:
    """Ask the city in which the signed-in person is; `openly` lets staff make question and answer public.

    Invalid where something is missing, too long, or looks like a resident registration number, which nothing here keeps.
    """
    title, body = " ".join(title.split()), _as_typed(body)
    errors = _flaws("title", title, LONGEST_TITLE) | _flaws("body", body, LONGEST_BODY)
    if errors:
        raise Invalid(N_("적으신 내용을 확인해 주세요."), errors)
    asked = {"run": run, "title": title, "body": body, "openly": openly}
    row = session().execute(sa.text("SELECT * FROM engine.ask(:run, :title, :body, :openly)"), asked).one()
    if row.refusal == "rate-limited":
        raise TooMany(
            N_("하루에 보내실 수 있는 문의를 모두 보내셨습니다. 급하시면 전화 주세요. 내일 다시 보내실 수 있습니다.")
        )
    if row.refusal:
        raise NotFound(N_("찾으시는 강좌가 없습니다."))
    made: UUID = row.id
    return made


def _as_typed(words: str) -> str:
    """With line ends as the field counted them: browsers send two letters for each."""
    return words.replace("\r\n", "\n").strip()


def _flaws(name: str, words: str, most: int) -> dict[str, str]:
    missing = {"title": N_("제목을 적어 주세요."), "body": N_("내용을 적어 주세요."), "answer": N_("답을 적어 주세요.")}
    if not words:
        return {name: missing[name]}
    if len(words) > most:
        return {name: N_("너무 깁니다. 줄여서 적어 주세요.")}
    return {name: RESIDENT_NUMBER} if masking.names_a_resident_number(words) else {}


def mine(person: UUID, tenant: UUID | None = None) -> Sequence[Mine]:
    """A person's questions, the newest first: to all cities, or to one."""
    query = sa.select(Question, Tenant).join(Tenant, Tenant.id == Question.tenant_id)
    query = query.where(belongs(Question.person_id, person)).order_by(Question.asked_at.desc(), Question.id)
    if tenant:
        query = query.where(Question.tenant_id == tenant)
    return [Mine(question, city) for question, city in session().execute(query.limit(MOST_MINE))]


def get(tenant: UUID, question: UUID, *, hold: bool = False) -> Question:
    """One that the caller may see: their own, or one that their city was asked; `hold` keeps others from answering it."""
    found = session().get(Question, {"tenant_id": tenant, "id": question}, with_for_update=hold or None)
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def take_back(tenant: UUID, question: UUID) -> None:
    """Delete one's own question, with what was made public of it."""
    session().delete(get(tenant, question))
    session().flush()


def asked(tenant: UUID, *, answered: bool, cursor: str | None = None) -> tuple[Sequence[Question], str | None]:
    """What a city was asked: what waits, the oldest first, or what is answered, the newest first."""
    query = sa.select(Question).where(Question.tenant_id == tenant)
    place = sa.tuple_(Question.asked_at, Question.id)
    after = cursors.decode(cursor, cursors.instant, cursors.identity) if cursor else None
    if answered:
        query = query.where(Question.answered_at.is_not(None)).order_by(Question.asked_at.desc(), Question.id.desc())
        query = query.where(place < sa.tuple_(*after)) if after else query
    else:
        query = query.where(Question.answered_at.is_(None)).order_by(Question.asked_at, Question.id)
        query = query.where(place > sa.tuple_(*after)) if after else query
    found = session().scalars(query.limit(PAGE + 1)).all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], cursors.encode(last.asked_at.isoformat(), last.id) if last else None


def waiting(tenant: UUID) -> tuple[int, Question | None]:
    """How many questions wait for an answer, and the oldest of them."""
    open_ones = sa.select(Question).where(Question.tenant_id == tenant, Question.answered_at.is_(None))
    oldest = session().scalar(open_ones.order_by(Question.asked_at).limit(1))
    return (count_waiting(tenant), oldest) if oldest else (0, None)


def count_waiting(tenant: UUID) -> int:
    """How many questions wait for an answer."""
    counted = sa.select(sa.func.count()).where(Question.tenant_id == tenant, Question.answered_at.is_(None))
    return session().scalars(counted).one()


def answer(tenant: UUID, question: UUID, words: str, by: UUID) -> Question:
    """Answer a question, or answer it anew; its asker is told once."""
    words = _as_typed(words)
    if errors := _flaws("answer", words, LONGEST_ANSWER):
        raise Invalid(N_("적으신 내용을 확인해 주세요."), errors)
    held = get(tenant, question)
    held.answer, held.answered_at, held.answered_by = words, datetime.now(UTC), by
    session().flush()
    messages.send(ANSWERED, held.person_id, {}, about=held.id, tenant=tenant)
    return held


def publish(question: Question, title: str, words: str, names: Sequence[str]) -> None:
    """Let everybody read an answered question whose asker agreed: `names` and what points at people are masked again."""
    shown = {
        "run_id": question.run_id,
        "title": masking.words(" ".join(title.split())[:LONGEST_TITLE] or question.title, names),
        "question": masking.words(words.strip()[:LONGEST_BODY], names),
        "answer": masking.words(question.answer, names),
        "answered_on": dates.today(),
    }
    key = {"tenant_id": question.tenant_id, "question_id": question.id}
    made = insert(PublicAnswer).values(**key, **shown)
    session().execute(made.on_conflict_do_update(index_elements=list(key), set_=shown))


def withdraw(question: Question) -> None:
    """Let nobody else read it any longer."""
    shown = public_of(question)
    if shown is not None:
        session().delete(shown)
        session().flush()


def public_of(question: Question) -> PublicAnswer | None:
    """What everybody reads of a question."""
    return session().get(PublicAnswer, {"tenant_id": question.tenant_id, "question_id": question.id})


def public(tenant: UUID, words: str = "", run: UUID | None = None) -> Sequence[PublicAnswer]:
    """What everybody may read, the newest first, with `words` in it; about one run where that is given."""
    query = sa.select(PublicAnswer).where(PublicAnswer.tenant_id == tenant)
    for word in words.split():
        columns = (PublicAnswer.title, PublicAnswer.question, PublicAnswer.answer)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    if run:
        query = query.where(PublicAnswer.run_id == run)
    newest = query.order_by(PublicAnswer.answered_on.desc(), PublicAnswer.question_id.desc())
    return session().scalars(newest.limit(MOST_PUBLIC)).all()

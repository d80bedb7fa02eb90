"""Stating a purpose, finding one person, and looking at what they learned in all cities; every look is written first."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from auth.access_log import service as access_log
from auth.people.models import Person
from maru import forms
from maru.db import session
from maru.errors import N_, Invalid
from maru.web import dates
from records.inquiries.models import Inquiry, Purpose

MOST_FOUND = 5
"""People of one name and birth date; more is no search for one person."""
LONGEST = 200
BEGIN = sa.text("SELECT engine.begin_inquiry(:session, :purpose, :reference)")
END = sa.text("SELECT engine.end_inquiry(:session)")
COUNT = sa.text("SELECT engine.count_search(:inquiry)")
FOUND, OPENED = N_("도에서 회원 찾기"), N_("도에서 통합 이력 보기")
NO_PURPOSE, TOO_MANY = N_("도에서 보려 했으나 목적이 없어 막음"), N_("도에서 찾으려 했으나 너무 많아 막음")
REFUSALS = (NO_PURPOSE, TOO_MANY)


@dataclass(frozen=True)
class Looker:
    """Who looks, from where, in which request, as the log wants it."""

    person: UUID
    session: UUID | None
    address: str | None
    request: str | None


def purposes() -> Sequence[Purpose]:
    """What the province may look for today."""
    return (
        session().scalars(sa.select(Purpose).where(Purpose.valid.contains(dates.today())).order_by(Purpose.code)).all()
    )


def begin(looker: Looker, purpose: str, reference: str) -> None:
    """State a purpose. Raises Invalid with the fields that are wrong."""
    errors = {}
    if purpose not in {one.code for one in purposes()}:
        errors["purpose"] = N_("무슨 일로 보시는지 골라 주세요.")
    if not reference:
        errors["reference"] = N_("문서 번호나 접수 번호처럼 나중에 확인할 수 있는 것을 적어 주세요.")
    elif wrong := forms.flaw(reference, LONGEST):
        errors["reference"] = wrong
    if errors:
        raise Invalid(N_("목적을 적으신 뒤에 볼 수 있습니다."), errors)
    end(looker)
    values = {"session": looker.session, "purpose": purpose, "reference": reference}
    session().execute(BEGIN, values)


def end(looker: Looker) -> None:
    """The purpose is done with."""
    session().execute(END, {"session": looker.session})


def current(looker: Looker) -> Inquiry | None:
    """The purpose that holds in this session now."""
    holding = sa.select(Inquiry).where(Inquiry.session_id == looker.session, Inquiry.expires_at > sa.func.now())
    return session().scalar(holding.order_by(Inquiry.id.desc()).limit(1))


def find(
    looker: Looker, inquiry: Inquiry, name: str, born: date | None, number: UUID | None
) -> Sequence[Person] | None:
    """People by exactly their name and birth date, or by their ID; None where too many have been searched for."""
    if not session().execute(COUNT, {"inquiry": inquiry.id}).scalar_one():
        return None
    wanted = Person.id == number if number else sa.and_(Person.name == name, Person.birth_date == born)
    found = session().scalars(sa.select(Person).where(wanted).order_by(Person.id).limit(MOST_FOUND)).all()
    _write(looker, [one.id for one in found], FOUND, _said(inquiry), [N_("이름 일부"), N_("태어난 해")])
    return found


def look(looker: Looker, inquiry: Inquiry, person: UUID) -> None:
    """Write that a person's history is looked at: before it is read."""
    fields = [N_("이름"), N_("생년월일"), N_("전화번호"), N_("사는 곳"), N_("학습이력")]
    _write(looker, [person], OPENED, _said(inquiry), fields)


def refuse(looker: Looker, person: UUID, why: str) -> None:
    """Write that somebody wanted to look and was not let; nothing was shown, not even whether there is such a person."""
    with suppress(sa.exc.IntegrityError), session().begin_nested():
        _write(looker, [person], why, "", [])


def named(code: str, english: bool) -> str:
    """A purpose in words."""
    found = next((one for one in purposes() if one.code == code), None)
    return code if found is None else found.name_en if english else found.name_ko


def _said(inquiry: Inquiry) -> str:
    return f"{named(inquiry.purpose, english=False)} ({inquiry.reference})"


def _write(looker: Looker, people: Sequence[UUID], task: str, purpose: str, fields: Sequence[str]) -> None:
    access_log.look(
        looker.person,
        people,
        tenant=None,
        task=task,
        purpose=purpose,
        fields=fields,
        address=looker.address,
        request_id=looker.request,
    )

"""Giving consent, taking it back, being asked again, and what processing for a purpose rests on (PRV 7.2)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import aliased

from auth.consents import texts
from auth.consents.models import Consent, ConsentText, LegalGround
from auth.people.models import Person
from maru import jobs
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused
from maru.jobs import every
from maru.security import digest
from maru.web import dates

PROVINCE_HISTORY = "province-history"
"""That what a person completes in a city enters the one history, which the province keeps."""
RESIDENCE_SHARE = "residence-share"
"""That the administrative data share is asked whether a person lives where they say (PRV-07)."""
OWN_ACCOUNT = "own-account"
"""One's own, from 14 on, for what a guardian agreed to before (auth.families)."""
ON_OTHER_PAGES = frozenset({RESIDENCE_SHARE, OWN_ACCOUNT})
"""Asked for where they are needed, and listed among one's consents once they were given."""
FIRST_VERSION = "2026-11"
"""The text of the one history that was in force when Maru began."""
UNCLEAR = N_("동의하실지 거두실지 알 수 없습니다. 동의 쪽에서 다시 골라 주세요.")
CHANGED = N_("읽으시는 동안 글이 바뀌었습니다. 새 글을 읽고 다시 골라 주세요.")
DESK = sa.text("SELECT * FROM engine.desk_of_consent(:consent)")
TEXT_OF = sa.text("SELECT * FROM engine.text_of_consent(:consent)")
EVIDENCE: Mapping[str, str] = {
    "paper": N_("서명한 동의서를 보고 보관함"),
    "oral": N_("글을 읽어 드리고 말로 들음"),
}
"""How a desk came to know it, by the `evidence` of a consent."""
log = structlog.get_logger()
Follower = Callable[[UUID], None]
_followers: dict[str, list[Follower]] = {}


@dataclass(frozen=True)
class Asked:
    """A text in force, the person's last consent for its purpose, and whether that stands.

    `again` says that the text has changed in substance since, and that the person has not answered yet.
    """

    text: ConsentText
    last: Consent | None
    again: bool

    @property
    def stands(self) -> bool:
        return self.last is not None and self.last.withdrawn_at is None


def follows(purpose: str) -> Callable[[Follower], Follower]:
    """Make a function what follows when a person gives consent for a purpose on a page; it is told who."""

    def register(follow: Follower) -> Follower:
        _followers.setdefault(purpose, []).append(follow)
        return follow

    return register


def asked(person: UUID) -> Sequence[Asked]:
    """Every text in force today, with what the signed-in person has answered."""
    last = {one.purpose: one for one in reversed(of(person))}
    changed = _changed(last)
    shown = {purpose: text for purpose, text in texts.current().items() if purpose not in ON_OTHER_PAGES - last.keys()}
    return [Asked(text, last.get(purpose), purpose in changed) for purpose, text in shown.items()]


def text_of(purpose: str) -> ConsentText:
    """The text in force today, to be shown where it is asked for."""
    text = texts.current().get(purpose)
    if text is None:
        raise NotFound(texts.GONE)
    return text


def of(person: UUID) -> Sequence[Consent]:
    """All that the signed-in person ever agreed to, the latest first."""
    given = sa.select(Consent).where(Consent.person_id == person)
    return session().scalars(given.order_by(Consent.given_at.desc(), Consent.id.desc())).all()


def get(consent: UUID) -> Consent:
    """A consent that the caller may see."""
    found = session().get(Consent, consent)
    if found is None:
        raise NotFound(N_("찾으시는 동의가 없습니다."))
    return found


def text_given_to(consent: UUID) -> ConsentText:
    """The text of a consent of the person for whom a job works."""
    row = session().execute(TEXT_OF, {"consent": consent}).one()
    return texts.version_of(row.purpose, row.text_version)


def desk_of(consent: UUID) -> Any:
    """Of the signed-in person's consent: name, city_ko, city_en of whoever recorded it at a desk; end_name, end_city_ko,
    end_city_en of whoever recorded its withdrawal; each None where nobody did.
    """
    return session().execute(DESK, {"consent": consent}).one()


def answer(person: UUID, answers: Mapping[str, tuple[str, bool]], address: str | None) -> list[str]:
    """Take what the signed-in person said of each purpose: the version that was shown, and yes or no.

    Gives the purposes for which something has changed. Raises Refused where a text was replaced while it was read.
    """
    if not answers:
        raise Invalid(UNCLEAR)
    _hold(person)
    standing = {one.text.purpose: one for one in asked(person)}
    for purpose, (version, _yes) in answers.items():
        if purpose not in standing or standing[purpose].text.version != version:
            raise Refused(CHANGED, slug="text-changed")
    return [p for p, (_version, yes) in answers.items() if _answered(person, standing[p], yes, address)]


def _answered(person: UUID, one: Asked, yes: bool, address: str | None) -> bool:
    if yes and (not one.stands or one.again):
        give(person, one.text.purpose, address=address)
        for follow in _followers.get(one.text.purpose, ()):
            follow(person)
        return True
    if not yes and (one.stands or one.again):
        withdraw(person, one.text.purpose, address=address)
        if one.again and one.last:
            one.last.declined_at = datetime.now(UTC)
        return True
    return False


def give(person: UUID, purpose: str, *, address: str | None = None) -> None:
    """Record the signed-in person's consent to the present text; one that stands for it already stays as it is."""
    _hold(person)
    standing, version = _standing(person, purpose), in_force(purpose)
    if standing is not None and standing.text_version == version:
        return
    if standing is not None:
        _end(standing, address)
        session().flush()
    session().add(Consent(person_id=person, purpose=purpose, text_version=version, address=address))
    session().flush()


def as_shown(purpose: str, version: str) -> str:
    """The version in force, which is the one that a page has shown. Raises Refused where another took its place meanwhile."""
    if version != in_force(purpose):
        raise Refused(CHANGED, slug="text-changed")
    return version


def withdraw(person: UUID, purpose: str, *, address: str | None = None) -> None:
    """Take the consent back: nothing more is done on it; what was recorded until then stays, with its ground."""
    _hold(person)
    standing = _standing(person, purpose)
    if standing is not None:
        _end(standing, address)


def has(person: UUID, purpose: str) -> bool:
    """Whether the signed-in person consents to the purpose."""
    return _standing(person, purpose) is not None


def stands(person: UUID, purpose: str, day: date) -> bool:
    """Whether processing for the purpose may rest on something on `day`: the signed-in person's consent, or a law."""
    law = sa.exists().where(LegalGround.purpose == purpose, LegalGround.valid.contains(day))
    return has(person, purpose) or bool(session().scalar(sa.select(law)))


def grounds(people: Collection[UUID], purpose: str, day: date) -> dict[UUID, str]:
    """What processing may rest on, for a city's own learners: `consent:<id>`, or `law:<citation>` in force on `day`.

    Who is missing has neither. For staff and jobs; until the transaction ends, nobody's consent changes.
    """
    rows = session().execute(
        sa.text("SELECT * FROM engine.consents_of(:people, :purpose)"), {"people": list(people), "purpose": purpose}
    )
    consents = {row.person_id: f"consent:{row.consent_id}" for row in rows}
    law = session().scalar(
        sa.select(LegalGround.citation).where(LegalGround.purpose == purpose, LegalGround.valid.contains(day))
    )
    by_law = dict.fromkeys(people, f"law:{law}") if law else {}
    return by_law | consents


def asks_again(session_token: str) -> bool:
    """Whether somebody who has just signed in is to be asked again, because a text has changed in substance."""
    return bool(session().execute(sa.select(sa.func.engine.asks_again(digest(session_token)))).scalar_one())


@every("consents.end_outdated", seconds=60)
def end_outdated() -> None:
    """End consents on the day that a changed text names."""
    with jobs.tools().transaction():
        ended = session().execute(sa.select(sa.func.engine.end_outdated_consents())).scalar_one()
    if ended:
        log.info("consents ended by a changed text", consents=ended)


def _changed(last: Mapping[str, Consent]) -> set[str]:
    """Purposes whose text has changed in substance since the person's last consent, which they did not take back."""
    waiting = [
        one.id
        for one in last.values()
        if one.declined_at is None and (one.withdrawn_at is None or one.withdrawn_channel == "text")
    ]
    mine, later = aliased(ConsentText), aliased(ConsentText)
    newer = (
        sa.select(Consent.purpose)
        .join(mine, sa.and_(mine.purpose == Consent.purpose, mine.version == Consent.text_version))
        .join(later, sa.and_(later.purpose == Consent.purpose, later.in_force_on > mine.in_force_on))
        .where(Consent.id.in_(waiting), later.old_until.is_not(None), later.in_force_on <= dates.today())
    )
    return set(session().scalars(newer))


def in_force(purpose: str) -> str:
    version = text_of(purpose).version
    assert version
    return version


def _end(standing: Consent, address: str | None) -> None:
    standing.withdrawn_at = datetime.now(UTC)
    standing.withdrawn_channel, standing.withdrawn_address = "web", address


def _standing(person: UUID, purpose: str) -> Consent | None:
    standing = sa.select(Consent).where(
        Consent.person_id == person, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return session().scalar(standing)


def _hold(person: UUID) -> None:
    """Let a city that is deciding about the person finish first (see `grounds`)."""
    session().execute(sa.select(Person.id).where(Person.id == person).with_for_update(key_share=True))

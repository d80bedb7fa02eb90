"""Acting for somebody: turning a request into one for them, what stands, and ending it.

Whoever acts keeps their own name: `engine.act_for` opens the rows of the one person to the rest of the transaction, by the
row that stands at that moment (scope `acting`), and writes down what a helper does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, NotFound

APPLY, CANCEL, LOOK, SEE = "apply", "cancel", "look", "see"
"""What is done for a person: apply for a place, give it back, look where an application stands, see what they learned."""
ACT_FOR = sa.text("SELECT * FROM engine.act_for(:person, :act)")
WHOSE = sa.text("SELECT engine.whose_application(:application)")
MINE = sa.text("SELECT * FROM engine.my_representations()")
ACTS = sa.text("SELECT * FROM engine.acts_for_me(:most)")
END = sa.text("SELECT * FROM engine.end_representation(:representation)")


@dataclass(frozen=True)
class Represented:
    """For whom the rest of the transaction is; `birth_date` is told to guardians alone."""

    id: UUID
    name: str
    kind: str
    may_apply: bool
    may_see: bool
    birth_date: date | None

    @property
    def guarded(self) -> bool:
        return self.kind == "guardian"


@dataclass(frozen=True)
class Held:
    """One representation as one of its two sides sees it: `mine` where the caller is the one who acts.

    `name` is the other side's, None where a child asks for a guardian's. `ends_on` is the first day on which it does not
    stand. `city` is the only one where it stands, None: everywhere. `own_account` says that the represented person signs in
    themselves, `code_until` until when a code to take over the account is good.
    """

    id: UUID
    mine: bool
    person_id: UUID
    name: str | None
    kind: str
    may_apply: bool
    may_see: bool
    city: str | None
    begun_at: datetime
    ends_on: date
    ended_at: datetime | None
    stands: bool
    own_account: bool
    method: str
    code_until: datetime | None

    @property
    def came_of_age(self) -> bool:
        """Whether a guardian's ended by the child's birthday, not by anybody's will."""
        return self.kind == "guardian" and self.ended_at is None and not self.stands

    @property
    def may_name(self) -> bool:
        """Whether this guardian may name another: who has proven consent, not only agreed after another one vouched."""
        return self.kind == "guardian" and self.stands and self.method != "online"


@dataclass(frozen=True)
class Ended:
    """What ending a guardianship did: places given back, and courses under way that stay with their cities."""

    given_back: int
    kept: int


def act_for(person: UUID, act: str) -> Represented:
    """Let the rest of the transaction be about `person`, for whom the signed-in person stands now. Raises NotFound."""
    row = session().execute(ACT_FOR, {"person": person, "act": act}).one()
    if row.id is None:
        raise NotFound(
            N_("지금은 이분을 대신하실 수 없습니다. 기한이 지났거나 끝났을 수 있습니다. 대신하는 사이를 확인해 주세요.")
        )
    return Represented(*row)


def act_on(application: UUID, act: str) -> Represented | None:
    """The same for whoever an application of this city belongs to; None, and nothing changes, where it is nobody's for
    whom the signed-in person stands.
    """
    person = session().scalar(WHOSE, {"application": application})
    return act_for(person, act) if person else None


def mine() -> Sequence[Held]:
    """Every representation of the signed-in person, on either side, the latest first; also what has ended."""
    return [Held(*row) for row in session().execute(MINE)]


def represented() -> Sequence[Held]:
    """For whom the signed-in person can act now, each person once: children first, by name."""
    standing = sorted((one for one in mine() if one.mine and one.stands), key=lambda one: (one.kind, one.name or ""))
    return list({one.person_id: one for one in reversed(standing)}.values())[::-1]


def held(representation: UUID) -> Held:
    """One of `mine` that stands."""
    found = next((one for one in mine() if one.id == representation and one.stands), None)
    if found is None:
        raise NotFound(N_("찾으시는 것이 없습니다. 이미 끝났을 수 있습니다."))
    return found


def guarded(child: UUID) -> Held:
    """The signed-in person's guardianship of a child, while it stands."""
    ours = (one for one in mine() if one.mine and one.stands and one.kind == "guardian")
    found = next((one for one in ours if one.person_id == child), None)
    if found is None:
        raise NotFound(N_("찾으시는 자녀가 없습니다. 내 가족을 확인해 주세요."))
    return found


def end(representation: UUID) -> Ended:
    """End it at once, by either side; by a guardian it is the withdrawal of consent. A second time changes nothing.

    A child's places in courses that have not begun are given back where no other guardian's consent stands; courses under
    way stay with their cities (PRV 7.2).
    """
    row = session().execute(END, {"representation": representation}).one()
    if row.refusal:
        raise NotFound(N_("찾으시는 것이 없습니다. 이미 끝났을 수 있습니다."))
    return Ended(row.given_back, row.kept)


def acts(most: int = 50) -> Sequence[Any]:
    """What helpers did for the signed-in person, newest first: at, name, act, city_ko, city_en (None on the portal)."""
    return session().execute(ACTS, {"most": most}).all()

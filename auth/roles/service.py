"""Inviting people to a role, accepting, and ending roles: in a city by its administrator, in the province by its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from auth.messages import service as messages
from auth.people.models import Person
from auth.roles import accounts
from auth.roles.messages import ENDED, IN_ENGLISH
from auth.roles.models import Invitation, RoleGrant
from auth.roles.permissions import CITY_ROLES, PROVINCE_ROLES
from auth.roles.words import ROLES
from maru import cursors, forms
from maru.db import session
from maru.errors import N_, Forbidden, Invalid, MaruError, NotFound, Refused, Remedy, TooMany
from maru.limits import limit
from maru.security import digest
from maru.tenancy import Tenant

LONGEST_NAME, PAGE = 40, 50
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('invitations of ' || :house, 0))")
"""Two who invite somebody to the same role at once: the later offer is the one that holds."""


@dataclass(frozen=True)
class Held:
    """A role that somebody has, or had until it was ended, with the names of who gave and who took it.

    A name is empty where a command of the server did it, or somebody whom the reader does not see, as a city does not
    see the province's staff.
    """

    grant: RoleGrant
    person: Person
    giver: str = ""
    taker: str = ""


def staff(tenant: UUID | None) -> Sequence[Held]:
    """Who has a role in a city, or in the province: by name, with those whose role ended in the time that it is kept."""
    held = _held().where(RoleGrant.tenant_id.is_not_distinct_from(tenant)).order_by(Person.name, RoleGrant.granted_at)
    return [Held(*row) for row in session().execute(held)]


def staffed(tenant: UUID | None) -> list[tuple[Person, frozenset[str]]]:
    """Who has roles now in a city, or in the province, and which."""
    held = sa.select(Person, sa.func.array_agg(RoleGrant.role)).join(RoleGrant, RoleGrant.person_id == Person.id)
    now = held.where(RoleGrant.tenant_id.is_not_distinct_from(tenant), RoleGrant.ended_at.is_(None))
    return [(person, frozenset(roles)) for person, roles in session().execute(now.group_by(Person.id))]


def kept_years() -> int:
    """For how many whole years a grant that ended is kept."""
    return limit("ended-grant-days") // 365


def every_grant(whose: str, name: str, cursor: str | None) -> tuple[list[Held], str | None]:
    """Grants of all houses, newest first: `whose` is `province` or a city's slug, `name` a part of the holder's."""
    query = _held().outerjoin(Tenant, Tenant.id == RoleGrant.tenant_id).order_by(RoleGrant.id.desc())
    if whose:
        query = query.where(RoleGrant.tenant_id.is_(None) if whose == "province" else Tenant.slug == whose)
    if name:
        query = query.where(Person.name.icontains(name, autoescape=True))
    if cursor:
        (last,) = cursors.decode(cursor, cursors.identity)
        query = query.where(RoleGrant.id < last)
    found = [Held(*row) for row in session().execute(query.limit(PAGE + 1))]
    return found[:PAGE], cursors.encode(found[PAGE - 1].grant.id) if len(found) > PAGE else None


def _held() -> sa.Select[RoleGrant, Person, str, str]:
    """Grants with their people, and those that ended for as long as they are kept (domain 7.4)."""
    since = datetime.now(UTC) - timedelta(days=limit("ended-grant-days"))
    giver, taker = aliased(Person), aliased(Person)
    return (
        sa.select(RoleGrant, Person, sa.func.coalesce(giver.name, ""), sa.func.coalesce(taker.name, ""))
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(giver, giver.id == RoleGrant.granted_by)
        .outerjoin(taker, taker.id == RoleGrant.ended_by)
        .where(sa.or_(RoleGrant.ended_at.is_(None), RoleGrant.ended_at > since))
    )


def invitations(tenant: UUID | None) -> Sequence[Invitation]:
    """What was offered and neither accepted nor withdrawn, the latest first; those that ran out too."""
    waiting = sa.select(Invitation).where(
        Invitation.tenant_id.is_not_distinct_from(tenant),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    return session().scalars(waiting.order_by(Invitation.id.desc())).all()


def invite(tenant: UUID | None, role: str, name: str, email: str, by: UUID | None) -> Invitation:
    """Offer a role to whoever reads the mail of an address; an earlier offer of the same to them is taken back.

    The worker makes an account where there is none, and sends the mail. Raises Invalid.
    """
    address, name = email.strip().lower(), " ".join(name.split())
    errors = _faults(tenant, role, name, address)
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    session().execute(ONE_AT_A_TIME, {"house": str(tenant)})
    _refuse_flood(tenant)
    for earlier in invitations(tenant):
        if (earlier.role, earlier.email) == (role, address):
            earlier.withdrawn_at = datetime.now(UTC)
    session().flush()
    values = {"tenant_id": tenant, "role": role, "name": name, "email": address, "invited_by": by}
    offered = session().scalars(sa.insert(Invitation).values(values).returning(Invitation)).one()
    if tenant:
        accounts.send_invitation.later_in(tenant, offered.id)
    else:
        accounts.send_invitation.later(offered.id)
    return offered


def _refuse_flood(tenant: UUID | None) -> None:
    """Each invitation makes an account and writes in the province's name to an address that somebody typed."""
    lately = Invitation.invited_at > sa.func.now() - timedelta(days=1)
    made = sa.select(sa.func.count()).where(Invitation.tenant_id.is_not_distinct_from(tenant), lately)
    if session().scalars(made).one() >= limit("invitations-per-day"):
        raise TooMany(N_("하루에 보낼 수 있는 초대를 모두 보냈습니다. 내일 다시 초대해 주세요."))


def faults_of(name: str, email: str) -> dict[str, str]:
    """What is wrong with who is to be invited, whatever for."""
    name, email, found = " ".join(name.split()), email.strip().lower(), {}
    if len(name) > LONGEST_NAME:
        found["name"] = N_("이름을 마흔 자까지 적어 주세요.")
    elif wrong := forms.name_flaw(name, LONGEST_NAME, N_("이름을 마흔 자까지 적어 주세요.")):
        found["name"] = wrong
    if not forms.is_email(email):
        found["email"] = N_("이메일 주소를 확인해 주세요. 예: kim@example.go.kr")
    return found


def _faults(tenant: UUID | None, role: str, name: str, email: str) -> dict[str, str]:
    found = faults_of(name, email)
    if role not in (CITY_ROLES if tenant else PROVINCE_ROLES):
        found["role"] = N_("맡길 역할을 골라 주세요.")
    active = (one for one in staff(tenant) if one.grant.role == role and one.grant.ended_at is None)
    if any(_has(one.person, email) for one in active):
        found["email"] = N_("이미 이 역할을 맡고 있는 분입니다.")
    return found


def _has(person: Person, email: str) -> bool:
    return (person.email or "").lower() == email


def withdraw(invitation: UUID, tenant: UUID | None) -> Invitation:
    """Take an offer back that nobody has accepted; its link says so from then on."""
    held = session().get(Invitation, invitation, with_for_update=True, populate_existing=True)
    if held is None or held.tenant_id != tenant:
        raise NotFound(N_("찾으시는 초대가 없습니다."))
    if held.accepted_at is not None:
        raise Refused(
            N_("이미 받으신 초대입니다."),
            rule=N_("받은 다음에는 초대를 거두지 않고 역할을 끝냅니다."),
            slug="invitation-used",
        )
    held.withdrawn_at = held.withdrawn_at or datetime.now(UTC)
    session().flush()
    return held


def held(grant: UUID, tenant: UUID | None) -> Held:
    """One role that is not ended."""
    found = next((one for one in staff(tenant) if one.grant.id == grant and one.grant.ended_at is None), None)
    if found is None:
        raise NotFound(N_("찾으시는 역할이 없습니다. 이미 끝났을 수 있습니다."))
    return found


def end(grant: UUID, tenant: UUID | None) -> Held:
    """End a role, from this moment on; what its holder did stays in their name, and they are told.

    Refused for one's own administration, and for the last privacy officer beside whoever ends it (PRV 7.4).
    """
    ended = held(grant, tenant)
    refusal = session().scalar(sa.select(sa.func.engine.end_grant(grant)))
    if refusal:
        raise _refused_end(refusal)
    role = ended.grant.role
    facts = {"role": ROLES[role], "role_en": IN_ENGLISH[role]}
    messages.send(ENDED, ended.person.id, facts, about=grant, tenant=tenant)
    accounts.mirror.later(ended.person.id)
    return ended


def _refused_end(refusal: str) -> MaruError:
    if refusal == "own":
        return Refused(
            N_("자신의 관리자 역할은 스스로 끝낼 수 없습니다."),
            rule=N_("관리자가 한 분은 늘 남아 있어야 합니다."),
            remedies=[Remedy(N_("다른 관리자에게 끝내 달라고 부탁하세요. 혼자이시면 먼저 다른 분을 초대하세요."))],
            slug="own-administration",
        )
    if refusal == "last-officer":
        return Refused(
            N_("하나뿐인 개인정보 보호책임자의 역할은 끝낼 수 없습니다."),
            rule=N_("열람 기록을 살펴보는 분이, 역할을 끝내는 분 말고도 늘 남아 있어야 합니다."),
            remedies=[Remedy(N_("먼저 다른 분을 개인정보 보호책임자로 초대하고, 그분이 받으신 다음에 끝내세요."))],
            slug="last-officer",
        )
    if refusal == "unknown":
        return NotFound(N_("찾으시는 역할이 없습니다. 이미 끝났을 수 있습니다."))
    return Forbidden(N_("역할은 관리자만 끝낼 수 있습니다."))


def offered(token: str) -> Any:
    """What the link of a mail offers on this host: role, name, email, invited_by, expires_at, standing. NotFound.

    `standing` is `open`, to nobody or to whom it is meant for, or why the caller cannot take it (REFUSED_OFFERS).
    """
    found = session().execute(sa.select(sa.text("*")).select_from(sa.func.engine.offered(digest(token)))).one()
    if found.role is None:
        raise NotFound(
            N_("이 초대는 없습니다. 메일의 주소를 끝까지 옮겼는지 확인하시거나, 다시 초대해 달라고 부탁하세요.")
        )
    return found


def accept(token: str, by: UUID) -> str:
    """Take the role that a link offers, once, as the person to whose address it went; gives the role."""
    result = (
        session().execute(sa.select(sa.text("*")).select_from(sa.func.engine.accept_invitation(digest(token)))).one()
    )
    if result.refusal:
        raise _refused_offer(result.refusal)
    accounts.mirror.later(by)
    return str(result.role)


REFUSED_OFFERS = {
    "withdrawn": N_("거둔 초대입니다."),
    "used": N_("이미 받은 초대입니다. 초대는 한 번만 쓸 수 있습니다."),
    "expired": N_("기한이 지난 초대입니다."),
    "own": N_("자신이 보낸 초대는 스스로 받을 수 없습니다."),
    "other-person": N_("다른 분의 이메일 주소로 보낸 초대입니다."),
}
REMEDIES = {
    "own": N_("다른 관리자에게 초대해 달라고 부탁하세요."),
    "other-person": N_("로그아웃하신 다음, 초대 메일을 받은 주소의 계정으로 로그인해 주세요."),
    "used": N_("받으신 분이면 업무실로 바로 들어가실 수 있습니다."),
}
ASK_AGAIN = N_("초대하신 분께 다시 초대해 달라고 부탁하세요.")


def why_not(standing: str) -> tuple[str, str]:
    """Why an offer of this standing cannot be taken, and what to do; empty where it can."""
    return (REFUSED_OFFERS[standing], REMEDIES.get(standing, ASK_AGAIN)) if standing in REFUSED_OFFERS else ("", "")


def _refused_offer(refusal: str) -> MaruError:
    if refusal not in REFUSED_OFFERS:
        return NotFound(
            N_("이 초대는 없습니다. 메일의 주소를 끝까지 옮겼는지 확인하시거나, 다시 초대해 달라고 부탁하세요.")
        )
    why, then = why_not(refusal)
    return Refused(why, slug=f"invitation-{refusal}", remedies=[Remedy(then)])

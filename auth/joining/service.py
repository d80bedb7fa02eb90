"""Asking for an account or for another password, and opening the link that comes by mail.

Who asks is told the same whether or not the address has an account; only its mail says more.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import INET

from auth.joining.accounts import open_account, write
from auth.sessions.service import counted
from maru import forms
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Remedy, TooMany
from maru.security import digest

JOIN, PASSWORD = "join", "password"  # kinds of requests
LONGEST_NAME = 40
ASK = sa.text("SELECT * FROM engine.ask_account(:kind, :email, :name, :language, :address)").bindparams(
    sa.bindparam("address", type_=INET)
)
FIND = sa.text("SELECT * FROM engine.account_request(:token)")
OPEN = sa.text("SELECT engine.open_account(:token)")
NO_NAME = N_("이름을 적어 주세요. 수료증에 찍힙니다.")
NO_EMAIL = N_("이메일 주소를 확인해 주세요. 예: kim@example.kr")
NOT_OLD_ENOUGH = N_(
    "만 14세 이상이시면 표시해 주세요. 만 14세 미만 자녀는 보호자께서 로그인하신 뒤 ‘내 가족’에서 등록하십니다."
)


@dataclass(frozen=True)
class Asked:
    """What a link stands for. `standing` is open, opened (being made), done or over."""

    kind: str
    email: str
    name: str
    username: str
    standing: str


def ask_to_join(name: str, email: str, *, old_enough: bool, language: str, address: str | None) -> None:
    """Have a letter written to an address that a new account is for. Raises Invalid with the fields, and TooMany."""
    name, email, found = " ".join(name.split()), email.strip().lower(), {}
    if wrong := forms.name_flaw(name, LONGEST_NAME, NO_NAME):
        found["name"] = wrong
    if not forms.is_email(email):
        found["email"] = NO_EMAIL
    if not old_enough:
        found["old_enough"] = NOT_OLD_ENOUGH
    if found:
        raise Invalid(next(iter(found.values())), found)
    _ask(JOIN, email, name, language, address)


def ask_for_password(email: str, *, language: str, address: str | None) -> None:
    """Have a letter written about the password of the account of an address. Raises Invalid and TooMany."""
    email = email.strip().lower()
    if not forms.is_email(email):
        raise Invalid(NO_EMAIL, {"email": NO_EMAIL})
    _ask(PASSWORD, email, "", language, address)


def _ask(kind: str, email: str, name: str, language: str, address: str | None) -> None:
    values = {"kind": kind, "email": email, "name": name, "language": language, "address": counted(address)}
    asked = session().execute(ASK, values).one()
    if not asked.allowed:
        raise TooMany(N_("이 자리에서 너무 여러 번 부탁하셨습니다. 한 시간 뒤에 다시 해 주세요."))
    if asked.request:
        write.later(asked.request)


def get(token: str) -> Asked:
    """What the link of a letter stands for. Raises NotFound."""
    row = session().execute(FIND, {"token": digest(token)}).one()
    if row.kind is None:
        raise NotFound(
            N_(
                "메일의 주소가 온전하지 않거나, 더 나중에 보내 드린 메일이 있습니다. 가장 나중에 온 메일의 주소를 열어 주세요."
            ),
            remedies=[Remedy(N_("로그인하기"), "/auth/sign-in")],
        )
    return Asked(row.kind, row.email, row.name, row.username, row.standing)


def use(token: str) -> None:
    """Have the account made, or given a password for once: once, and in time. Raises NotFound."""
    get(token)
    opened = session().execute(OPEN, {"token": digest(token)}).scalar_one()
    if opened:
        open_account.later(opened)

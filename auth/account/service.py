"""Changing how one signs in: never so that nobody gets in any more."""

from auth.keycloak.own_account import Accounts, Ways
from maru.errors import N_, NotFound, Refused


def unlink(accounts: Accounts, token: str, alias: str) -> None:
    """Let another provider open the account no longer. Raises Refused for the last way in, NotFound, Stale, Unavailable."""
    ways = accounts.ways(token)
    if alias not in {link.alias for link in ways.linked}:
        raise NotFound(N_("이어져 있지 않은 계정입니다."))
    _demand_another(ways)
    accounts.unlink(token, alias)


def demand_removable(ways: Ways, credential: str) -> None:
    """Refuse to take away what is not the person's, or their last way in."""
    found = next((one for one in ways.credentials if one.id == credential and one.kind != "password"), None)
    if found is None:
        raise NotFound(N_("그런 로그인 방법이 없습니다."))
    if found.kind == "passkey":
        _demand_another(ways)


def _demand_another(ways: Ways) -> None:
    if ways.count <= 1:
        raise Refused(
            N_("이것 말고는 로그인하실 방법이 없습니다. 비밀번호나 패스키를 먼저 만들어 주세요."), slug="last-way-in"
        )

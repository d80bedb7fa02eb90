"""A clock that is off, ours or Keycloak's: a little does not matter, more is refused and said to whoever can mend it."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from auth.oidc import Provider
from auth.tokens import LEEWAY
from maru.commands.doctor import examine
from maru.config import Config
from tests.auth.attacks.conftest import Person, api, token_of
from tests.client import Web

Clock = Callable[[float], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the clock of this process so many seconds ahead; Keycloak and the database keep theirs."""
    right = time.time

    def ahead(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: right() + seconds)

    return ahead


@pytest.mark.parametrize("seconds", [LEEWAY - 5, 5 - LEEWAY])
def test_a_few_seconds_do_not_matter(person: Person, house: str, clock: Clock, seconds: float) -> None:
    clock(seconds)
    person.signs_in(house, "resident")
    assert person.is_known(house)


@pytest.mark.parametrize(("seconds", "claim"), [(-LEEWAY - 10, "iat"), (400, "exp")])
def test_a_clock_that_is_off_is_refused_and_said(
    person: Person, house: str, clock: Clock, seconds: float, claim: str
) -> None:
    """The person reads a page with a way on, and is not sent round and round; the log names the clock."""
    clock(seconds)
    with capture_logs() as logged:
        answer = person.calls_back(person.fills_in(person.begins(house), "resident"))
    assert answer.status_code == 403
    assert "로그인을 확인하지 못했습니다" in answer.text
    (refused,) = (line for line in logged if line["event"] == "sign-in refused")
    assert refused["reason"] == claim
    assert "maru doctor" in refused["look_at"]
    clock(0)
    person.signs_in(house, "resident")
    assert person.is_known(house)


def test_an_api_token_of_the_future_or_the_past_is_refused(web: Web, whole: Config, house: str, clock: Clock) -> None:
    token = token_of(whole, "resident")
    for seconds, status in ((0, 200), (5 - LEEWAY, 200), (-LEEWAY - 10, 401), (3600 + LEEWAY + 10, 401), (3600, 200)):
        clock(seconds)
        assert api(web, house, token).status_code == status, seconds


def test_the_provider_says_what_time_it_is(whole: Config, clock: Clock) -> None:
    for seconds in (0, 95, -95):
        clock(seconds)
        told = Provider(whole).clock_ahead()
        assert told == pytest.approx(seconds, abs=2.5)


@pytest.mark.parametrize(("seconds", "way"), [(95, "ahead of"), (-95, "behind")])
def test_the_doctor_says_so(
    whole: Config, clock: Clock, capsys: pytest.CaptureFixture[str], seconds: float, way: str
) -> None:
    clock(seconds)
    assert examine(whole) == 1
    (line,) = (one for one in capsys.readouterr().out.splitlines() if "clock:" in one)
    assert line.startswith("BAD  clock: this machine's clock is 9")
    assert f"s {way} that of the identity provider: from 30 s on nobody can sign in. Let NTP set both" in line


def test_the_doctor_compares_with_the_database_too(
    whole: Config, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    away = replace(whole, oidc_issuer="http://localhost:9/realms/maru")
    clock(95)
    examine(away)
    assert "95 s ahead of that of the database: pages say open when it says closed" in capsys.readouterr().out
    clock(1)
    examine(whole)
    assert "ok   clock" in capsys.readouterr().out

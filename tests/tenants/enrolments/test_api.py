"""Applying by a program: a key makes one application, and whoever repeats it is told how that one stands."""

from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import TestResponse

from maru.config import Config
from tests.client import Web, opened
from tests.conftest import Maker


@pytest.fixture
def web(config: Config) -> Iterator[Web]:
    with opened(config) as found:
        yield found


@pytest.fixture
def ask(web: Web, make: Maker) -> Callable[..., TestResponse]:
    """Asks for a new resident on a new city's host; `/runs/R` is one of its runs."""
    city = make.city()
    run, who, host = make.run(city), make.session(make.person(), city), f"{make.slug(city)}.localhost"

    def asking(method: str, path: str, key: str | None = None) -> TestResponse:
        headers = {"Idempotency-Key": key} if key else {}
        return web.ask(method, host, f"/api/v1{path.replace('/R/', f'/{run}/')}", who, headers=headers)

    return asking


APPLY = ("POST", "/runs/R/applications")


def test_a_repeated_key_makes_nothing_new(ask: Callable[..., TestResponse]) -> None:
    answers = [ask(*APPLY, "one") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert answers[0].get_json() == answers[1].get_json() == answers[2].get_json()


def test_a_key_whose_application_was_cancelled_makes_no_other(ask: Callable[..., TestResponse]) -> None:
    first = ask(*APPLY, "one").get_json()
    assert ask("DELETE", f"/applications/{first['id']}").status_code == 200
    again = ask(*APPLY, "one")
    assert (again.status_code, again.get_json()["id"], again.get_json()["state"]) == (200, first["id"], "cancelled")
    for key in ("two", None):
        other = ask(*APPLY, key)
        assert (other.status_code, other.get_json()["state"]) == (201, "placed")
        ask("DELETE", f"/applications/{other.get_json()['id']}")


def test_the_document_says_so(web: Web) -> None:
    said = web.get("localhost", "/api/openapi.json").get_json()["paths"]["/api/v1/runs/{run_id}/applications"]["post"]
    assert "apply again with a new key" in said["description"].replace("\n", " ")
    assert {"200", "201"} <= set(said["responses"])

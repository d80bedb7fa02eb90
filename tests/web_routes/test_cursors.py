"""Every list, asked to go on from where it never was: the answer is a list or a plain refusal, never a crash."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.client import Web
from tests.web_routes.conftest import PORTAL, Actor, Builder, City

SOMEBODY = "01977f20-0000-7000-8000-000000000000"
NOW = datetime.now(UTC).timestamp()
PAGES = [("city", "/courses"), ("portal", "/search"), ("city", "/console/courses"), ("portal", "/my")]
"""Lists for people; their cursor is called `after`."""

NEAR = (SOMEBODY, NOW, 0, 1, 0.0, -1.5, 2**31, 2**63, 10**400, 1e308, 253402300799.0, -62135596800.0)
NEARLY = ("2026-01-01", "2026-02-31", "9999-12-31", "0001-01-01", "", "zz", "abc", "\0", "\ud800")
near = st.sampled_from([*NEAR, *NEARLY])
scalars = near | st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
values = scalars | st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
lists = (
    st.lists(values, max_size=5)
    | st.tuples(near, near)
    | st.tuples(near, near, near, near)
    | st.tuples(st.just(NOW), scalars, scalars, st.just(SOMEBODY))
)


def cursor_of(held: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(held).encode()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def clerk(build: Builder, here: City) -> Actor:
    return build.actor("clerk", [here.host, PORTAL], {"city_admin": here.tenant})


def api_lists(web: Web) -> Iterator[tuple[str, str]]:
    """Every operation of the document that takes a cursor, with the house where it stands."""
    for path, operations in web.get(PORTAL, "/api/openapi.json").get_json()["paths"].items():
        if any(one["name"] == "cursor" for one in operations.get("get", {}).get("parameters", ())):
            yield ("city" if path in ("/api/v1/courses", "/api/v1/items") else "portal"), path


def test_all_lists_are_known(web: Web) -> None:
    known = {path for _, path in api_lists(web)}
    assert known >= {"/api/v1/courses", "/api/v1/search", "/api/v1/tenants", "/api/v1/me/applications"}
    assert all("{" not in path for path in known)


@given(held=lists)
@example(held=[253402300799.0, 0, 0.0, SOMEBODY])
@example(held=[NOW, True, 0.0, SOMEBODY])
@example(held=[NOW, 10**400, 0.0, SOMEBODY])
@example(held=[NOW, 0, float("inf"), SOMEBODY])
@example(held=[NOW, 0, 1e308, "\ud800"])
@example(held=["abc", "def"])
@example(held=["2026-01-01", "zz"])
@example(held=["2026-02-31", SOMEBODY])
@example(held=["", SOMEBODY])
@example(held=["abc"])
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cursor_breaks_a_list(web: Web, here: City, clerk: Actor, held: Any) -> None:
    hosts, cursor = {"city": here.host, "portal": PORTAL}, cursor_of(held)
    asked = [(house, path, "cursor") for house, path in api_lists(web)] + [(*page, "after") for page in PAGES]
    for house, path, name in asked:
        answer = web.get(hosts[house], path, clerk.at(hosts[house]), query_string={name: cursor})
        assert answer.status_code in (200, 422), (path, held)


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("/api/v1/courses", [NOW, True, 0.0, SOMEBODY]),
        ("/api/v1/courses", [253402300799.0, 0, 0.0, SOMEBODY]),
        ("/api/v1/courses", [NOW, 0, 0.0, "abc"]),
        ("/api/v1/tenants", [1]),
        ("/api/v1/tenants", "suwon"),
        ("/api/v1/me/applications", ["abc"]),
        ("/api/v1/me/history", ["2026-02-31", SOMEBODY]),
        ("/console/courses", ["2026-01-01", "zz"]),
        ("/courses", [NOW - 9 * 86_400, 0, 0.0, SOMEBODY]),
    ],
)
def test_a_bad_cursor_is_refused(web: Web, here: City, clerk: Actor, path: str, held: Any) -> None:
    host = PORTAL if path == "/api/v1/tenants" else here.host
    api = path.startswith("/api/")
    answer = web.get(host, path, clerk.at(host), query_string={"cursor" if api else "after": cursor_of(held)})
    assert answer.status_code == 422
    if api:
        assert set(answer.get_json()["errors"]) == {"cursor"}
    else:
        assert "목록을 처음부터 다시 열어 주세요" in answer.text

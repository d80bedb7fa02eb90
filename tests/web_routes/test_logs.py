"""Logs say what happened and never whom it was about; the access log says whom, in the same transaction."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from maru.config import ROOT, Config
from maru.db import Database, Scope, session
from tenants.sample.making import Resident
from tests.client import Web
from tests.web_routes.conftest import Actor, Builder, City

SERVING = """
import json, logging, sys
import sqlalchemy as sa
from maru import logs
from maru.access import everyone
from maru.config import Config
from maru.db import session
from tests.client import Web

@everyone()
def crash():
    raise RuntimeError("for a test")

@everyone()
def crash_in_the_database():
    session().execute(sa.text("SELECT set_config('maru.scope', 'job', true)"))
    for _ in range(2):
        session().execute(
            sa.text("INSERT INTO institutions (tenant_id, name) VALUES (walls.tenant(), :name)"), {"name": "김하늘"}
        )

@everyone()
def crash_of_a_library():
    try:
        crash_in_the_database()
    except sa.exc.IntegrityError as error:
        logging.getLogger("library").exception("broken by %r: %s", error, error)
        error.add_note("김하늘")
        raise ExceptionGroup("김하늘", [error, ValueError("김하늘")])

logs.configure()
web = Web(Config.load())
views = {"terms": crash, "privacy": crash_in_the_database, "accessibility": crash_of_a_library}
web.app.view_functions.update({f"sites.{name}": view for name, view in views.items()})
for line in sys.stdin:
    asked = json.loads(line)
    web.ask(asked.pop("method", "GET"), asked.pop("host"), asked.pop("path"), **asked)
"""
EACH_ONCE = "institutions_tenant_id_name_phone_key"
WORDS = ["김하늘", "%EA%B9%80", "010-1234-5678", "haneul@example.kr", "SECRET"]


def logged(config: Config, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The log of a process that answers these requests, each line read as JSON."""
    environ = {
        "PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", "MARU_HOME": str(config.home),
        "DATABASE_APP_URL": config.database_app_url, "S3_URL": config.s3_url, "MARU_SECRET_KEY": config.secret_key,
    }  # fmt: skip
    requests = "\n".join(map(json.dumps, asked))
    command = [sys.executable, "-c", SERVING]
    answer = subprocess.run(
        command, env=environ, input=requests, capture_output=True, text=True, cwd=ROOT, timeout=180, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == ""
    return [json.loads(line) for line in answer.stderr.splitlines()]


@dataclass(frozen=True)
class Log:
    """What was asked, by whom, and every line that it left."""

    asked: list[dict[str, Any]]
    who: Resident
    lines: list[dict[str, Any]]

    def of(self, path: str) -> list[dict[str, Any]]:
        """The lines of the one request for a path that is a route of its own."""
        (request_id,) = {line["request_id"] for line in self.lines if line.get("route") == path}
        return [line for line in self.lines if line["request_id"] == request_id]


@pytest.fixture(scope="module")
def log(config: Config, here: City, build: Builder) -> Log:
    who = build.actor("a resident", [here.host]).sessions[here.host]
    words, secret = "김하늘 010-1234-5678 haneul@example.kr", "SECRET" * 7 + "x"
    asked: list[dict[str, Any]] = [
        {"path": f"/nothing/{words}"},
        {"path": f"/courses/{here.things['run_id']}/{words}"},
        {"path": "/nothing", "query_string": {"q": words}},
        {"path": "/api/v1/courses", "query_string": {"cursor": words}},
        {"path": f"/api/v1/certificates/{words}", "query_string": {"code": secret, "limit": "x"}},
        {"path": "/auth/ticket", "query_string": {"ticket": secret}},
        {"path": "/auth/failed"},
        {"path": "/my/consents", "method": "POST", "headers": {"Cookie": who.cookie}, "data": {"seen.x": words}},
        {"path": "/my", "headers": {"Cookie": f"maru_session={secret}"}},
        {"path": "/terms", "headers": {"Cookie": who.cookie, "User-Agent": secret}, "query_string": {"q": words}},
        {"path": "/nothing", "host": "nowhere.localhost"},
        {"path": "/nothing", "method": secret},
        {"path": "/privacy"},
        {"path": "/accessibility"},
    ]
    return Log(asked, who, logged(config, [{"host": here.host, **one} for one in asked]))


def test_the_log_is_json_about_requests_that_went_wrong(log: Log, here: City) -> None:
    requests = [line for line in log.lines if line["event"] == "request"]
    assert len(requests) == len(log.asked) - 3, "answers that go well are not logged"
    for line in requests:
        assert {"timestamp", "level", "request_id", "method", "route", "status", "seconds"} <= set(line)
    slug = here.host.removesuffix(".localhost")
    assert [line.get("tenant") for line in requests].count(slug) == len(requests) - 1
    crash, request = log.of("/terms")
    assert (crash["event"], request["status"]) == ("crash", 500)
    (error,) = crash["exception"]
    assert (error["type"], error["frames"][-1]) == ("builtins.RuntimeError", "<string>:12 crash")
    assert re.fullmatch(r"\S+/maru/dispatch\.py:\d+ Maru\.dispatch_request", error["frames"][-3])


def test_the_log_holds_no_paths_words_or_secrets(log: Log, here: City) -> None:
    text = json.dumps(log.lines, ensure_ascii=False)
    theirs = [log.who.cookie.split("=")[1], log.who.csrf, str(log.who.person_id)]
    assert [word for word in [*WORDS, *map(str, here.things.values()), *theirs, "/nothing"] if word in text] == []


def test_a_crash_in_the_database_says_which_rule_was_broken(log: Log) -> None:
    """PostgreSQL's own words would repeat what was typed."""
    crash, _ = log.of("/privacy")
    told = [{name: value for name, value in error.items() if name != "frames"} for error in crash["exception"]]
    assert told == [
        {"type": "sqlalchemy.exc.IntegrityError"},
        {"type": "psycopg.errors.UniqueViolation", "sqlstate": "23505", "constraint": EACH_ONCE},
    ]
    assert all(error["frames"] for error in crash["exception"])


def test_what_libraries_log_is_treated_alike(log: Log) -> None:
    library, crash, _ = log.of("/accessibility")
    assert (library["event"], library["level"]) == ("library crash_of_a_library:27", "error")
    assert [error.get("constraint") for error in library["exception"]] == [None, EACH_ONCE]
    group, *causes = crash["exception"]
    assert [error["type"] for error in group["exceptions"]] == ["sqlalchemy.exc.IntegrityError", "builtins.ValueError"]
    assert [error["type"] for error in causes][-1] == "psycopg.errors.UniqueViolation"


def test_invented_methods_are_counted_as_one(web: Web, here: City) -> None:
    """Each new label of a counter stays in memory for ever."""
    for number in range(5):
        assert web.ask(f"BREW{number}", here.host, "/").status_code == 405
    labels = {
        sample.labels["method"]
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if "method" in sample.labels
    }
    assert "-" in labels
    assert not [label for label in labels if label.startswith("BREW")]


LOOKING = {
    "applicants": "/console/runs/{run_id}/applicants",
    "roster": "/console/runs/{run_id}/attendance",
    "closing": "/console/runs/{run_id}/close",
    "certificate": "/console/certificates/{certificate_id}/revoke",
}


@pytest.fixture
def staff(actors: list[Actor], here: City) -> Resident:
    found = next(actor.at(here.host) for actor in actors if "city_admin" in actor.roles)
    assert found
    return found


def looks(database: Database, here: City) -> list[Any]:
    """Who looked at the city's learner, as the learner sees it."""
    rows = sa.text(
        "SELECT actor_id, tenant_id, task, purpose, fields, host(address), request_id FROM access_log ORDER BY id"
    )
    with database.transaction(Scope.PERSON, person=here.resident) as opened:
        return list(opened.execute(rows))


@pytest.mark.parametrize("path", LOOKING.values(), ids=LOOKING)
def test_a_look_at_a_person_is_written_down(
    web: Web, here: City, staff: Resident, database: Database, path: str
) -> None:
    before = looks(database, here)
    answer = web.get(here.host, path.format(**here.things), staff)
    assert answer.status_code == 200
    (look,) = looks(database, here)[len(before) :]
    assert look[:2] == (staff.person_id, here.tenant)
    assert all(look[2:5])
    assert look[5:] == ("127.0.0.1", answer.headers["X-Request-Id"])


@pytest.mark.parametrize("path", LOOKING.values(), ids=LOOKING)
def test_a_look_that_fails_is_not_written_down(
    web: Web, here: City, staff: Resident, database: Database, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The row stands and falls with what it is about."""
    before = looks(database, here)
    endpoint = web.app.url_map.bind(here.host).match(path.format(**here.things))[0]
    view = web.app.view_functions[endpoint]

    def fails(**values: Any) -> None:
        view(**values)
        assert len(looks_inside()) > len(before), "it was written, and is taken back"
        raise RuntimeError

    def looks_inside() -> list[Any]:
        count = sa.text("SELECT id FROM access_log WHERE person_id = :person")
        return list(session().execute(count, {"person": here.resident}))

    fails.__maru_access__ = view.__maru_access__  # type: ignore[attr-defined, union-attr]
    monkeypatch.setitem(web.app.view_functions, endpoint, fails)
    assert web.get(here.host, path.format(**here.things), staff).status_code == 500
    assert looks(database, here) == before


def test_who_is_refused_leaves_no_look(web: Web, here: City, actors: list[Actor], database: Database) -> None:
    before = looks(database, here)
    for actor in actors:
        if not actor.roles:
            web.get(here.host, LOOKING["applicants"].format(**here.things), actor.at(here.host))
    assert looks(database, here) == before


def test_the_person_reads_who_looked(web: Web, here: City, staff: Resident, build: Builder) -> None:
    answer = web.get(here.host, LOOKING["applicants"].format(**here.things), staff)
    assert answer.status_code == 200
    learner = build.sessions(here.resident, [here.host])[here.host]
    assert "신청자 명단 보기" in web.get(here.host, "/my/looks", learner).text

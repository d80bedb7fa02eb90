"""The image: what goes in, who runs it, and that its own health check works."""

import http.server
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from maru.config import ROOT

STAGE = re.compile(r"^FROM (\S+)(?: AS (\S+))?$")
IGNORED = (ROOT / ".dockerignore").read_text("utf-8").splitlines()


def instructions() -> list[tuple[str, str]]:
    """`("RUN", "...")` and so on, in order, with continued lines joined and comments left out."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ")
    return [
        (name, " ".join(rest.split())) for name, _, rest in (line.partition(" ") for line in lines.splitlines() if line)
    ]


def said(name: str) -> list[str]:
    return [rest for word, rest in instructions() if word == name]


def last_stage() -> list[tuple[str, str]]:
    found = instructions()
    return found[max(number for number, (name, _) in enumerate(found) if name == "FROM") :]


def sources() -> list[str]:
    """What is copied from the project itself."""
    return [source for rest in said("COPY") if "--from" not in rest for source in rest.split()[:-1]]


def environment() -> dict[str, str]:
    """Variables of the finished image."""
    words = " ".join(rest for name, rest in last_stage() if name == "ENV").split()
    return dict(word.split("=", 1) for word in words)


def test_bases_are_pinned_to_a_version() -> None:
    stages: list[str] = []
    for rest in said("FROM"):
        match = STAGE.match(f"FROM {rest}")
        assert match, rest
        base, name = match.groups()
        assert base in stages or re.fullmatch(r"[a-z0-9./-]+:\d[\w.-]*", base), base
        stages.append(name)
    assert len(stages) >= 2


def test_it_runs_as_a_fixed_user_that_is_not_root() -> None:
    (user,) = said("USER")
    assert re.fullmatch(r"[1-9]\d{4,}:[1-9]\d{4,}", user)
    assert [name for name, _ in last_stage()].index("USER") > max(
        number for number, (name, _) in enumerate(last_stage()) if name == "COPY"
    )


def test_the_chart_runs_it_as_the_same_user() -> None:
    (user,) = said("USER")
    pod = (ROOT / "helm/templates/_helpers.tpl").read_text("utf-8")
    assert re.findall(r"runAs(?:User|Group): (\d+)", pod) == user.split(":")


def test_nothing_is_fetched_but_by_pinned_hashes() -> None:
    assert said("ADD") == []
    assert [rest for rest in said("RUN") if re.search(r"\b(curl|wget|git|apt|apt-get)\b", rest)] == []
    (install,) = (rest for rest in said("RUN") if "pip install" in rest)
    assert "--require-hashes" in install
    assert "--only-binary=:all:" in install
    assert "--production" in next(rest for rest in said("RUN") if "maru.web.build" in rest)


def test_the_finished_image_runs_nothing_at_build_and_holds_no_secret() -> None:
    assert "RUN" not in {name for name, _ in last_stage()}
    named = [rest for name, rest in instructions() if name in ("ARG", "ENV", "LABEL")]
    assert [rest for rest in named if re.search(r"secret|password|token|_key|https?://", rest, re.IGNORECASE)] == []


@pytest.mark.parametrize("source", sources())
def test_what_it_copies_exists_and_reaches_the_build(source: str) -> None:
    path = ROOT / source
    assert path.is_file() or any(path.rglob("*.*"))
    assert f"!{source}" in IGNORED


def test_every_package_of_the_project_goes_in() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"}
    assert packages | {"platform", "migrations", "pyproject.toml"} <= set(sources())


def test_nothing_else_reaches_the_build() -> None:
    assert next(line for line in IGNORED if line and not line.startswith("#")) == "*"
    assert {line.removeprefix("!") for line in IGNORED if line.startswith("!")} == set(sources())
    assert {"**/__pycache__", "**/*.mo", "platform/maru/web/static/vendor"} <= set(IGNORED)


def test_it_writes_to_tmp() -> None:
    assert {value for name, value in environment().items() if name in ("MARU_HOME", "XDG_CACHE_HOME")} == {
        "/tmp/maru",
        "/tmp/cache",
    }
    assert environment()["MARU_ENV"] == "production"


def test_programs_are_started_without_a_shell() -> None:
    (entry,), (command,) = said("ENTRYPOINT"), said("CMD")
    assert json.loads(entry) == ["python", "-m", "maru.cli"]
    assert json.loads(command) == ["serve"]


class Healthy(http.server.BaseHTTPRequestHandler):
    """Answers /healthz with the status of the class."""

    status = 200

    def do_GET(self) -> None:  # the name that http.server calls
        self.send_response(self.status if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def web() -> Iterator[http.server.HTTPServer]:
    with http.server.HTTPServer(("127.0.0.1", 0), Healthy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def health_check(port: int) -> int:
    (check,) = said("HEALTHCHECK")
    program, *arguments = json.loads(check.partition("CMD ")[2])
    assert program == "python"
    done = subprocess.run(
        [sys.executable, *arguments], env=os.environ | {"MARU_PORT": str(port)}, stderr=subprocess.DEVNULL, check=False
    )
    return done.returncode


def test_the_health_check_tells_a_web_that_answers(
    web: http.server.HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert health_check(web.server_port) == 0
    monkeypatch.setattr(Healthy, "status", 503)
    assert health_check(web.server_port) != 0
    assert health_check(1) != 0


def test_the_port_is_the_one_that_chart_and_compose_expect() -> None:
    assert environment()["MARU_PORT"] == "8000"
    assert said("EXPOSE") == ["8000 8001"]
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    assert [port.rpartition(":")[2] for port in compose["services"]["web"]["ports"]] == ["8000"]


def test_the_licence_is_that_of_the_project() -> None:
    assert 'org.opencontainers.image.licenses="Apache-2.0"' in said("LABEL")[0]
    assert Path(ROOT / "LICENSE").read_text("utf-8").split()[:4] == ["Apache", "License", "Version", "2.0,"]

"""What stands in MARU_HOME: addresses, the lock, and how all of it goes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from maru.config import ROOT, read_env_file
from maru.embedded import runtime, welcome
from maru.embedded.keys import load_secrets, write_env_file
from maru.embedded.lock import FILE, only_one
from maru.embedded.runtime import database_url_as
from maru.errors import ConfigurationError


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://owner:p%40ss@db.example:5433/maru?sslmode=require",
            "postgresql://maru_app:key@db.example:5433/maru?sslmode=require",
        ),
        ("postgresql://db.example/maru", "postgresql://maru_app:key@db.example/maru"),
        ("postgresql://o:a@b@[::1]:5432/maru", "postgresql://maru_app:key@[::1]:5432/maru"),
    ],
)
def test_the_application_signs_in_to_the_same_database(url: str, expected: str):
    assert database_url_as(url, "maru_app", "key") == expected


def test_the_fingerprint_is_that_of_the_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runtime, "ROOT", tmp_path)
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    seen = {runtime.fingerprint()}
    for content in ("one", "two"):
        (tmp_path / "migrations" / "versions" / "0001.py").write_text(content)
        seen.add(runtime.fingerprint())
    assert len(seen) == 3


def test_an_address_file_is_replaced_at_one_stroke(tmp_path: Path):
    path = tmp_path / "home" / "runtime.env"
    for value in ("first", "a=b=c"):
        write_env_file(path, {"KEY": value})
    assert read_env_file(path) == {"KEY": "a=b=c"}
    assert [entry.name for entry in path.parent.iterdir()] == ["runtime.env"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_accounts_become_a_table():
    listing = 'a warning\n{"username": "kim", "password": "pw", "roles": ["resident", "instructor"], "host": "suwon.localhost"}\n'
    assert [*welcome.accounts(listing)] == [
        "username  password  roles                 host",
        "--------  --------  --------------------  ---------------",
        "kim       pw        resident, instructor  suwon.localhost",
        "",
        "In their consoles staff are asked for a code of six digits too: .venv/bin/maru sample code",
    ]
    assert not [*welcome.accounts("")]


def test_the_lock_is_free_again_afterwards(tmp_path: Path):
    for _ in range(2):
        with only_one(tmp_path), pytest.raises(ConfigurationError, match="already running"), only_one(tmp_path):
            pass


def test_who_comes_while_the_other_stops_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("maru.embedded.lock.PATIENCE", 0.3)
    with only_one(tmp_path) as say_stopping:
        say_stopping()
        assert "stopping" in (tmp_path / FILE).read_text()
        with pytest.raises(ConfigurationError), only_one(tmp_path):
            pass


def reset(home: Path, answer: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MARU_HOME": str(home), "PYTHONPATH": str(ROOT / "platform")}
    command = [sys.executable, "-m", "maru.embedded.reset"]
    return subprocess.run(command, input=answer, env=environment, capture_output=True, text=True, check=False)


def test_a_reset_asks_first(tmp_path: Path):
    load_secrets(tmp_path)
    (tmp_path / "s3").mkdir()
    assert "Nothing was removed" in reset(tmp_path, "y\n").stdout
    assert (tmp_path / "s3").exists()


def test_a_reset_removes_what_is_ours_and_nothing_else(tmp_path: Path):
    load_secrets(tmp_path)
    for folder in ("postgres", "s3", "keycloak", "logs", "outbox", "ports", "mine"):
        (tmp_path / folder).mkdir()
    assert reset(tmp_path, "yes\n").returncode == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine"]


def test_a_reset_removes_an_empty_home(tmp_path: Path):
    load_secrets(tmp_path / "home")
    assert reset(tmp_path / "home", "yes\n").returncode == 0
    assert not (tmp_path / "home").exists()


def test_a_folder_that_is_no_home_is_left_alone(tmp_path: Path):
    (tmp_path / "s3").mkdir()
    assert "nothing to reset" in reset(tmp_path, "yes\n").stdout
    assert (tmp_path / "s3").exists()


def test_a_running_home_is_not_reset(tmp_path: Path):
    load_secrets(tmp_path)
    with only_one(tmp_path):
        refused = reset(tmp_path, "yes\n")
    assert refused.returncode == 1
    assert "already running" in refused.stdout

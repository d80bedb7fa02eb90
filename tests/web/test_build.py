"""Fetching the front-end packages: pinned, without registry addresses, with a Node from anywhere."""

import gettext
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from maru.errors import ConfigurationError
from maru.web import build
from maru.web.languages import TRANSLATIONS

LOCK = build.WEB / "package-lock.json"


def test_the_lock_names_no_registry() -> None:
    text = LOCK.read_text("utf-8")
    assert "resolved" not in text
    assert "http" not in text


def test_every_package_is_pinned_with_its_hash() -> None:
    wanted = json.loads((build.WEB / "package.json").read_text("utf-8"))
    packages = json.loads(LOCK.read_text("utf-8"))["packages"]
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in package for name, package in packages.items() if name)


def test_without_a_node_of_its_own_the_machine_uses_the_one_of_pypi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    said = subprocess.run([*build._npm(), "--version"], capture_output=True, text=True, check=True)
    assert int(said.stdout.split(".")[0]) >= 10


def test_without_a_network_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    with pytest.raises(ConfigurationError, match="Check the network"):
        build._install(tmp_path, production=True)


def test_translations_are_compiled_when_they_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(TRANSLATIONS, tmp_path / "t", ignore=shutil.ignore_patterns("*.mo"))
    monkeypatch.setattr(build, "TRANSLATIONS", tmp_path / "t")
    build.compile_translations()
    compiled = tmp_path / "t/en/LC_MESSAGES/messages.mo"
    english = gettext.translation("messages", tmp_path / "t", ["en"])
    assert english.gettext("신청하기") == "Apply"
    os.utime(compiled, ns=(0, 0))
    build.compile_translations()
    assert compiled.stat().st_mtime_ns > 0
    written = compiled.stat().st_mtime_ns
    build.compile_translations()
    assert compiled.stat().st_mtime_ns == written

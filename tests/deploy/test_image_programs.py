"""The image holds the packages of requirements/production.txt and no others: every program must start with these."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest
import yaml

from maru.config import ROOT

PRODUCTION = (ROOT / "requirements" / "production.txt").read_text("utf-8")
ONLY_PRODUCTION = """
import json, runpy, sys
absent = set(json.loads(sys.argv.pop(1)))
class Absent:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r} in the image", name=name)
sys.meta_path.insert(0, Absent)
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""
"""Arguments: the modules that are not there, the module to run, its own arguments."""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def absent_modules() -> list[str]:
    """What is installed here and would not be in the image."""
    there = {_normal(name) for name in re.findall(r"^([\w.-]+)==", PRODUCTION, re.MULTILINE)} | {"maru-platform"}
    installed = packages_distributions().items()
    return sorted(module for module, names in installed if not there & {_normal(name) for name in names})


def in_the_image(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ONLY_PRODUCTION, json.dumps(absent_modules()), module, *arguments],
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"},
        capture_output=True,
        text=True,
        check=False,
    )


def commands() -> list[list[str]]:
    """What chart and compose tell the image to run."""
    templates = "\n".join(path.read_text("utf-8") for path in (ROOT / "helm/templates").glob("*.yaml"))
    charted = re.findall(r"^ +args: (\[.*\])$", templates, re.MULTILINE)
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"].values()
    composed = [service["command"] for service in services if service["image"] == "maru:trial"]
    return [yaml.safe_load(text) for text in charted] + composed


def test_the_guard_sees_what_the_image_lacks() -> None:
    assert {"pytest", "psutil", "playwright"} <= set(absent_modules())
    assert "No module named 'psutil' in the image" in in_the_image("psutil").stderr


def test_the_web_application_comes_up() -> None:
    done = in_the_image("maru.app")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", sorted({tuple(command) for command in commands()}))
def test_the_command_line_knows_what_it_is_told_to_run(command: tuple[str, ...]) -> None:
    done = in_the_image("maru.cli", *command, "--help")
    assert done.returncode == 0, done.stderr
    assert f"{' '.join(command)} [OPTIONS]" in done.stdout


def test_chart_and_compose_run_the_same_programs() -> None:
    assert len(commands()) == 9
    known = {("serve",), ("worker",), ("migrate",), ("keycloak", "apply"), ("log", "verify")}
    assert {tuple(command) for command in commands()} == known

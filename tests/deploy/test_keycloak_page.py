"""docs/keycloak.md shows commands and settings that there are."""

import re
import shlex
from typing import Any

import click
import pytest

from maru.cli import main
from maru.config import ROOT
from maru.embedded.keycloak import VERSION

PAGE = (ROOT / "docs" / "keycloak.md").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
SHOWN = re.findall(r"^ *(maru [^\n#]+)", "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)), re.MULTILINE)


def test_it_was_tried_with_the_keycloak_that_we_ship() -> None:
    assert f"Keycloak {VERSION} on Java" in PAGE
    assert f"quay.io/keycloak/keycloak:{VERSION}" in DOCKERFILE


def test_the_program_is_built_as_in_the_image() -> None:
    (built,) = re.findall(r"kc\.sh (build .+)", PAGE)
    assert f"kc.sh {built}" in DOCKERFILE


@pytest.mark.parametrize("shown", sorted(set(SHOWN)))
def test_every_command_is_one_of_ours(shown: str) -> None:
    words: list[str] = shlex.split(shown)[1:]
    command: Any = main
    context = click.Context(main)
    while isinstance(command, click.Group):
        name = words.pop(0)
        command = command.get_command(context, name)
        assert command is not None, name
    command.make_context(shown, words, resilient_parsing=False)


def test_all_are_looked_at() -> None:
    assert {" ".join(one.split()[:3]) for one in SHOWN} >= {
        "maru keycloak apply",
        "maru keycloak restore",
        "maru staff invite",
    }

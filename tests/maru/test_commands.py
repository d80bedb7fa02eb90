"""Every program of ours knows all the tables that its own point at, whatever else a test has imported."""

import subprocess
import sys

import pytest

from maru.cli import COMMANDS
from maru.config import ROOT

PROGRAMS = ["maru.app", *(f"maru.commands.{name}" for name in COMMANDS)]
RESOLVE = """
import sys
from importlib import import_module
from sqlalchemy.orm import configure_mappers
import_module(sys.argv[1])
configure_mappers()
from maru.db import Model
for table in Model.metadata.tables.values():
    for key in table.foreign_keys:
        key.column
"""


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_alone_resolves_its_tables(program: str) -> None:
    command = [sys.executable, "-c", RESOLVE, program]
    done = subprocess.run(
        command, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-600:]

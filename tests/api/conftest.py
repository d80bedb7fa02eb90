"""The command line as other programs call it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner

from maru import cli
from maru.config import Config


@dataclass(frozen=True)
class Answer:
    """How a command ended: its status, what it wrote, and what it said beside."""

    status: int
    output: bytes
    said: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON lines."""
        return [json.loads(line) for line in self.output.decode().splitlines()]


Maru = Callable[..., Answer]


@pytest.fixture
def maru(config: Config) -> Maru:
    """`maru("courses", "export", "suwon")`, on the database of this test run."""
    environment = {
        "MARU_HOME": str(config.home),
        "DATABASE_URL": config.database_url,
        "DATABASE_APP_URL": config.database_app_url,
        "S3_URL": config.s3_url,
        "MARU_SECRET_KEY": config.secret_key,
    }

    def run(*arguments: str, **more: str) -> Answer:
        ended = CliRunner().invoke(cli.main, arguments, env=environment | more)
        return Answer(ended.exit_code, ended.stdout_bytes, ended.stderr)

    return run

"""What `maru up` prints when everything is up: where to go, and who may sign in there."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from maru.config import ROOT, Config
from maru.embedded.programs import environment, maru_command

COLUMNS = ("username", "password", "roles", "host")
SECONDS = 5
SHOWN_CITIES = 10


def addresses(config: Config) -> Iterator[str]:
    """One line for the portal and for each live city."""
    yield f"The province's portal: {config.origin()}"
    for city in _tenants(config)[:SHOWN_CITIES]:
        yield f"  {city.get('name', '')} {config.origin(city['slug'])}"


def accounts(config: Config) -> Iterator[str]:
    """The sample accounts as the lines of a table; none where the sample is not loaded."""
    listed = subprocess.run(  # noqa: S603  # our own command
        maru_command("sample", "accounts"),
        cwd=ROOT,
        env={**os.environ, **environment(config)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
    )
    rows = [
        [_text(account.get(column)) for column in COLUMNS] for account in map(json.loads, listed.stdout.splitlines())
    ]
    return table(COLUMNS, rows) if rows else iter(())


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines with the cells padded to the widest of their column."""
    widths = [max(len(row[index]) for row in [heading, *rows]) for index in range(len(heading))]
    for row in [heading, ["-" * width for width in widths], *rows]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _tenants(config: Config) -> list[Mapping[str, Any]]:
    address = f"http://127.0.0.1:{config.port}/api/v1/tenants"
    request = urllib.request.Request(address, headers={"Host": config.base_domain + config.port_suffix})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310  # loopback
        items: list[Mapping[str, Any]] = json.load(answer)["items"]
    return items


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")

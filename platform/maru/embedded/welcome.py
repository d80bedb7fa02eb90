"""What `maru up` prints when everything is up: where to go, and who may sign in there."""

import json
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from maru.config import Config

COLUMNS = ("username", "password", "roles", "host")
SECONDS = 10
SHOWN_CITIES = 10


def addresses(config: Config) -> Iterator[str]:
    """One line for the portal and for each live city; the portal's alone while the web does not answer."""
    yield f"The province's portal: {config.origin()}"
    with suppress(OSError, LookupError, ValueError):
        for city in _tenants(config)[:SHOWN_CITIES]:
            yield f"  {city['name']} {config.origin(city['slug'])}"


def accounts(listing: str) -> Iterator[str]:
    """What `maru sample accounts` printed, as the lines of a table; none where there are none."""
    listed = [json.loads(line) for line in listing.splitlines() if line.startswith("{")]
    rows = [[_text(account.get(column)) for column in COLUMNS] for account in listed]
    if rows:
        yield from table(COLUMNS, rows)
        yield ""
        yield "In their consoles staff are asked for a code of six digits too: .venv/bin/maru sample code"


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

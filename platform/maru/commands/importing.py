"""What the commands share that read a file with a report row for every record."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from maru.commands import say
from maru.imports.report import Report
from maru.tables.findings import FileRefused


def report_on(file: Path, read: Callable[[bytes], Report], *, as_json: bool) -> None:
    """Read a file, print what became of it, and end: 0 where nothing was refused, 2 some records, 1 the file."""
    try:
        report = read(file.read_bytes())
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}.") from error
    except FileRefused as refused:
        if as_json:
            say({"outcome": "refused", "code": refused.code, "message": refused.message})
        raise click.ClickException(refused.message) from refused
    for row in report.rows:
        if as_json:
            say({"line": row.line, "outcome": row.outcome, "code": row.code, "message": row.message})
        elif row.outcome != "unchanged":
            click.echo(f"{row.line}줄 [{row.outcome}] {row.title}: {row.message}")
    say(report.totals) if as_json else click.echo(", ".join(f"{name} {count}" for name, count in report.totals.items()))
    sys.exit(2 if report.totals["refused"] else 0)

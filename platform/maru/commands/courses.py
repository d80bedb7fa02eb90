"""`maru courses`."""

import sys
from pathlib import Path

import click

from maru.commands import application_database, city_of, say, told
from maru.config import Config
from maru.db import Scope
from maru.tables.findings import FileRefused
from tenants.imports import service as imports


@click.group
def courses() -> None:
    """A city's courses."""


@courses.command("import")
@click.argument("tenant")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Report, but change nothing.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object per record, then the totals.")
@told
def import_(config: Config, tenant: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Import a national standard file. Exit 0: nothing refused; 2: some rows refused; 1: the file refused."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}.") from error
    try:
        with application_database(config) as database:
            city = city_of(database, tenant).id
            with database.transaction(Scope.JOB, tenant=city):
                report = imports.import_file(city, data, file.name, dry_run=dry_run)
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


@courses.command
@click.argument("tenant")
@told
def export(config: Config, tenant: str) -> None:
    """Write a city's courses as a standard file (CSV, UTF-8 with BOM) to standard output."""
    with application_database(config) as database:
        city = city_of(database, tenant).id
        with database.transaction(Scope.JOB, tenant=city):
            sys.stdout.buffer.write(imports.export_csv(city))

"""`maru tenants`."""

from pathlib import Path

import click

from maru.commands import application_database, city_of, say, told
from maru.config import Config
from maru.db import Scope
from maru.storage import connect
from maru.tenancy import every
from tenants.leaving import archive
from tenants.leaving import service as leaving
from tenants.province.service import open_city
from tenants.sites import lifecycle


@click.group
def tenants() -> None:
    """Cities and counties."""


@tenants.command
@click.argument("slug")
@click.argument("name")
@click.option("--admin", metavar="EMAIL", help="Invite an administrator: the worker sends the mail.")
@click.option("--admin-name", metavar="NAME", help="The administrator's name; without it, what stands before the @.")
@told
def create(config: Config, slug: str, name: str, admin: str | None, admin_name: str | None) -> None:
    """Open a city: its site answers at once on its host."""
    with application_database(config) as database, database.transaction(Scope.PROVINCE):
        open_city(slug, name, admin_name or "", admin or "")
    click.echo(config.origin(slug))


@tenants.command("list")
@click.option("--json", "as_json", is_flag=True, help="A JSON object per city.")
@told
def list_(config: Config, as_json: bool) -> None:
    """Every city and its state."""
    with application_database(config) as database, database.transaction(Scope.PUBLIC):
        cities = every()
    for city in cities:
        if as_json:
            opened = str(city.onboarded_on) if city.onboarded_on else None
            say(
                {
                    "slug": city.slug,
                    "name": city.name_ko,
                    "state": city.state,
                    "region": city.region_code,
                    "opened": opened,
                }
            )
        else:
            click.echo(f"{city.slug:<24} {city.state:<10} {city.name_ko}")


@tenants.command
@click.argument("slug")
@click.option("--reason", required=True)
@told
def suspend(config: Config, slug: str, reason: str) -> None:
    """Let a city's site rest: 503, and nothing is lost."""
    _move(config, slug, "suspended", reason)


@tenants.command
@click.argument("slug")
@click.option("--reason", required=True)
@told
def resume(config: Config, slug: str, reason: str) -> None:
    """Open a suspended city again, as it was before."""
    _move(config, slug, None, reason)


@tenants.command("archive")
@click.argument("slug")
@click.option("--reason", required=True)
@told
def archive_(config: Config, slug: str, reason: str) -> None:
    """Close a suspended city for good: 410, and nothing is lost."""
    _move(config, slug, "archived", reason)


@tenants.command
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--purpose", default="서버 명령으로 내려받음", help="Kept with the export.")
@told
def export(config: Config, slug: str, file: Path, purpose: str) -> None:
    """Write everything of a city into one archive (zip)."""
    with application_database(config) as database:
        city = city_of(database, slug).id
        with database.transaction(Scope.PROVINCE):
            asked = leaving.note(city, purpose)
        made = archive.write(database, connect(config.s3), city, file, lambda _done: None)
        with database.transaction(Scope.PROVINCE):
            leaving.written(asked, made)
    say({"file": str(file), "bytes": made.bytes, "sha256": made.sha256})


def _move(config: Config, slug: str, state: str | None, reason: str) -> None:
    with application_database(config) as database:
        city = city_of(database, slug).id
        with database.transaction(Scope.PROVINCE):
            changed = lifecycle.change(city, state, reason, None) if state else lifecycle.resume(city, reason, None)
            click.echo(f"{slug}: {changed.state}")

"""The command line, and the composition root of everything that is not the web."""

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import sqlalchemy as sa

from auth import keycloak as realm
from auth.keycloak import RealmPlan
from auth.roles.mirror import groups
from maru.config import Config
from maru.db import Database, Scope, session
from maru.doctor import examine
from maru.errors import ConfigurationError, MaruError
from maru.migrating import migrate as upgrade
from maru.serving import serve as serve_web
from maru.tenancy import Tenant
from maru.worker import run_worker
from tenants.attendance import ledger  # noqa: F401  # registers its jobs for the worker
from tenants.courses.standard_file.findings import FileRefused
from tenants.imports import service as imports
from tenants.sample import accounts, loading, making
from tenants.sites.opening import open_city

try:
    from maru.embedded import supervisor
except ImportError:  # the embedded parts are an extra that production does not install
    supervisor = None  # type: ignore[assignment]


def command(group: click.Group, name: str | None = None) -> Callable[..., Any]:
    """A command that is handed the settings, and says what is wrong with them in one line."""

    def decorate(function: Callable[..., Any]) -> Any:
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(Config.load(), *args, **kwargs)
            except (ConfigurationError, MaruError) as error:
                raise click.ClickException(str(error)) from error
            except sa.exc.OperationalError as error:
                raise click.ClickException(f"The database does not answer: {str(error.orig).strip()}") from error

        return group.command(name)(run)

    return decorate


@click.group()
def main() -> None:
    """Maru, the shared lifelong-learning platform of a province."""


@command(main)
def up(config: Config) -> None:
    """Start everything on embedded parts, with a sample province; Ctrl-C stops it."""
    if supervisor is None:
        raise click.ClickException("The embedded parts are not installed: pip install maru-platform[embedded].")
    sys.exit(supervisor.run(config))


@command(main)
def serve(config: Config) -> None:
    """Serve the web."""
    serve_web(config)


@command(main)
def worker(config: Config) -> None:
    """Run queued jobs."""
    run_worker(config)


@command(main)
def migrate(config: Config) -> None:
    """Bring the database to the current schema."""
    upgrade(config)


@command(main)
def doctor(config: Config) -> None:
    """Look at every part and say what is missing."""
    sys.exit(examine(config))


@main.group()
def tenants() -> None:
    """Cities and counties."""


@command(tenants, "create")
@click.argument("slug")
@click.argument("name")
def create_tenant(config: Config, slug: str, name: str) -> None:
    """Open a city: its site answers at once on its host."""
    with Database(config.database_app_url).transaction(Scope.PROVINCE):
        open_city(slug, name)
    click.echo(config.origin(slug))


@main.group()
def courses() -> None:
    """A city's courses."""


@command(courses, "import")
@click.argument("tenant")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Report, but change nothing.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object per record, then the totals.")
def import_courses(config: Config, tenant: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Import a national standard file. Exit 0: nothing refused; 2: some rows refused; 1: the file refused."""
    database = Database(config.database_app_url)
    city = tenant_id(database, tenant)
    try:
        with database.transaction(Scope.JOB, tenant=city):
            report, _ = imports.import_file(city, file.read_bytes(), file.name, dry_run=dry_run)
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


@command(courses, "export")
@click.argument("tenant")
def export_courses(config: Config, tenant: str) -> None:
    """Write a city's courses as a standard file (CSV, UTF-8 with BOM) to standard output."""
    database = Database(config.database_app_url)
    city = tenant_id(database, tenant)
    with database.transaction(Scope.JOB, tenant=city):
        sys.stdout.buffer.write(imports.export_csv(city))


@main.group()
def keycloak() -> None:
    """The identity provider."""


@command(keycloak, "apply")
def apply_keycloak(config: Config) -> None:
    """Create or update realm, client, groups and sample people; changes nothing where nothing differs."""
    with Database(config.database_app_url).transaction(Scope.PUBLIC):
        slugs = list(session().scalars(sa.select(Tenant.slug).order_by(Tenant.slug)))
    plan = accounts.realm_plan(slugs) if config.development else RealmPlan(groups(slugs))
    applied = realm.apply(config, plan)
    if plan.users:
        accounts.remember_subjects(config, applied.subjects)
    for change in applied.changes:
        click.echo(f"{change.verb} {change.kind} {change.name}")
    click.echo(f"{len(applied.changes)} changes")


@main.group()
def sample() -> None:
    """Doors for development and tests; refused in production."""
    if not Config.load().development:
        raise click.ClickException("Sample data is for development: MARU_ENV is production.")


@command(sample, "load")
def load_sample(config: Config) -> None:
    """Load the sample province into an empty database."""
    click.echo(loading.load(config))


@command(sample, "accounts")
def sample_accounts(config: Config) -> None:
    """Every sample account: username, password, roles, host."""
    for account in accounts.all_accounts(config):
        say(account)


@command(sample, "run")
@click.argument("tenant")
@click.option("--capacity", type=click.IntRange(0), required=True)
@click.option("--waiting", type=click.IntRange(0), default=None)
@click.option("--count", type=click.IntRange(1, 10_000), default=1)
def sample_run(config: Config, tenant: str, capacity: int, waiting: int | None, count: int) -> None:
    """Open first-come runs."""
    database = Database(config.database_app_url)
    city = tenant_id(database, tenant)
    for run in making.make_runs(database, city, capacity, waiting=waiting, count=count):
        say({"run_id": str(run), "tenant": tenant, "url": f"{config.origin(tenant)}/courses/{run}"})


@command(sample, "residents")
@click.argument("tenant")
@click.argument("count", type=click.IntRange(1, 100_000))
def sample_residents(config: Config, tenant: str, count: int) -> None:
    """Make verified residents of a city, each with an open session there."""
    database = Database(config.database_app_url)
    with database.transaction(Scope.PUBLIC):
        city = session().scalars(sa.select(Tenant).where(Tenant.slug == tenant)).one_or_none()
    if city is None:
        raise click.ClickException(f"There is no city {tenant!r}.")
    people = making.make_people(config.database_url, count, home=city.region_code, consent=True)
    for resident in making.open_sessions(config, people, f"{tenant}.{config.base_domain}"):
        say({**vars(resident), "person_id": str(resident.person_id)})


@command(sample, "session")
@click.argument("username")
@click.argument("host")
def sample_session(config: Config, username: str, host: str) -> None:
    """An open session of one sample account on a host."""
    resident = accounts.session_of(config, username, host)
    say({**vars(resident), "person_id": str(resident.person_id)})


@command(sample, "token")
@click.argument("username")
def sample_token(config: Config, username: str) -> None:
    """An access token of one sample account, from Keycloak."""
    click.echo(accounts.token_of(config, username))


def tenant_id(database: Database, slug: str) -> UUID:
    """A tenant by its slug."""
    with database.transaction(Scope.PUBLIC):
        found = session().scalar(sa.select(Tenant.id).where(Tenant.slug == slug))
    if found is None:
        raise click.ClickException(f"There is no city {slug!r}.")
    return found


def say(document: dict[str, Any]) -> None:
    """One JSON line."""
    click.echo(json.dumps(document, ensure_ascii=False))


if __name__ == "__main__":
    main(prog_name="maru")

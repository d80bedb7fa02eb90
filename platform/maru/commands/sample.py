"""`maru sample`: doors for development and tests."""

import time

import click

from maru.commands import application_database, city_of, say, told
from maru.config import Config
from tenants.sample import accounts, codes, items, loading, making, multitude


@click.group
def sample() -> None:
    """Doors for development and tests; refused in production."""
    if not Config.load().development:
        raise click.ClickException("Sample data is for development: MARU_ENV is production.")


@sample.command
@told
def load(config: Config) -> None:
    """Load the sample province into an empty database."""
    click.echo(loading.load(config))


@sample.command("accounts")
@told
def list_accounts(config: Config) -> None:
    """Every sample account: username, password, roles, host."""
    for account in accounts.all_accounts(config):
        say(account)


@sample.command("code")
def one_time_code() -> None:
    """The six digits that the sample staff's authenticator app shows now."""
    now = time.time()
    say({"code": codes.code(now), "seconds_left": int(codes.PERIOD - now % codes.PERIOD)})


@sample.command
@click.argument("tenant")
@click.option("--capacity", type=click.IntRange(0), required=True)
@click.option("--waiting", type=click.IntRange(0), default=None)
@click.option("--count", type=click.IntRange(1, 10_000), default=1)
@told
def run(config: Config, tenant: str, capacity: int, waiting: int | None, count: int) -> None:
    """Open first-come runs."""
    with application_database(config) as database:
        city = city_of(database, tenant).id
        for made in making.make_runs(database, city, capacity, waiting=waiting, count=count):
            say({"run_id": made, "tenant": tenant, "url": f"{config.origin(tenant)}/courses/{made}"})


@sample.command
@click.option("--seconds", type=click.IntRange(1, 3600), default=20)
@told
def item(config: Config, seconds: int) -> None:
    """Publish a playable item of the library that every live city has adopted."""
    with application_database(config) as database:
        say({"item_id": items.make_item(config, database, seconds)})


@sample.command("tenants")
@click.argument("count", type=click.IntRange(1, 100_000))
@told
def many_tenants(config: Config, count: int) -> None:
    """Make live cities with twenty published courses each."""
    for made in multitude.make_cities(config, count):
        click.echo(f"{made} cities", err=True)
    say({"tenants": count, "courses": count * multitude.COURSES})


@sample.command
@click.argument("tenant")
@click.argument("count", type=click.IntRange(1, 100_000))
@told
def residents(config: Config, tenant: str, count: int) -> None:
    """Make verified residents of a city, each with an open session there."""
    with application_database(config) as database:
        city = city_of(database, tenant)
    people = making.make_people(config.database_url, count, home=city.region_code, consent=True)
    for resident in making.open_sessions(config, people, f"{tenant}.{config.base_domain}"):
        say(vars(resident))


@sample.command
@click.argument("username")
@click.argument("host")
@told
def session(config: Config, username: str, host: str) -> None:
    """An open session of one sample account on a host."""
    say(vars(accounts.session_of(config, username, host)))


@sample.command
@click.argument("username")
@told
def token(config: Config, username: str) -> None:
    """An access token of one sample account, from Keycloak."""
    click.echo(accounts.token_of(config, username))

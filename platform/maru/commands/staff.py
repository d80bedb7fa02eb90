"""`maru staff`."""

import click

from auth.roles import service as roles
from auth.roles.permissions import CITY_ROLES, PROVINCE_ROLES
from maru.commands import application_database, city_of, told
from maru.config import Config
from maru.db import Scope


@click.group
def staff() -> None:
    """People who work here."""


@staff.command
@click.argument("email")
@click.argument("name")
@click.option("--role", type=click.Choice([*PROVINCE_ROLES, *CITY_ROLES]), default="province_admin", show_default=True)
@click.option("--city", metavar="SLUG", help="Of a city; without it, of the province.")
@told
def invite(config: Config, email: str, name: str, role: str, city: str | None) -> None:
    """Offer a role to whoever reads the mail of an address: the way in for the first administrator of the province.

    The worker makes an account where there is none, and sends the letter.
    """
    with application_database(config) as database:
        tenant = city_of(database, city).id if city else None
        with database.transaction(Scope.PROVINCE):
            roles.invite(tenant, role, name, email, None)
    click.echo(f"The worker writes to {email}; what could not be done stands at /province/work.")

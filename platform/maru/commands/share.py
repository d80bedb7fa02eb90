"""`maru share`."""

from datetime import date, timedelta
from urllib.parse import unquote, urlsplit

import click

from auth.residence import counterpart
from auth.residence.counterpart import Entry
from maru.commands import told
from maru.config import Config
from maru.errors import ConfigurationError
from maru.web import dates
from tenants.sample.reading import lines


@click.command
@told
def share(config: Config) -> None:
    """Answer at DATA_SHARE_URL as the administrative data share would, about the sample people; in development alone."""
    address = urlsplit(config.data_share_url)
    if not config.development or address.hostname != "127.0.0.1" or not address.port:
        raise ConfigurationError(
            "Only a development installation with DATA_SHARE_URL=http://KEY@127.0.0.1:PORT/ serves it."
        )
    register = [entry for one in lines("people") for entry in entries(one)]
    counterpart.serving(register, unquote(address.username or ""), address.port).serve_forever()


def entries(one: dict[str, object]) -> list[Entry]:
    """Where a sample person is registered, as the days of today have it."""
    homes = [home for home in (one["residence"], one["previous_residence"]) if isinstance(home, dict)]
    today, name, born = dates.today(), str(one["name"]), date.fromisoformat(str(one["birth_date"]))
    return [Entry(name, born, home["city"], today - timedelta(days=home["since_days_ago"])) for home in homes]

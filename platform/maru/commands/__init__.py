"""The commands of `maru`, a module each: the composition roots of everything that is not the web."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from uuid import UUID

import click
import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import ConfigurationError, MaruError
from maru.tenancy import Tenant


def told(function: Callable[..., Any]) -> Callable[..., Any]:
    """Hand a command the settings, and say what is wrong with them, or with what was asked for, in one line."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(Config.load(), *args, **kwargs)
        except (ConfigurationError, MaruError) as error:
            raise click.ClickException(str(error)) from error
        except sa.exc.OperationalError as error:
            raise click.ClickException(f"The database does not answer: {str(error.orig).strip()}") from error

    return run


@contextmanager
def application_database(config: Config) -> Iterator[Database]:
    """The database as the application may use it, as long as the command needs it."""
    database = Database(config.database_app_url)
    try:
        yield database
    finally:
        database.engine.dispose()


def city_of(database: Database, slug: str) -> Tenant:
    """A city by its slug. Raises ClickException."""
    with database.transaction(Scope.PUBLIC):
        found = session().scalars(sa.select(Tenant).where(Tenant.slug == slug)).one_or_none()
    if found is None:
        raise click.ClickException(f"There is no city {slug!r}.")
    return found


def say(document: dict[str, Any]) -> None:
    """One JSON line."""
    click.echo(json.dumps(document, ensure_ascii=False, default=_plain))


def _plain(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(value)

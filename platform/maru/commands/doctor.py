"""`maru doctor`: looks at every part and says in words what is missing."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import click

from auth.access_log import standing as access_log
from auth.oidc import Provider
from auth.tokens import LEEWAY
from auth.verification import rotating
from auth.verification.sealing import Keyring
from maru.commands import application_database, told
from maru.config import Config
from maru.db import Scope
from maru.errors import ConfigurationError
from maru.mail import mail_of
from maru.storage import connect
from maru.texting import texting_of
from tenants.sample import presence

CLOCKS_DIFFER = 5
"""Seconds by which clocks that something sets never differ."""


@click.command
@told
def doctor(config: Config) -> None:
    """Look at every part and say what is missing."""
    sys.exit(examine(config))


def examine(config: Config) -> int:
    """Print a line for each part; the exit status is 0 when everything is well."""
    ill = 0
    for part, trouble in _findings(config):
        click.echo(f"{'ok ' if trouble is None else 'BAD'}  {part}{'' if trouble is None else f': {trouble}'}")
        ill += trouble is not None
    return 1 if ill else 0


def _findings(config: Config) -> Iterator[tuple[str, str | None]]:
    yield from config.faults().items()
    yield "database", _trouble(lambda: _check_database(config))
    yield "sample people", _trouble(lambda: presence.demand_absence(config))
    yield from _identity_keys(config)
    yield from _access_log(config)
    yield "storage", _trouble(lambda: _demand(connect(config.s3).ready(), "S3_URL does not answer"))
    yield "e-mail", _trouble(lambda: _check_mail(config))
    provider = Provider(config)
    yield "identity", _trouble(lambda: _demand(provider.ready(), "OIDC_ISSUER does not answer yet"))
    yield "clock", _trouble(lambda: _check_clock(config, provider))


def _check_database(config: Config) -> None:
    with application_database(config) as database:
        database.check()


def _check_clock(config: Config, provider: Provider) -> None:
    """Ours must agree with the provider's, which dates its tokens, and with the database's, which ends sessions."""
    if provider.ready():
        _demand_agreement(provider.clock_ahead(), "identity provider", f"from {LEEWAY} s on nobody can sign in")
    with application_database(config) as database:
        _demand_agreement(database.clock_ahead(), "database", "pages say open when it says closed")


def _demand_agreement(ahead: float | None, whose: str, effect: str) -> None:
    if ahead is not None and abs(ahead) > CLOCKS_DIFFER:
        way = "ahead of" if ahead > 0 else "behind"
        raise ConfigurationError(
            f"this machine's clock is {abs(ahead):.0f} s {way} that of the {whose}: {effect}. Let NTP set both"
        )


def _identity_keys(config: Config) -> Iterator[tuple[str, str | None]]:
    """Under which keys CIs stand, and when the one before may be thrown away."""
    if not config.identity_key:
        return
    try:
        with application_database(config) as database:
            found = rotating.standing(database, Keyring(config.identity_key, config.identity_keys_old))
    except Exception as error:  # whatever it is, the operator wants to read it
        yield "identity keys", f"{type(error).__name__}: {str(error).splitlines()[0]}"
        return
    if found.unknown:
        yield "identity keys", f"{found.unknown} CIs stand under a key that is not known: set MARU_IDENTITY_KEYS_OLD"
    elif found.old:
        yield f"identity keys ({found.old} CIs under an old key: run `maru identity rotate`)", None
    elif config.identity_keys_old:
        kept = "none under an old key: remove MARU_IDENTITY_KEYS_OLD and restart, then run `maru identity forget`"
        yield f"identity keys ({kept})", None
    elif found.found_by_old:
        yield (
            f"identity keys ({found.found_by_old} CIs still found by the key before: run `maru identity forget`)",
            None,
        )
    else:
        yield "identity keys", None


def _access_log(config: Config) -> Iterator[tuple[str, str | None]]:
    """What is sealed, what waits, and whether the last verification found the chain whole."""
    try:
        with application_database(config) as database, database.transaction(Scope.JOB):
            found = access_log.standing()
    except Exception as error:  # whatever it is, the operator wants to read it
        yield "access log", f"{type(error).__name__}: {str(error).splitlines()[0]}"
        return
    checked = f"verified {_minute(found.checked_at)}" if found.checked_at else "never verified"
    sealed = f"seal {found.seals} of {_minute(found.sealed_at)}" if found.sealed_at else "nothing sealed yet"
    state = f"{sealed}, {found.waiting} looks wait, {checked}"
    if found.breaks:
        yield "access log", f"BROKEN in {found.breaks} places, {checked}: {found.first_break}. Run `maru log verify`"
    elif found.late:
        yield "access log", f"{state}: the oldest since {_minute(found.waits_since)}. Is the worker running?"
    elif found.unchecked:
        yield f"access log ({state}: run `maru log verify`)", None
    else:
        yield f"access log ({state})", None


def _minute(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else "-"


def _check_mail(config: Config) -> None:
    """Somebody must take our letters; nothing is sent."""
    texting_of(config)
    mail = mail_of(config)
    _demand(mail is not None, "MAIL_URL is not set: nobody is written to, and messages can only be read in Maru")
    if mail is not None:
        with mail.open():
            pass


def _trouble(look: Callable[[], None]) -> str | None:
    try:
        look()
    except ConfigurationError as error:
        return str(error)
    except Exception as error:  # whatever it is, the operator wants to read it
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return None


def _demand(fulfilled: bool, words: str) -> None:
    if not fulfilled:
        raise ConfigurationError(words)

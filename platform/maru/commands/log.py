"""`maru log`."""

import sys

import click

from auth.access_log import verifying
from auth.access_log.verifying import Expected, Finding
from maru.commands import say, told
from maru.config import Config
from maru.migrating import engine_connection


@click.group
def log() -> None:
    """The access log: who looked at whom."""


@log.command
@click.option("--expect", metavar="NUMBER:HASH", multiple=True, help="A seal's hash that was kept elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@told
def verify(config: Config, expect: tuple[str, ...], as_json: bool) -> None:
    """Walk the chain of the access log; the exit status is 1 where it is broken. Needs DATABASE_URL.

    What it finds is written down: `maru doctor` and the figures of the worker say it.
    """
    expected = [_expected(one) for one in expect]
    with engine_connection(config.database_url) as connection:
        connection.execute(verifying.SNAPSHOT)
        finding = verifying.verify(connection, [*verifying.last_unbroken(connection), *expected])
        verifying.keep(connection, finding)
    if as_json:
        say({"unbroken": not finding.breaks, **vars(finding)})
    else:
        _tell(finding)
    sys.exit(1 if finding.breaks else 0)


def _tell(finding: Finding) -> None:
    state = "BROKEN" if finding.breaks else "unbroken"
    click.echo(f"{finding.looks} looks in {finding.seals} seals, {state}, last hash {finding.hash}")
    if finding.gone:
        click.echo(f"{finding.gone} older looks were deleted in their time; their seals hold.")
    if finding.waiting:
        click.echo(f"{finding.waiting} looks are not sealed yet.")
    for one in finding.breaks[: verifying.MOST_TOLD]:
        click.echo(one)
    if len(finding.breaks) > verifying.MOST_TOLD:
        click.echo(f"and {len(finding.breaks) - verifying.MOST_TOLD} more")


def _expected(written: str) -> Expected:
    number, _, digits = written.partition(":")
    if not number.isdecimal() or len(digits) != 64:
        raise click.BadParameter(f"{written!r} is not a seal's number and its hash, such as 12:9f86…")
    return Expected(int(number), digits)

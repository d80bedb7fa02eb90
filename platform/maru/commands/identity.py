"""`maru identity`."""

import sys

import click

from auth.verification import rotating
from maru.commands import told
from maru.config import Config


@click.group
def identity() -> None:
    """The secret that CIs are sealed with and found by."""


@identity.command
@click.option(
    "--batch", default=rotating.BATCH, show_default=True, type=click.IntRange(1, 10_000), help="Rows a transaction."
)
@told
def rotate(config: Config, batch: int) -> None:
    """Move all CIs from MARU_IDENTITY_KEYS_OLD to MARU_IDENTITY_KEY. May be stopped and begun again. Needs DATABASE_URL."""
    done = rotating.rotate(config, batch=batch)
    click.echo(f"{done.moved} CIs moved to the key in use.")
    if done.unreadable:
        click.echo(
            f"{done.unreadable} CIs could not be opened: their rows were changed by somebody, and stay as they are."
        )
        sys.exit(1)


@identity.command
@told
def forget(config: Config) -> None:
    """After a rotation, when every process knows the new key alone: let go of what old processes found CIs by. Needs DATABASE_URL."""
    click.echo(f"{rotating.forget(config)} CIs are found by the key in use alone.")

"""`maru up`."""

import sys

import click

from maru.commands import told
from maru.config import Config

try:
    from maru.embedded import supervisor
except ImportError:  # the embedded parts are an extra that production does not install
    supervisor = None  # type: ignore[assignment]


@click.command
@told
def up(config: Config) -> None:
    """Start everything on embedded parts, with a sample province; Ctrl-C stops it."""
    if supervisor is None:
        raise click.ClickException("The embedded parts are not installed: pip install maru-platform[embedded].")
    sys.exit(supervisor.run(config))

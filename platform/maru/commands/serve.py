"""`maru serve`."""

import click

import maru.app  # noqa: F401  # loaded before the processes part, and so shared by them
from maru.commands import told
from maru.config import Config
from maru.serving import serve as serve_web
from tenants.sample import presence


@click.command
@told
def serve(config: Config) -> None:
    """Serve the web."""
    config.demand_safety()
    presence.demand_absence(config)
    serve_web(config)

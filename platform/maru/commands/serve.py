"""`maru serve`."""

import click

import maru.app  # noqa: F401  # loaded before the processes part, and so shared by them
from maru.commands import told
from maru.config import Config
from maru.serving import serve as serve_web


@click.command
@told
def serve(config: Config) -> None:
    """Serve the web."""
    serve_web(config)

"""`maru worker`."""

import click

from maru import logs
from maru.commands import told
from maru.config import Config
from maru.worker import run_worker
from tenants.attendance import ledger  # noqa: F401  # registers its jobs


@click.command
@told
def worker(config: Config) -> None:
    """Run queued jobs."""
    logs.configure()
    run_worker(config)

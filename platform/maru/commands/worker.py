"""`maru worker`."""

import os

import click
import structlog

from auth.access_log import sealing, standing  # noqa: F401  # register their rounds and a job
from auth.account import watching  # noqa: F401  # registers its round, declares its kind
from auth.approvals import messages as approval_messages  # noqa: F401  # declares its kinds
from auth.breaches import messages as breach_messages  # noqa: F401  # declares its kinds
from auth.consents import messages as consent_messages  # noqa: F401  # declares its kind
from auth.consents import service as consents  # noqa: F401  # registers its round
from auth.families import messages as family_messages  # noqa: F401  # declares its kinds
from auth.families import proofs  # noqa: F401  # registers its jobs
from auth.joining import accounts as joining  # noqa: F401  # registers its jobs
from auth.merging import finding  # noqa: F401  # registers its round
from auth.merging import messages as merging_messages  # noqa: F401  # declares its kinds
from auth.messages import delivery  # noqa: F401  # registers its rounds
from auth.residence import desk, sharing  # noqa: F401  # declare their kinds, register a job
from auth.rights import exporting  # noqa: F401  # registers its rounds, declares its kinds
from auth.roles import accounts, cities, keeping  # noqa: F401  # register their jobs
from auth.sessions import ending, shut  # noqa: F401  # register what they do
from auth.verification import messages as verification_messages  # noqa: F401  # declares its kind
from contentlib.adoptions import telling  # noqa: F401  # registers its jobs and its round
from contentlib.catalogues import service as catalogues  # noqa: F401  # registers its job
from contentlib.items import service as library  # noqa: F401  # registers the jobs of its media
from contentlib.items import several  # noqa: F401  # registers its job, and those of the media
from contentlib.uploads import sweeping  # noqa: F401  # registers its job
from maru import logs, metrics
from maru.commands import told
from maru.config import Config
from maru.mail import mail_of
from maru.worker import run_worker
from records.destruction import outside  # noqa: F401  # registers its round
from records.destruction import service as destruction  # noqa: F401  # registers its job
from records.insights import service as insights  # noqa: F401  # registers its round
from tenants.attendance import ledger  # noqa: F401  # registers its jobs
from tenants.domains import service as domains  # noqa: F401  # registers its jobs, declares its kinds
from tenants.enrolments import messages  # noqa: F401  # declares its kinds
from tenants.groups import service as groups  # noqa: F401  # registers its job
from tenants.imports import service as imports  # noqa: F401  # registers its job
from tenants.leaving import service as leaving  # noqa: F401  # registers its jobs
from tenants.opendata import service as opendata  # noqa: F401  # registers its round
from tenants.questions import messages as question_messages  # noqa: F401  # declares its kind
from tenants.reminders import service as reminders  # noqa: F401  # registers its round, declares its kind
from tenants.sample import items  # noqa: F401  # registers the jobs that make the sample's films
from tenants.sites import letterhead  # noqa: F401  # says who writes


@click.command
@told
def worker(config: Config) -> None:
    """Run queued jobs. `MARU_METRICS_PORT` names a port for figures, `MARU_BIND` its address."""
    config.demand_safety()
    logs.configure()
    port = os.environ.get("MARU_METRICS_PORT")
    if port or config.development:  # where nobody would read them, no figures are kept
        metrics.prepare(config, metrics.WORKER)
    if port:
        metrics.serve(config, [metrics.WORKER], int(port), os.environ.get("MARU_BIND", "127.0.0.1"))
    if mail_of(config) is None:
        structlog.get_logger().warning("messages are off: MAIL_URL is not set, and nobody is written to")
    run_worker(config)

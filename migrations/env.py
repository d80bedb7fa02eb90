"""Runs the migrations: one transaction each, never waiting long for a lock, never two runs at a time."""

import sys
from pathlib import Path

import sqlalchemy as sa
from alembic import context

from maru.config import Config

sys.path.insert(0, str(Path(__file__).parent))

MIGRATION_LOCK = 0x6D617275
"""Advisory lock key: the letters `maru`."""


def run(connection: sa.Connection) -> None:
    connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
    connection.execute(sa.text("SET lock_timeout = '4s'"))
    connection.execute(sa.text("SET statement_timeout = '60s'"))
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = sa.create_engine(sa.make_url(Config.load().database_url).set(drivername="postgresql+psycopg"))
    with engine.connect() as opened:
        run(opened)

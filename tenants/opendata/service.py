"""Making the files at night, and finding the last ones."""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from maru import jobs
from maru.db import session
from maru.jobs import every
from maru.tenancy import SERVED, Tenant
from maru.web import dates
from tenants.catalogue.conditions import WITH_SEATS
from tenants.catalogue.models import Listing, Seats
from tenants.courses.standard_file.columns import COLUMNS
from tenants.courses.standard_file.writing import written_row
from tenants.opendata.models import OpenDataFile
from tenants.opendata.records import record_of

FIRST_HOUR = 3
"""In Seoul: from then on the night's file is made."""
KEPT = timedelta(days=7)
AT_ONCE = 1000
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
ONE_AT_A_TIME = sa.text("SELECT pg_try_advisory_xact_lock(hashtext('open-data'))")


@dataclass
class Tally:
    """What went into the files."""

    counts: Counter[str] = field(default_factory=Counter)
    left_out: int = 0


def latest() -> Sequence[OpenDataFile]:
    """The files of the last night that has any, CSV first."""
    night = sa.select(sa.func.max(OpenDataFile.day)).scalar_subquery()
    files = sa.select(OpenDataFile).where(OpenDataFile.day == night).order_by(OpenDataFile.format)
    return session().scalars(files).all()


def address(file: OpenDataFile, storage: Any) -> str:
    """Where a file is fetched, for the next minutes."""
    return str(storage.url(file.key, timedelta(minutes=10), TYPES[file.format]))


@every("opendata.make", seconds=600)
def make_tonight() -> None:
    """Make the night's files unless they are there, and drop those that are old; one worker of all does it."""
    now = datetime.now(UTC)
    with jobs.tools().transaction():
        days = set(session().scalars(sa.select(OpenDataFile.day)))
        due = dates.today(now) not in days and (dates.in_seoul(now).hour >= FIRST_HOUR or not days)
        if due and session().scalars(ONE_AT_A_TIME).one():
            make(dates.today(now))
            drop_old(dates.today(now))


def make(day: date) -> None:
    """Write the courses of all live cities that end this year or later, and keep them in the store."""
    with TemporaryDirectory() as folder, ExitStack() as opened:
        paths = {kind: Path(folder) / f"courses.{kind}" for kind in TYPES}
        table = opened.enter_context(paths["csv"].open("w", encoding="utf-8-sig", newline=""))
        listed = opened.enter_context(paths["json"].open("w", encoding="utf-8"))
        tally = _write(day, table, listed)
        opened.close()
        for kind, path in paths.items():
            key = f"open-data/{day}/{path.name}"
            jobs.tools().storage.put_file(key, path, TYPES[kind])
            counted = {"courses": tally.counts.total(), "left_out": tally.left_out, "counts": dict(tally.counts)}
            size = path.stat().st_size
            session().add(OpenDataFile(day=day, format=kind, key=key, bytes=size, sha256=_digest(path), **counted))
        session().flush()


def _write(day: date, table: io.TextIOBase, listed: io.TextIOBase) -> Tally:
    """Row by row, so that a province's file needs no more memory than a city's."""
    tally, writer = Tally(), csv.writer(table)
    writer.writerow(column.heading for column in COLUMNS)
    head = {"made_on": day.isoformat(), "licence": "KOGL-1", "columns": [column.heading for column in COLUMNS]}
    listed.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "courses": [')
    for row in _public(day):
        record = record_of(row)
        if record is None:
            tally.left_out += 1
            continue
        cells = written_row(record)
        writer.writerow(cells)
        said = {"시군": row.city, "시군코드": row.region_code, **dict(zip(head["columns"], cells, strict=True))}
        listed.write(("," if tally.counts else "") + "\n" + json.dumps(said, ensure_ascii=False))
        tally.counts[row.slug] += 1
    listed.write("\n]}\n")
    return tally


def _public(day: date) -> Iterator[Any]:
    columns = [column for column in Listing.__table__.columns if column.name not in ("search", "meetings")]
    rows = (
        sa.select(*columns, Seats.capacity, Tenant.slug, Tenant.name_ko.label("city"), Tenant.region_code)
        .join(Seats, WITH_SEATS)
        .join(Tenant, Tenant.id == Listing.tenant_id)
        .where(Tenant.state.in_(SERVED), Listing.cancelled_at.is_(None), Listing.ends_on >= day.replace(month=1, day=1))
        .order_by(Tenant.region_code, Listing.starts_on, Listing.run_id)
    )
    return iter(session().execute(rows, execution_options={"yield_per": AT_ONCE}))


def drop_old(today: date) -> None:
    """Forget files that were kept long enough."""
    old = session().scalars(sa.select(OpenDataFile).where(OpenDataFile.day < today - KEPT)).all()
    jobs.tools().storage.delete([file.key for file in old])
    for file in old:
        session().delete(file)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

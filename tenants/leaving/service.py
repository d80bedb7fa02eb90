"""Asking for the archive of a city, making it, handing it out for a time, and removing it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import INET, insert

from auth.approvals import service as approvals
from auth.approvals.kinds import Kind, declare
from auth.approvals.models import Approval
from maru import forms, tenancy
from maru.db import Database, session
from maru.errors import N_, NotFound, Refused
from maru.jobs import every, job, tools
from maru.limits import limit
from maru.storage import Storage
from maru.tenancy import Tenant
from maru.web import dates
from tenants.leaving import archive
from tenants.leaving.models import TenantExport, TenantFiles

TASK = N_("시군 자료 모두 내려받기")
FIELDS = [N_("이름"), N_("생년월일"), N_("전화번호"), N_("이메일"), N_("신청과 출석, 수료 기록")]
LINK_LIVES = timedelta(minutes=10)
LONGEST_PURPOSE = 500


def ask(tenant: UUID, purpose: str, address: str | None, request_id: str | None) -> UUID:
    """Have everything of a city gathered; everybody in it finds the look in their access log. Raises Invalid."""
    asked = note(tenant, _stated(purpose), address, request_id)
    make_archive.later_in(tenant, asked)
    return asked


def request(city: Tenant, purpose: str) -> UUID:
    """Ask that a second person of the province approves it. Raises Invalid."""
    return approvals.ask(ARCHIVE, _stated(purpose), [city.id], {"slug": city.slug})


def _stated(purpose: str) -> str:
    missing = N_("왜 내려받는지 적어 주세요. 자료에 든 모든 분의 열람 기록에 남습니다.")
    return forms.purpose("purpose", purpose, LONGEST_PURPOSE, missing)


def _describe(asked: Approval) -> list[tuple[str, str]]:
    city = tenancy.get(asked.subjects[0])
    return [
        (_("시군"), f"{city.name_ko} ({city.slug})"),
        (_("담기는 것"), _("이 시군의 모든 자료, 주민의 이름과 연락처")),
    ]


ARCHIVE = declare(
    Kind(
        "cities.export",
        N_("시군의 모든 자료 내려받기"),
        "province-approvals:decide",
        {"ko": "시군의 모든 자료 내려받기", "en": "Downloading all data of a city"},
        _describe,
        take="/province/cities/{slug}/exports/approved/{id}",
        hand=N_("자료 모으기"),
    )
)


def note(tenant: UUID, purpose: str, address: str | None = None, request_id: str | None = None) -> UUID:
    """Write down that a city's rows are taken out, in the access log of everybody in them too; in the province's scope."""
    fields = sa.cast(FIELDS, sa.ARRAY(sa.Text))
    noted = sa.func.engine.ask_export(tenant, purpose, TASK, fields, sa.cast(address, INET), request_id)
    asked: UUID = session().execute(sa.select(noted)).scalar_one()
    return asked


def written(export: UUID, made: archive.Made) -> None:
    """Note that a command has written an archive that was noted; in the province's scope."""
    now = datetime.now(UTC)
    _update(export, state="written", progress=100, ready_at=now, bytes=made.bytes, sha256=made.sha256)


def exports(tenant: UUID) -> Sequence[TenantExport]:
    """The archives that were asked for, the latest first."""
    asked = sa.select(TenantExport).where(TenantExport.tenant_id == tenant).order_by(TenantExport.id.desc())
    return session().scalars(asked).all()


def take(tenant: UUID, export: UUID, storage: Storage) -> str:
    """A signed address of a finished archive, good for ten minutes; how often it was taken is counted."""
    found = session().get(TenantExport, (tenant, export), with_for_update=True)
    if found is None:
        raise NotFound(N_("찾으시는 자료가 없습니다."))
    if found.state != "ready" or found.kept_until is None or found.kept_until < datetime.now(UTC):
        raise Refused(N_("지금은 내려받을 수 없는 자료입니다. 다시 모아 주세요."), slug="export-not-ready")
    found.taken += 1
    session().flush()
    city = session().get_one(Tenant, tenant)
    name = f"{city.name_ko} 자료 {dates.in_seoul(found.asked_at):%Y-%m-%d}.zip"
    return storage.url(found.key, LINK_LIVES, "application/zip", save_as=name)


@job("leaving.make_archive", long=True)
def make_archive(export: UUID) -> None:
    """Gather everything of the job's city into one archive, and keep it for a time."""
    tenant = _set(export, state="making", progress=0)
    if tenant is None:
        return
    config, storage = tools().config, tools().storage
    database = Database(config.database_app_url, size=1)
    try:
        with TemporaryDirectory(prefix="maru-leaving-") as folder:
            path = Path(folder) / "archive.zip"
            made = archive.write(database, storage, tenant, path, lambda done: _told(export, done))
            storage.put_file(f"exports/{tenant}/{export}.zip", path, "application/zip")
        _keep(export, made)
        weigh()
    except Exception:
        _set(export, state="failed")
        raise
    finally:
        database.engine.dispose()


def _keep(export: UUID, made: archive.Made) -> None:
    with tools().transaction():
        now = datetime.now(UTC)
        until = now + timedelta(days=limit("export-days"))
        values = {"state": "ready", "progress": 100, "ready_at": now, "kept_until": until}
        _update(export, **values, bytes=made.bytes, sha256=made.sha256)


@every("leaving.remove_archives", seconds=600)
def remove_archives() -> None:
    """Remove the archives whose time is over; that they were made stays known."""
    over = sa.select(TenantExport).where(TenantExport.state == "ready", TenantExport.kept_until < sa.func.now())
    with tools().transaction():
        for found in session().scalars(over.with_for_update(skip_locked=True)):
            tools().storage.delete([found.key])
            found.state = "removed"


@job("leaving.weigh_all", daily=True)
def weigh_all() -> None:
    """Have the files of every city weighed."""
    for city in tenancy.every():
        weigh.later_in(city.id)


@job("leaving.weigh", long=True, idle=True)
def weigh() -> None:
    """Count the files of the job's city and what they weigh."""
    with tools().transaction():
        tenant: UUID = session().execute(sa.select(sa.func.walls.tenant())).scalar_one()
    sizes = [size for _key, size in archive.files_of(tools().storage, tenant)]
    values = {"files": len(sizes), "bytes": sum(sizes), "measured_at": datetime.now(UTC)}
    with tools().transaction():
        session().execute(
            insert(TenantFiles)
            .values(tenant_id=tenant, **values)
            .on_conflict_do_update(index_elements=[TenantFiles.tenant_id], set_=values)
        )


def _told(export: UUID, done: int) -> None:
    _set(export, progress=done)


def _set(export: UUID, **values: object) -> UUID | None:
    with tools().transaction():
        return _update(export, **values)


def _update(export: UUID, **values: object) -> UUID | None:
    """Gives the city of the archive."""
    return session().scalar(
        sa.update(TenantExport).where(TenantExport.id == export).values(**values).returning(TenantExport.tenant_id)
    )

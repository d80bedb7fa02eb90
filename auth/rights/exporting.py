"""The file of everything about a person: made by a round of the worker, kept for days, taken by the person alone (PRV 7.3)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import sqlalchemy as sa
import structlog

from auth.people import service as people
from auth.people.service import belongs
from auth.rights import archive
from auth.rights import service as rights
from auth.rights.archive import Made
from auth.rights.messages import FILE
from auth.rights.models import PersonExport, RightsRequest
from maru import jobs
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused
from maru.jobs import every
from maru.limits import limit
from maru.storage import Storage
from maru.web import dates

LINK_LIVES = timedelta(minutes=10)
AGAIN = timedelta(minutes=10)
"""After a file could not be made, it is tried again; a worker that was killed leaves one that is taken up as late."""
MOST_ATTEMPTS = 20
NOT_SEEN = N_("오신 분의 신분증이나 대리인의 서류를 보신 다음에 표시해 주세요.")
log = structlog.get_logger()


def of(request: UUID) -> PersonExport | None:
    """The file of a request, as far as it is."""
    return session().scalar(sa.select(PersonExport).where(PersonExport.request_id == request))


def at_the_desk(person: UUID) -> Sequence[tuple[RightsRequest, PersonExport]]:
    """Files of somebody of this city that were asked for at a desk and can be handed over now."""
    ready = (
        sa.select(RightsRequest, PersonExport)
        .join(PersonExport, PersonExport.request_id == RightsRequest.id)
        .where(belongs(RightsRequest.person_id, person), RightsRequest.channel != "web")
        .where(PersonExport.state == "ready", PersonExport.kept_until > sa.func.now())
    )
    return [(row[0], row[1]) for row in session().execute(ready.order_by(RightsRequest.id.desc()))]


def hand_over(request: UUID, person: UUID, clerk: UUID, storage: Storage, *, seen: bool) -> str:
    """A clerk hands the file to `person`, who asked at a desk, after looking at a document: its address, as `take` gives it.

    For people whom no message reaches or who do not sign in. That it was handed over is kept. Raises NotFound, Invalid,
    Refused.
    """
    asked = sa.select(RightsRequest).where(RightsRequest.id == request, RightsRequest.channel != "web")
    found = session().scalar(asked.where(belongs(RightsRequest.person_id, person)))
    if found is None:
        raise NotFound(rights.GONE)
    if not seen:
        raise Invalid(NOT_SEEN, {"seen_paper": NOT_SEEN})
    return _handed(found, storage, "handed", clerk)


def take(request: RightsRequest, person: UUID, storage: Storage) -> str:
    """A signed address of the signed-in person's own file, good for ten minutes; that it was taken is kept."""
    return _handed(request, storage, "taken", person)


def _handed(request: RightsRequest, storage: Storage, step: str, actor: UUID) -> str:
    found = session().scalar(
        sa.select(PersonExport).where(PersonExport.request_id == request.id).with_for_update()
    )  # fmt: skip
    if found is None or found.state != "ready" or found.kept_until is None or found.kept_until < datetime.now(UTC):
        raise Refused(
            N_("지금은 내려받을 수 없는 파일입니다. 기간이 지났으면 다시 요구해 주세요."), slug="file-not-ready"
        )
    found.taken += 1
    session().flush()
    rights.note(request, step, actor=actor)
    name = f"내 정보 {dates.in_seoul(found.made_at or datetime.now(UTC)):%Y-%m-%d}.zip"
    return storage.url(found.key, LINK_LIVES, "application/zip", save_as=name)


@every("rights.make_files", seconds=5)
def make_files() -> None:
    """Make the files that are waited for, one after the other."""
    while not jobs.tools().stopping():
        with jobs.tools().transaction():
            begun = _begin()
        if begun is None:
            return
        export, person = begun
        try:
            made = _make(export, person)
        except Exception:
            log.warning("file of a person not made", export=str(export), exc_info=True)
            continue
        with jobs.tools().transaction():
            _keep(export, made)


@every("rights.remove_files", seconds=600)
def remove_files() -> None:
    """Remove the files whose days are over; that they were made stays known."""
    over = sa.select(PersonExport).where(PersonExport.state == "ready", PersonExport.kept_until < sa.func.now())
    with jobs.tools().transaction():
        for found in session().scalars(over.with_for_update(skip_locked=True)).all():
            jobs.tools().storage.delete([found.key])
            found.state = "removed"
            rights.note(rights.get(found.request_id), "removed")


def _begin() -> tuple[UUID, UUID] | None:
    """Take up the next file to make: export and person. What fails too often stays with the officer."""
    again = sa.and_(
        PersonExport.state == "making",
        PersonExport.tried_at < datetime.now(UTC) - AGAIN,
        PersonExport.attempts < MOST_ATTEMPTS,
    )
    found = session().scalar(sa.select(PersonExport).where(again).limit(1).with_for_update(skip_locked=True))
    if found is None:
        waiting = sa.select(RightsRequest).where(
            RightsRequest.kind.in_(rights.FILES),
            RightsRequest.state == "waiting",
            ~sa.exists().where(PersonExport.request_id == RightsRequest.id),
        )
        request = session().scalar(waiting.order_by(RightsRequest.id).limit(1).with_for_update(skip_locked=True))
        if request is None:
            return None
        found = PersonExport(person_id=request.person_id, request_id=request.id)
        session().add(found)
    found.attempts, found.tried_at = (found.attempts or 0) + 1, datetime.now(UTC)
    session().flush()
    return found.id, found.person_id


def _make(export: UUID, person: UUID) -> Made:
    storage = jobs.tools().storage
    with jobs.tools().transaction():
        in_use = people.in_use(person)
    with TemporaryDirectory(prefix="maru-person-") as folder:
        path = Path(folder) / "mine.zip"
        with jobs.tools().transaction(person=in_use):
            gathered = archive.gather(in_use)
        made = archive.write(gathered, storage, path)
        storage.put_file(f"rights/{person}/{export}.zip", path, "application/zip")
    return made


def _keep(export: UUID, made: Made) -> None:
    found = session().get_one(PersonExport, export, with_for_update=True)
    now = datetime.now(UTC)
    until = now + timedelta(days=limit("rights-file-days"))
    found.state, found.bytes, found.sha256, found.made_at, found.kept_until = (
        "ready",
        made.bytes,
        made.sha256,
        now,
        until,
    )
    session().flush()
    request = rights.get(found.request_id, hold=True)
    if request.state == "waiting":
        rights.complete(request, "")
    language = rights.who_asks(request).language
    rights.note(request, "file", FILE, due=dates.document_day(dates.in_seoul(until).date(), language))

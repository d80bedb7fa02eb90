"""One archive of everything of a city: its rows as JSON lines, its files, and a manifest with a checksum of each."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import Database, Scope, session
from maru.storage import Storage
from maru.tenancy import Tenant

FORMAT = 1
COLUMNS = sa.text("""
    SELECT c.relname::text AS name, array_agg(quote_ident(a.attname) ORDER BY a.attnum) AS columns,
           jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) AS types,
           (SELECT array_agg(DISTINCT pg_get_constraintdef(k.oid)) FROM pg_constraint k
            WHERE k.conrelid = c.oid AND k.contype IN ('p', 'f')) AS keys
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = '' AND has_column_privilege(c.oid, a.attnum, 'SELECT')
    GROUP BY c.oid, c.relname
    HAVING 'tenant_id' = ANY (array_agg(a.attname::text)) OR c.relname = 'tenants'
    ORDER BY c.relname
""")
"""What the database itself says has rows of cities, so that no new table is forgotten; what is computed is left out."""
PEOPLE = """
    SELECT id, name, birth_date, email, phone FROM people WHERE id IN (
        SELECT person_id FROM applications WHERE tenant_id = :tenant
        UNION SELECT person_id FROM role_grants WHERE tenant_id = :tenant
        UNION SELECT person_id FROM questions WHERE tenant_id = :tenant)
"""
"""Whoever the city's staff may know by name."""
READERS = (Scope.STAFF, Scope.JOB)
"""A city's rows are open to its staff or to its jobs; the archive takes what those who see more of a table see."""
OWN_FOLDER = "exports"
README = """\
{city} - 마루에서 내려받은 모든 자료 / everything that Maru keeps of this city

tables/*.jsonl  표마다 한 파일, 한 줄에 한 행(JSON, UTF-8). One file a table, one row a line.
files/          보관하던 파일(수료증 등). Files as they were kept.
manifest.json   모든 파일의 크기와 SHA-256, 표마다 칸의 자료형과 표를 잇는 열쇠(PostgreSQL).
                Size and SHA-256 of every file; of every table the types of its columns and its keys.

때는 모두 시간대가 붙은 ISO 8601이고, 파일 같은 이진 자료는 \\x로 시작하는 16진수입니다. person_id의 이름은 people.jsonl에 있습니다.
거기 없는 분은 이 시군이 이름을 볼 수 없던 분입니다(도의 콘텐츠만 본 분, 도 담당자).
Times are ISO 8601 with their zone, binary values hexadecimal behind \\x. The name of a person_id stands in people.jsonl; who is
not there was never known to this city by name.

주민의 학습 이력은 경기도에 그대로 남아 있습니다. 여기 있는 것은 사본입니다.
The histories of the residents stay with the province; what is here is a copy.
"""
Told = Callable[[int], None]
"""Is told how many percent are done."""


@dataclass(frozen=True)
class Made:
    """A finished archive on this machine's disk."""

    bytes: int
    sha256: str


def write(database: Database, storage: Storage, tenant: UUID, path: Path, told: Told) -> Made:
    """Write the archive of a city to `path`. Its rows are read table by table: who wants one moment suspends it first."""
    entries: list[dict[str, Any]] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with database.transaction(Scope.STAFF, tenant=tenant):
            city = session().get_one(Tenant, tenant)
            tables = {row.name: row for row in session().execute(COLUMNS)}
        queries = {"people": PEOPLE} | {name: _query(name, row.columns) for name, row in tables.items()}
        for number, (name, query) in enumerate(queries.items(), start=1):
            shape = {"columns": tables[name].types, "keys": tables[name].keys or []} if name in tables else {}
            entries.append(_table(archive, database, tenant, name, query) | shape)
            told(50 * number // len(queries))
        for number, key in enumerate(keys := [key for key, _size in files_of(storage, tenant)], start=1):
            entries.append(_file(archive, storage, key))
            told(50 + 49 * number // len(keys))
        about = {"format": FORMAT, "tenant": str(tenant), "slug": city.slug, "name": city.name_ko}
        manifest = about | {"finished_at": datetime.now(UTC).isoformat(), "entries": entries}
        archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
        archive.writestr("README.txt", README.format(city=city.name_ko))
    with path.open("rb") as finished:
        return Made(path.stat().st_size, hashlib.file_digest(finished, "sha256").hexdigest())


def files_of(storage: Storage, tenant: UUID) -> Iterator[tuple[str, int]]:
    """Key and size of every file of a city: whatever lies in a folder of its own below any folder of the store."""
    for folder in storage.folders():
        if folder != OWN_FOLDER:
            yield from storage.under(f"{folder}/{tenant}/")


def _query(name: str, columns: list[str]) -> str:
    key = "id" if name == "tenants" else "tenant_id"
    return f"SELECT {', '.join(columns)} FROM {name} WHERE {key} = :tenant"  # noqa: S608  # names of the catalogue


def _table(archive: zipfile.ZipFile, database: Database, tenant: UUID, name: str, query: str) -> dict[str, Any]:
    reader = max(READERS, key=lambda scope: _count(database, scope, tenant, query))
    lines = sa.text(f"SELECT to_jsonb(r)::text AS line FROM ({query}) r").execution_options(yield_per=1000)  # noqa: S608
    entry, digest, rows, size = f"tables/{name}.jsonl", hashlib.sha256(), 0, 0
    with archive.open(entry, "w", force_zip64=True) as file, database.transaction(reader, tenant=tenant):
        for line in session().scalars(lines, {"tenant": tenant}):
            written = f"{line}\n".encode()
            file.write(written)
            digest.update(written)
            rows, size = rows + 1, size + len(written)
    return {"name": entry, "rows": rows, "bytes": size, "sha256": digest.hexdigest()}


def _count(database: Database, scope: Scope, tenant: UUID, query: str) -> int:
    with database.transaction(scope, tenant=tenant):
        counted = session().scalar(sa.text(f"SELECT count(*) FROM ({query}) r"), {"tenant": tenant})  # noqa: S608
        return int(counted or 0)


def _file(archive: zipfile.ZipFile, storage: Storage, key: str) -> dict[str, Any]:
    entry = f"files/{key}"
    with TemporaryDirectory(prefix="maru-file-") as folder:
        path = Path(folder) / "file"
        storage.get_file(key, path)
        archive.write(path, entry, zipfile.ZIP_STORED)
        with path.open("rb") as file:
            return {
                "name": entry,
                "bytes": path.stat().st_size,
                "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
            }

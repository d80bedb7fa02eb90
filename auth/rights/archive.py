"""Everything that the platform has about one person, in one archive: JSON for machines, a page to read, and their files.

Which tables there are is asked of the database itself, by the keys that point at people: none is forgotten.
"""

import hashlib
import html
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.rights.titles import COLUMNS, TABLES
from maru.db import session
from maru.storage import Storage
from maru.tenancy import Tenant
from maru.web import dates

FORMAT = 1
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$")
KEYS = sa.text("""
    SELECT c.relname::text AS name, a.attname::text AS column
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'f' AND k.confrelid = 'public.people'::regclass AND cardinality(k.conkey) = 1
    UNION ALL SELECT 'people', 'id' ORDER BY 1, 2
""")
ROWS = sa.text("SELECT engine.rows_about(:person, :name, :column)")
SECRET = frozenset(
    {"token_hash", "binding", "id_token", "identity_session", "idempotency_key", "city_binding", "code_verifier"}
    | {"ci_hash", "ci_sealed", "old_hash", "number_hash", "secret_hash", "code_hash"}
)
"""What would let somebody in, and says nothing about the person."""
COURSES = sa.text("SELECT run_id, title FROM listings WHERE run_id = ANY (CAST(:runs AS uuid[]))")
README = """\
내 정보 모두 - 경기도 평생학습 마루 / Everything about me - Maru

mine.html    읽기 쉬운 쪽. A page to read.
mine.json    프로그램이 읽는 파일(JSON, UTF-8). 표마다 행이 모두 들어 있습니다. The same for programs, table by table.
files/       수료증처럼 보관하던 파일. Files that were kept, such as certificates.

때는 모두 시간대가 붙은 ISO 8601입니다. 다른 사람을 가리키는 칸(담당자)은 비웠고, 로그인 열쇠처럼 나를 말하지 않는 비밀은 뺐습니다.
‘work’는 담당자로 일하며 남긴 행의 수입니다. 비밀번호는 로그인 서버에만 되돌릴 수 없는 꼴로 있어 넣을 수 없습니다.
Times are ISO 8601 with their zone. Columns that name others (staff) are empty, keys of sessions are left out. "work" counts the rows
that somebody made as staff. Passwords exist at the sign-in server alone, in a form that cannot be read back.

이 파일은 암호로 잠겨 있지 않습니다. 여러 사람이 쓰는 컴퓨터에 두지 마세요. This file is not encrypted: do not leave it on a shared computer.
"""
Rows = list[dict[str, Any]]


@dataclass
class Gathered:
    """Rows by table, counts of what the person did as staff by table and column, and the keys of their files."""

    person: UUID
    rows: dict[str, Rows] = field(default_factory=dict)
    work: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Made:
    """A finished archive on this machine's disk."""

    bytes: int
    sha256: str


def is_work(column: str) -> bool:
    """Whether a column names who did something, and not whom a row is about: what staff write concerns others."""
    return column.endswith("_by") or column == "actor_id"


def is_shown(column: str) -> bool:
    """Whether the page to read has a line for a column; the file for programs has all of them but the secrets."""
    return not (column == "id" or column.endswith("_id") or is_work(column) or column in SECRET)


def gather(person: UUID) -> Gathered:
    """Read everything, in a transaction of a job for that person."""
    gathered, names = Gathered(person), {str(city.id): city.name_ko for city in session().scalars(sa.select(Tenant))}
    columns: dict[str, list[str]] = {}
    for key in session().execute(KEYS):
        columns.setdefault(key.name, []).append(key.column)
    for table, keys in columns.items():
        for column in keys:
            found = session().scalars(ROWS, {"person": person, "name": table, "column": column}).all()
            if is_work(column):
                gathered.work |= {f"{table}.{column}": len(found)} if found else {}
            elif found:
                gathered.rows.setdefault(table, []).extend(_own(row, keys, person, names) for row in found)
    _name_courses(gathered)
    gathered.files = [
        row["file_key"] for rows in gathered.rows.values() for row in rows if row.get("file_key")
    ]  # fmt: skip
    return gathered


def write(gathered: Gathered, storage: Storage, path: Path) -> Made:
    """Write the archive; the files come from the object store one by one."""
    said = {
        "format": FORMAT,
        "person": str(gathered.person),
        "made_at": datetime.now(UTC).isoformat(),
        "tables": gathered.rows,
        "work": gathered.work,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, TemporaryDirectory(prefix="maru-file-") as folder:
        archive.writestr("README.txt", README)
        archive.writestr("mine.json", json.dumps(said, ensure_ascii=False, indent=1, default=str))
        archive.writestr("mine.html", page(gathered))
        for key in gathered.files:
            storage.get_file(key, kept := Path(folder) / "file")
            archive.write(kept, f"files/{key.rsplit('/', 1)[-1]}", zipfile.ZIP_STORED)
    with path.open("rb") as finished:
        return Made(path.stat().st_size, hashlib.file_digest(finished, "sha256").hexdigest())


def _name_courses(gathered: Gathered) -> None:
    """Say beside the number of each run which course it is, as far as everybody may read it."""
    named = [row for rows in gathered.rows.values() for row in rows if row.get("run_id")]
    found = session().execute(COURSES, {"runs": list({row["run_id"] for row in named})})
    titles = {str(one.run_id): one.title for one in found}
    for row in named:
        row["course"] = titles.get(row["run_id"])


def page(gathered: Gathered) -> str:
    """The same to read, in Korean; it fetches nothing."""
    order = {name: number for number, name in enumerate(TABLES)}
    tables = sorted(gathered.rows.items(), key=lambda one: order.get(one[0], len(order)))
    parts = [_section(TABLES.get(table, table), rows) for table, rows in tables]
    style = (
        "body{font:17px/1.6 sans-serif;margin:2rem;max-width:70rem;color:#171a1f}table{border-collapse:collapse;width:100%}"
        "th,td{border:1px solid #c6cbd3;padding:.4rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
        "th{background:#f1f3f5;width:14rem}h2{margin-top:2.5rem}table+table{margin-top:1rem}"
    )
    return (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>내 정보 모두</title><style>{style}</style></head><body><h1>내 정보 모두</h1>"
        f"<p>{dates.document_day(dates.today(), 'ko')}에 마루가 가지고 있던 것입니다.</p>{''.join(parts)}</body></html>"
    )


def _section(title: str, rows: Rows) -> str:
    return f"<h2>{html.escape(title)} ({len(rows)})</h2>{''.join(map(_table, rows))}"


def _table(row: Mapping[str, Any]) -> str:
    lines = [
        f"<tr><th scope='row'>{html.escape(COLUMNS.get(name, name))}</th><td>{html.escape(_cell(value))}</td></tr>"
        for name, value in row.items()
        if value not in (None, "", [], {}) and is_shown(name)
    ]
    return f"<table>{''.join(lines)}</table>"


def _cell(value: Any) -> str:
    if isinstance(value, str) and INSTANT.match(value):
        return dates.staff_moment(datetime.fromisoformat(value), "ko")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "예" if value else "아니요"
    return str(value)


def _own(row: Mapping[str, Any], keys: Sequence[str], person: UUID, cities: Mapping[str, str]) -> dict[str, Any]:
    """A row without secrets and without the ids of others; with the name of the city that it belongs to."""
    others = {name for name in keys if row[name] != str(person)}
    said = {name: None if name in others else value for name, value in row.items() if name not in SECRET}
    return said | ({"tenant_name": cities[row["tenant_id"]]} if row.get("tenant_id") in cities else {})

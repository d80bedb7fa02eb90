"""Two cities with a resident and a member of staff each, and one row in every table.

Rows are made by the types of their columns; where a plain value breaks a rule of the table, it stands in `VALUES`.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, INET, INT4MULTIRANGE, JSONB, TSVECTOR

from auth.consents.wording import PARTS
from maru.db import Model
from maru.imports.report import OUTCOMES
from tests.tables import TABLES

BY_TYPE: Mapping[Any, Callable[[], Any]] = {
    INET: lambda: "203.0.113.7",
    DATERANGE: lambda: sa.text("'[2020-01-01,)'::daterange"),
    TSVECTOR: lambda: sa.text("'words'::tsvector"),
    JSONB: dict,
    ARRAY: lambda: ["words"],
    sa.Uuid: uuid4,
    sa.Boolean: lambda: False,
    sa.DateTime: lambda: datetime.now(UTC),
    sa.Date: lambda: date(2026, 11, 2),
    sa.LargeBinary: lambda: secrets.token_bytes(32),
    sa.Integer: lambda: 1,
    sa.Numeric: lambda: 1,
    INT4MULTIRANGE: lambda: sa.text("'{[0,9)}'::int4multirange"),
    sa.Text: lambda: f"words-{secrets.token_hex(6)}",
}
Rows = Mapping[str, Mapping[str, Any]]
REPORT = {"state": "done", "file": None, "totals": {"records": 1, **dict.fromkeys(OUTCOMES, 0)}}
VALUES: Mapping[str, Mapping[str, Any]] = {
    "regions": {"kind": "city"},
    "open_data_files": {"format": "csv"},
    "reminders": {"hours": 24},
    "region_centres": {"latitude": 37.4, "longitude": 127.1, "half": "south"},
    "residences": {"source": "declared"},
    "residence_proofs": {"paper": "register", "replaced": []},
    "role_grants": {"role": "instructor"},
    "applications": {"state": "placed"},
    "course_imports": REPORT,
    "group_imports": REPORT,
    "attendance": {"mark": "present"},
    "verifications": {"method": "agency", "agency": "기관"},
    "merges": {"approved_by": None, "ended_by": None},
    "likenesses": {"rule": "name-birth", "decided_by": None},
    "records": {"kind": "course"},
    "items": {"category": "01", "level": "first", "licence": "own", "state": "published", "version": 1},
    "item_versions": {"category": "01", "level": "first", "licence": "own", "seconds": 60},
    "published_items": {"seconds": 60},
    "library_imports": REPORT,
    "videos": {"state": "uploading"},
    "site_texts": {"kind": "privacy"},
    "captions": {"language": "ko", "dropped_at": None},
    "message_choices": {"channel": "email"},
    "representations": {
        "kind": "guardian",
        "method": "sms",
        "vouched_by": None,
        "may_apply": True,
        "only_in": None,
        "recorded_by": None,
        "recorded_in": None,
        "ended_by": None,
    },
    "helper_invitations": {"may_apply": True},
    "message_texts": {"language": "ko"},
    "tenant_changes": {"to_state": "live"},
    "account_requests": {"kind": "join", "language": "ko", "email": "house@example.kr", "name": "이도담"},
    "invitations": {"role": "instructor", "accepted_at": datetime(2026, 1, 1, tzinfo=UTC)},
    "approvals": {
        "expires_at": datetime(2100, 1, 1, tzinfo=UTC),
        "subjects": [uuid4()],
        "state": "withdrawn",
        "decided_at": datetime(2026, 1, 1, tzinfo=UTC),
    },
    "notices": {"published_at": datetime(2026, 1, 1, tzinfo=UTC)},
    "questions": {
        "title": "문의",
        "body": "글",
        "may_be_public": True,
        "answer": "답",
        "answered_at": datetime.now(UTC),
    },
    "consents": dict.fromkeys(("recorded_by", "recorded_in", "withdrawn_by", "withdrawn_in")),
    "rights_requests": {
        "kind": "correction",
        "words": "글",
        "recorded_by": None,
        "received_on": date(2026, 11, 2),
        "due_on": date(2026, 11, 12),
    },
    "breach_notices": {"shown_until": date(2126, 11, 2)},
    "rights_steps": {"kind": "received"},
    "person_exports": {"state": "removed"},
    "fates": {"fate": "scheduled", "valid": sa.text("'[1990-01-01,1990-01-02)'::daterange")},
    "removals": {"kind": "file", "what": None, "removed_at": datetime(2026, 1, 1, tzinfo=UTC)},
    "destruction_runs": {"confirmed_at": datetime(2026, 1, 1, tzinfo=UTC)},
    "consent_texts": {
        "kind": "marketing",
        "version": "2026-11-02",
        "in_force_on": date(2026, 11, 2),
        "text_hash": "0" * 64,
        "words": {language: dict.fromkeys(PARTS, "글") for language in ("ko", "en")},
        "published_at": datetime(2026, 1, 1, tzinfo=UTC),
    },
    "faqs": {"category": "other", "published": True},
    "banners": {"published_at": datetime(2026, 1, 1, tzinfo=UTC), "link": "/courses"},
}
DERIVED: Mapping[str, Callable[[Rows], Mapping[str, Any]]] = {
    "consent_texts": lambda _: {"purpose": f"marketing-{secrets.token_hex(6)}"},
    "tenants": lambda _: {"region_code": secrets.token_hex(4)},
    "open_data_files": lambda _: {"day": date.fromordinal(738_000 + secrets.randbelow(9_000))},
    "tenant_hosts": lambda rows: {"host": f"{rows['tenants']['slug']}.example"},
    "access_log_seals": lambda _: {
        "number": 10**9 + secrets.randbelow(10**9),
        "first_place": 10**9 + secrets.randbelow(10**9),
    },
    "access_log_checks": lambda _: {"breaks": 0, "first_break": ""},
    "access_log_places": lambda _: {"place": 10**9 + secrets.randbelow(10**9)},
    "merges": lambda rows: {"kept_id": rows["people"]["id"]},
    "likenesses": lambda rows: {"person_id": rows["people"]["id"], "other_id": rows["merges"]["merged_id"]},
    "domain_claims": lambda rows: {"host": f"{rows['tenants']['slug']}.example"},
    "invitations": lambda _: {"email": f"{secrets.token_hex(6)}@example.kr"},
    "certificates": lambda rows: {
        "source_id": rows["applications"]["id"],
        "number": f"{rows['tenants']['region_code']}-2026-000001",
    },
    "records": lambda rows: {"source_id": rows["applications"]["id"], "tenant_name": rows["tenants"]["name_ko"]},
}
"""Values that differ between houses, or hang on another row of the house without a key that says so."""
LAST = ("certificates", "likenesses", "records")
APART = {"withdrawn_items": "items"}
"""Tables whose row is about another thing than the house's: what is published is not withdrawn."""


@dataclass
class House:
    """One city: `rows` has one row of each table, about the city, its resident, or both."""

    tenant: UUID
    person: UUID
    staff: UUID
    rows: dict[str, Mapping[str, Any]]


def build(connection: sa.Connection) -> House:
    """Make a house as somebody whom no wall stops."""
    people = Model.metadata.tables["people"]
    rows = {"people": _insert(connection, people, {})}
    staff = _insert(connection, people, {})["id"]
    for table in sorted(TABLES, key=lambda table: table.name in LAST):
        if table is not people:
            derived = DERIVED[table.name](rows) if table.name in DERIVED else {}
            around = rows | _apart(connection, table, rows, staff)
            rows[table.name] = _insert(connection, table, {**_keys(table, around, staff), **derived})
    return House(rows["tenants"]["id"], rows["people"]["id"], staff, rows)


def _apart(
    connection: sa.Connection, table: sa.Table, rows: Mapping[str, Mapping[str, Any]], staff: UUID
) -> dict[str, Mapping[str, Any]]:
    if table.name not in APART:
        return {}
    other = Model.metadata.tables[APART[table.name]]
    return {other.name: _insert(connection, other, _keys(other, rows, staff))}


def _insert(connection: sa.Connection, table: sa.Table, keys: Mapping[str, Any]) -> Mapping[str, Any]:
    given = {**keys, **VALUES.get(table.name, {})}
    needed = [one for one in table.columns if not one.nullable and one.server_default is None and one.name not in given]
    made = {column.name: _value(column) for column in needed}
    return dict(connection.execute(sa.insert(table).values({**made, **given}).returning(table)).mappings().one())


def _value(column: sa.Column[Any]) -> Any:
    for kind, make in BY_TYPE.items():
        if isinstance(column.type, kind):
            return make()
    raise LookupError(f"{column} has a type that tests/isolation/houses.py cannot fill")


def _keys(table: sa.Table, rows: Mapping[str, Mapping[str, Any]], staff: UUID) -> dict[str, Any]:
    """What foreign keys must hold: the resident in `person_id`, the staff wherever else a person is named."""
    keys: dict[str, Any] = {}
    for element in (key for constraint in table.foreign_key_constraints for key in constraint.elements):
        target, column = element.column.table.name, element.parent.name
        if target == "people":
            keys[column] = rows["people"]["id"] if column == "person_id" else staff
        elif target != table.name:
            keys[column] = rows[target][element.column.name]
    return keys

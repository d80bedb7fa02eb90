"""Every column says whether it holds personal data: `info={"personal": ...}`, or it stands in the list below."""

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, INET, JSONB

from tests.tables import TABLES, person_columns

TELLING = (sa.Text, sa.Date, sa.LargeBinary, ARRAY, DATERANGE, INET, JSONB)
"""Types that can say something about a person; keys, counts and instants of our own making do not."""
NOT_PERSONAL = {
    "people": {"language"},
    "residences": {"valid", "source", "verified_on"},
    "sessions": {"token_hash", "host", "identity_session"},
    "tickets": {"token_hash", "binding", "host", "return_to", "identity_session"},
    "role_grants": {"role"},
    "consents": {"purpose", "text_version"},
    "access_log": {"task", "purpose", "fields", "request_id"},
    "course_imports": {"filename", "totals", "rows"},
    "applications": {"state", "idempotency_key"},
    "attendance": {"mark"},
    "attendance_changes": {"mark_before", "mark_after"},
    "completions": {"completed_on"},
    "certificates": {
        "number", "code", "issued_on", "file_key", "file_sha256", "file_problem", "revoked_reason",
    },
    "records": {
        "tenant_name", "kind", "run_name", "category", "starts_on", "ends_on", "completed_on", "certificate_number",
        "reason", "ground",
    },
}  # fmt: skip
ABOUT_PEOPLE = [table for table in TABLES if person_columns(table)]


@pytest.mark.parametrize("table", ABOUT_PEOPLE, ids=str)
def test_every_telling_column_says_whether_it_is_personal(table: sa.Table) -> None:
    silent = {
        column.name for column in table.columns if isinstance(column.type, TELLING) and "personal" not in column.info
    }
    assert silent == NOT_PERSONAL.get(table.name, set())


@pytest.mark.parametrize("table", ABOUT_PEOPLE, ids=str)
def test_a_column_that_names_a_person_is_an_identifier(table: sa.Table) -> None:
    keys = [table.columns[name] for name in person_columns(table) if table.name != "people"]
    assert all(column.info.get("personal") == "identifier" for column in keys)


def test_the_rule_can_fail() -> None:
    planted = sa.Table("planted", sa.MetaData(), sa.Column("diary", sa.Text))
    with pytest.raises(AssertionError):
        test_every_telling_column_says_whether_it_is_personal(planted)

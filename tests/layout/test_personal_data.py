"""Every column says whether it holds personal data: `info={"personal": ...}`, or it stands in the list below."""

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, INET, JSONB

from tests.tables import TABLES, person_columns

DAYS = (sa.Date, DATERANGE)
TELLING = (*DAYS, sa.Text, sa.Numeric, sa.Boolean, sa.LargeBinary, ARRAY, INET, JSONB)
"""Types that can say something about a person; keys, counts and instants of our own making do not."""
NOT_PERSONAL = {
    "people": {"language", "represents"},
    "residences": {"source"},
    "verifications": {"method", "agency", "document"},
    "former_names": {"corrected"},
    "identity_corrections": {"document"},
    "cis": {"key_id", "agency"},
    "proof_requests": {"number_hash", "agency", "return_to"},
    "likenesses": {"rule", "decision"},
    "merges": {"reason", "by_person", "end_reason"},
    "residence_proofs": {"paper"},
    "sessions": {"token_hash", "host", "identity_session", "strong"},
    "tickets": {"token_hash", "binding", "host", "return_to", "identity_session", "strong"},
    "account_requests": {"kind", "language", "token_hash", "lettered", "problem"},
    "role_grants": {"role"},
    "city_visits": {"reason", "reference"},
    "approvals": {"kind", "reason", "details", "state", "answer"},
    "inquiries": {"purpose", "reference"},
    "breaches": {
        "title", "certain", "outside", "sensitive", "items", "happened", "advice", "measures", "relief", "contact",
    },
    "breach_steps": {"kind", "facts"},
    "removals": {"kind", "problem"},
    "rights_requests": {"kind", "channel", "state"},
    "rights_steps": {"kind"},
    "person_exports": {"state", "sha256"},
    "consent_texts": {"purpose", "kind", "version", "words", "text_hash", "in_force_on", "old_until"},
    "consents": {"purpose", "text_version", "text_hash", "channel", "withdrawn_channel", "evidence", "withdrawn_evidence"},
    "representations": {"kind", "may_apply", "may_see", "method", "text_version"},
    "representation_acts": {"act"},
    "guardian_requests": {"method", "history_version", "text_version", "reference", "secret_hash"},
    "helper_invitations": {"code_hash", "may_apply", "may_see"},
    "takeover_codes": {"code_hash"},
    "access_log": {"task", "purpose", "fields", "request_id"},
    "messages": {"kind", "state", "problem", "channel", "language"},
    "message_choices": {"channel"},
    "message_texts": {"kind", "language", "subject", "body", "sms"},
    "items": {
        "title", "summary", "description", "category", "level", "licence", "licence_source", "licence_ends_on",
        "captions_exception", "link", "state", "returned_because", "catalogue_key", "catalogue",
    },
    "item_versions": {
        "title", "summary", "description", "category", "level", "licence", "licence_source", "licence_ends_on",
        "captions_exception", "link", "note",
    },
    "videos": {"filename", "fingerprint", "upload", "state", "problem", "made"},
    "captions": {"language", "text", "warnings"},
    "adoptions": {"featured"},
    "site_versions": {"content", "note"},
    "site_drafts": {"content", "saved", "seen"},
    "domain_claims": {"host", "token", "finding"},
    "tenant_changes": {"from_state", "to_state", "reason"},
    "invitations": {"role", "token_hash"},
    "tenant_exports": {"state", "purpose", "sha256"},
    "province_notices": {"title", "body"},
    "notices": {"title", "body", "pinned", "strip"},
    "notice_files": {"name"},
    "faqs": {"category", "question", "answer", "published"},
    "questions": {"may_be_public"},
    "banners": {"title", "body", "link", "drawing"},
    "course_imports": {"filename", "state", "problem", "file", "totals", "rows"},
    "group_imports": {"filename", "state", "problem", "file", "totals", "rows", "institution"},
    "group_members": {"institution", "made_here"},
    "library_imports": {"filename", "state", "problem", "file", "totals", "rows"},
    "applications": {"state", "residence_source", "idempotency_key"},
    "certificates": {"number", "code", "file_key", "file_sha256", "file_problem", "revoked_reason"},
    "records": {"tenant_name", "kind", "certificate_number", "reason", "ground"},
}  # fmt: skip


def of_their_work(table: sa.Table) -> bool:
    """Whether people stand in a table only as those who made its rows."""
    return all(name.endswith("_by") for name in person_columns(table))


ABOUT_PEOPLE = [table for table in TABLES if person_columns(table)]


@pytest.mark.parametrize("table", ABOUT_PEOPLE, ids=str)
def test_every_telling_column_says_whether_it_is_personal(table: sa.Table) -> None:
    silent = {
        column.name for column in table.columns if isinstance(column.type, TELLING) and "personal" not in column.info
    }
    assert silent == NOT_PERSONAL.get(table.name, set())


@pytest.mark.parametrize("table", [table for table in ABOUT_PEOPLE if not of_their_work(table)], ids=str)
def test_a_day_in_a_row_about_a_person_is_personal(table: sa.Table) -> None:
    """It says where they lived, or what they did that day: the list above never lets it off."""
    days = {column.name for column in table.columns if isinstance(column.type, DAYS)}
    assert not days & NOT_PERSONAL.get(table.name, set())


def test_what_is_said_of_an_application_is_personal() -> None:
    """Marks and results, whatever their type: the list above lets nothing of them off."""
    said = {
        table.name
        for table in ABOUT_PEOPLE
        for key in table.foreign_key_constraints
        if key.referred_table.name == "applications"
    }
    assert said == {"attendance", "attendance_changes", "completions"}
    assert not said & set(NOT_PERSONAL)


@pytest.mark.parametrize("table", ABOUT_PEOPLE, ids=str)
def test_a_column_that_names_a_person_is_an_identifier(table: sa.Table) -> None:
    keys = [table.columns[name] for name in person_columns(table) if table.name != "people"]
    assert all(column.info.get("personal") == "identifier" for column in keys)


def test_the_rule_can_fail() -> None:
    planted = sa.Table("planted", sa.MetaData(), sa.Column("diary", sa.Text))
    with pytest.raises(AssertionError):
        test_every_telling_column_says_whether_it_is_personal(planted)

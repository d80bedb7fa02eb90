"""Whoever accepts a role in the province begins where its work is."""

import secrets

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.migrating import engine_connection
from maru.security import digest
from tests.client import Web
from tests.conftest import Maker
from tests.tenants.province.conftest import PORTAL, Desk

SENT = sa.text(
    "UPDATE invitations SET token_hash = :hash, sent_at = now(), expires_at = now() + interval '1 day' WHERE email = :email"
)
REACHED = sa.text("UPDATE people SET vouched_email = :email WHERE id = :id")


@pytest.mark.parametrize(
    ("role", "page"),
    [("library_editor", "/province/library"), ("library_approver", "/province/library"), ("auditor", "/province")],
)
def test_an_accepted_role_leads_to_its_own_pages(
    web: Web, desk: Desk, make: Maker, config: Config, role: str, page: str
) -> None:
    token, person = secrets.token_urlsafe(), make.person()
    email = f"{secrets.token_hex(6)}@example.go.kr"
    assert desk.post("/province/staff", role=role, name="이도담", email=email).status_code == 303
    with engine_connection(config.database_url) as connection:
        connection.execute(SENT, {"hash": digest(token), "email": email})
        connection.execute(REACHED, {"id": person, "email": email})
    accepted = web.post(PORTAL, f"/invitations/{token}", make.session(person, None))
    assert (accepted.status_code, accepted.location) == (303, page)

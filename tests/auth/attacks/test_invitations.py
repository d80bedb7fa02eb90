"""An invitation that fell into wrong hands: who has the link, and only says that the address is theirs, takes no role."""

import secrets
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.keycloak.connection import administrator
from auth.roles import service as roles
from maru.config import Config
from maru.db import Database, Scope
from maru.migrating import engine_connection
from maru.security import SESSION_COOKIE, csrf_token, digest
from tests.auth.attacks.conftest import PORTAL, Person
from tests.auth.conftest import PASSWORD
from tests.client import Web
from tests.conftest import Maker


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city()


@pytest.fixture
def link(config: Config, database: Database, make: Maker, city: UUID) -> tuple[str, str]:
    """The address that a city has invited, and the path of its letter's link, which somebody else has too."""
    admin, email, token = make.person(), f"{secrets.token_hex(6)}@city.example", secrets.token_urlsafe()
    make.grant(admin, "city_admin", city)
    with database.transaction(Scope.STAFF, tenant=city, person=admin):
        offered = roles.invite(city, "city_admin", "이도담", email, admin).id
    sent = "UPDATE invitations SET token_hash = :hash, sent_at = now(), expires_at = now() + interval '1 day' WHERE id = :id"
    with engine_connection(config.database_url) as connection:
        connection.execute(sa.text(sent), {"hash": digest(token), "id": offered})
    return email, f"/invitations/{token}"


def test_only_an_account_whose_address_keycloak_has_verified(
    web: Web, whole: Config, make: Maker, city: UUID, link: tuple[str, str]
) -> None:
    """Keycloak lets another provider's account carry any address, unverified; and an address may be taken away again."""
    email, path = link
    house, name = f"{make.slug(city)}.{PORTAL}", f"says-so-{secrets.token_hex(4)}"
    first = {"type": "password", "value": PASSWORD, "temporary": False}
    about = {"username": name, "firstName": "김하늘", "email": email, "enabled": True, "credentials": [first]}
    with administrator(whole) as admin:
        subject = admin.create_user(about | {"emailVerified": False})

    def takes() -> int:
        person = Person(web)
        person.signs_in(house, name)
        proof = csrf_token(person.jar[house][SESSION_COOKIE], whole)
        return person.posts(house, path, headers={"X-CSRF-Token": proof}).status_code

    def vouched(verified: bool) -> None:
        with administrator(whole) as admin:
            admin.update_user(subject, admin.get_user(subject) | {"emailVerified": verified})

    assert takes() == 409
    vouched(True)
    person = Person(web)
    person.signs_in(house, name)  # and does not take it
    vouched(False)
    assert takes() == 409, "verified once is not verified"
    vouched(True)
    assert takes() == 303

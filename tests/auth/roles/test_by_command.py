"""`maru staff invite`: who runs the server invites the first administrator of the province, and nobody by mistake."""

import secrets

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from maru.cli import main
from maru.migrating import engine_connection
from tests.auth.roles.conftest import Office

FOUND = sa.text(
    "SELECT tenant_id, role, name, invited_by FROM invitations WHERE email = :email AND withdrawn_at IS NULL"
)


def invite(office: Office, *arguments: str) -> Result:
    settings = {"DATABASE_APP_URL": office.config.database_app_url, "MARU_HOME": str(office.config.home)}
    return CliRunner().invoke(main, ["staff", "invite", *arguments], env=settings)


def offered(office: Office, email: str) -> list[tuple[object, ...]]:
    with engine_connection(office.config.database_url) as connection:
        return [tuple(row) for row in connection.execute(FOUND, {"email": email})]


def test_the_first_administrator_of_the_province(office: Office) -> None:
    email = f"{secrets.token_hex(6)}@gg.example"
    assert invite(office, email, "김도정").exit_code == 0
    assert offered(office, email) == [(None, "province_admin", "김도정", None)]
    assert invite(office, email, "김도정").exit_code == 0
    assert len(offered(office, email)) == 1, "the later offer is the one that holds"


def test_of_a_city(office: Office) -> None:
    email, slug = f"{secrets.token_hex(6)}@gg.example", office.make.slug(office.city)
    assert invite(office, email, "이도담", "--role", "city_admin", "--city", slug).exit_code == 0
    assert offered(office, email) == [(office.city, "city_admin", "이도담", None)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("not-an-address", "김도정"), "이메일 주소를 확인해 주세요"),
        (("a@gg.example", " "), "이름을"),
        (("a@gg.example", "김도정", "--role", "city_admin"), "역할을 골라"),
        (("a@gg.example", "김도정", "--role", "city_admin", "--city", "nowhere"), "no city 'nowhere'"),
        (("a@gg.example", "김도정", "--role", "owner"), "'owner' is not one of"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_offered(office: Office, arguments: tuple[str, ...], words: str) -> None:
    said = invite(office, *arguments)
    assert said.exit_code != 0
    assert words in said.output
    assert offered(office, arguments[0]) == []

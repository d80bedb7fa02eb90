"""Provincial staff see every city and its state; nobody else does."""

from collections.abc import Iterator

import pytest

from auth.roles.permissions import PROVINCE_ROLES
from maru.config import Config
from tests.client import Web, opened
from tests.conftest import Maker


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@pytest.mark.parametrize("role", PROVINCE_ROLES)
def test_every_city_with_its_state(web: Web, make: Maker, role: str) -> None:
    live, coming = make.slug(make.city()), make.city(state="preparing")
    person = make.person()
    make.grant(person, role)
    page = web.get("localhost", "/province", make.session(person, None))
    assert page.status_code == 200
    assert f'href="http://{live}.localhost' in page.text
    assert f'href="http://{make.slug(coming)}.localhost' not in page.text
    assert "준비 중" in page.text
    assert '<a href="/province" aria-current="page">' in page.text


def test_nobody_else(web: Web, make: Maker) -> None:
    city = make.city()
    resident, clerk = make.person(), make.person()
    make.grant(clerk, "city_admin", city)
    assert web.get("localhost", "/province").status_code == 302
    for person in (resident, clerk):
        assert web.get("localhost", "/province", make.session(person, None)).status_code == 403
    assert web.get(f"{make.slug(city)}.localhost", "/province", make.session(clerk, city)).status_code == 404


def test_its_door_stands_on_the_portal_for_provincial_staff_alone(web: Web, make: Maker) -> None:
    province, resident = make.person(), make.person()
    make.grant(province, "province_admin")
    assert 'href="/province"' in web.get("localhost", "/my", make.session(province, None)).text
    assert 'href="/province"' not in web.get("localhost", "/my", make.session(resident, None)).text

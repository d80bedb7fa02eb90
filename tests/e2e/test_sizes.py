"""Small screens and large letters: nothing is cut off, nothing has to be scrolled sideways."""

from uuid import UUID

import pytest

from tests.e2e.house import House
from tests.e2e.visiting import Visitor, Visitors

LARGE_TEXT = "html { font-size: 200% !important; }"
SMALLEST, HALF_DESK = 320, 640


@pytest.fixture(scope="module")
def run(house: House) -> UUID:
    suwon = house.city("suwon")
    made = house.make.run(suwon, capacity=2)
    for resident in house.residents(3, "suwon"):
        house.apply(resident, suwon, made)
    house.let_pass(suwon, made)
    return made


def fits_everybody(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": SMALLEST, "height": 700})
    visitor.fits(SMALLEST)
    visitor.page.set_viewport_size({"width": HALF_DESK, "height": 700})
    visitor.page.add_style_tag(content=LARGE_TEXT)
    visitor.fits(HALF_DESK)


@pytest.mark.parametrize(
    "path", ["/", "/courses?free=1&day=2", "/courses?q=달나라&free=1", "/my", "/my/residence", "/help", "/certificates"]
)
def test_pages_of_residents(house: House, visitors: Visitors, path: str) -> None:
    resident = house.account("kim.youngsook", "suwon")
    fits_everybody(visitors.resident(resident, "suwon", bypass_csp=True).goes("suwon", path))


@pytest.mark.parametrize("path", ["/", "/search?q=수채화"])
def test_pages_of_the_portal(visitors: Visitors, path: str) -> None:
    fits_everybody(visitors.person(bypass_csp=True).goes(None, path))
    fits_everybody(visitors.person(bypass_csp=True).goes(None, path + ("&" if "?" in path else "?") + "lang=en"))


def test_a_course(visitors: Visitors) -> None:
    visitor = visitors.person(bypass_csp=True).goes("suwon", "/courses?q=처음 만나는 수채화")
    fits_everybody(visitor.follows("처음 만나는 수채화"))


@pytest.mark.parametrize(
    "page", ["", "/courses", "/imports", "/runs", "/runs/applicants", "/runs/attendance", "/runs/close"]
)
def test_pages_of_staff(house: House, visitors: Visitors, run: UUID, page: str) -> None:
    operator = visitors.resident(house.account("heo.junyoung", "suwon"), "suwon", bypass_csp=True)
    fits_everybody(operator.goes("suwon", "/console" + page.replace("/runs", f"/runs/{run}")))

"""Small screens and large letters: nothing is cut off, nothing has to be scrolled sideways."""

from uuid import UUID

import pytest

from maru.db import Scope, session
from records.certificates import service as certificates
from tenants.attendance import closing
from tenants.attendance import service as attendance
from tenants.courses import service as courses
from tenants.enrolments import service as enrolments
from tenants.imports.models import CourseImport
from tests.e2e.house import House
from tests.e2e.visiting import DESK, PHONE, Visitor, Visitors

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


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("path", ["/", "/tonight", "/cities", "/library"])
def test_words_stay_whole_on_the_smallest_phone(visitors: Visitors, path: str, language: str) -> None:
    visitor = visitors.person(width=SMALLEST).goes(None, f"{path}?lang={language}")
    visitor.fits(SMALLEST)
    visitor.keeps_words_whole()


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


@pytest.fixture(scope="module")
def report(house: House) -> UUID:
    """Of a file whose only line is one endless word."""
    row = {"line": 2, "outcome": "refused", "code": "title-too-long", "message": "너무 깁니다.", "title": "가" * 5000}
    totals = {"records": 1, "accepted": 0, "warned": 0, "refused": 1, "unchanged": 0}
    suwon = house.city("suwon")
    with house.make.database.transaction(Scope.JOB, tenant=suwon):
        found = CourseImport(tenant_id=suwon, filename="가을.csv", state="done", totals=totals, rows=[row])
        session().add(found)
        session().flush()
        return found.id


def test_a_report_of_an_endless_word(house: House, visitors: Visitors, report: UUID) -> None:
    operator = visitors.resident(house.account("heo.junyoung", "suwon"), "suwon", bypass_csp=True)
    operator.goes("suwon", f"/console/imports/{report}")
    reason = operator.page.get_by_text("너무 깁니다.").bounding_box()
    assert reason is not None
    assert reason["x"] + reason["width"] <= DESK
    fits_everybody(operator)


@pytest.fixture(scope="module")
def closed(house: House) -> UUID:
    """A closed run whose only learner has a certificate that was revoked, and the next."""
    suwon, staff = house.city("suwon"), house.account("jo.hyunmi", "suwon").person_id
    made = house.make.run(suwon)
    (resident,) = house.residents(1, "suwon")
    house.apply(resident, suwon, made)
    house.let_pass(suwon, made)
    with house.make.database.transaction(Scope.STAFF, tenant=suwon, person=staff):
        (application,) = (one.id for one in enrolments.of_run(made))
        meetings = courses.get(made).meetings
        attendance.mark_sheet(made, {(application, meeting.id): "present" for meeting in meetings}, staff)
        (completed,) = closing.close(made, staff).completed
        (paper,) = certificates.every_paper([application])[application]
        certificates.revoke(paper.id, "이름을 바로잡음", staff)
        closing.issue_certificate(made, completed.application_id)
    return made


def test_on_a_card_several_certificates_stand_under_one_another(house: House, visitors: Visitors, closed: UUID) -> None:
    operator = visitors.resident(house.account("heo.junyoung", "suwon"), "suwon", width=PHONE)
    operator.goes("suwon", f"/console/runs/{closed}/close")
    numbers = [one.bounding_box() for one in operator.page.locator("td .num").all()]
    first, second = (box for box in numbers if box)
    assert first["x"] == second["x"]
    assert first["height"] < 40
    assert second["y"] > first["y"]
    operator.fits(PHONE)

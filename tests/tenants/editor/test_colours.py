"""A button's colour carries white text; the nearest that does is offered; as a mark any colour is taken (LOOK.md 4)."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from tenants.editor.swatches import swatches
from tenants.sites.brand import TEXT, WHITE, contrast, nearest_passing
from tenants.sites.content import Content
from tests.tenants.editor.conftest import Desk
from tests.tenants.editor.test_steps import open_and_post, seen

PALE = "#ffb81c"
CHOICES = {"masthead": "white", "hero": "light"}


def test_a_pale_colour_is_refused_and_the_nearest_taken_in_one_click(admin: Desk, draft: Callable[[], Content]) -> None:
    answer = admin.post("/colours", seen=seen(admin.get("/colours").text), colour=PALE, **CHOICES)
    nearest = nearest_passing(PALE)
    assert answer.status_code == 422
    assert "대비가 1.7:1" in answer.text
    assert f'name="nearest" value="{nearest}"' in answer.text
    assert admin.post("/colours", seen=seen(answer.text), colour=PALE, nearest=nearest, **CHOICES).status_code == 303
    assert draft().colour == nearest
    assert contrast(nearest, WHITE) >= TEXT


def test_a_pale_colour_is_taken_as_a_mark_and_not_asked_about_again(admin: Desk, draft: Callable[[], Content]) -> None:
    assert open_and_post(admin, "colours", colour=PALE, mark_only="1", **CHOICES) == 303
    assert draft().colour == PALE
    assert open_and_post(admin, "colours", colour=PALE, masthead="deep", hero="deep") == 303
    assert draft().masthead == "deep"


def test_a_colour_is_read_without_its_sign_and_in_capitals(admin: Desk, draft: Callable[[], Content]) -> None:
    assert open_and_post(admin, "colours", colour=" 2343A0 ", **CHOICES) == 303
    assert draft().colour == "#2343a0"


def test_the_sheet_beside_the_form_is_of_the_colour_that_was_typed(admin: Desk, resident: Desk) -> None:
    sheet = admin.get("/colours.css?c=2343a0")
    assert '[data-tenant="draft"] { --brand: #2343a0;' in sheet.text
    assert sheet.headers["Cache-Control"] == "private, no-store"
    assert admin.get("/colours.css?c=x%7D").status_code == 200
    assert "/auth/sign-in" in resident.get("/colours.css").location


@given(st.integers(0, 0xFFFFFF))
def test_all_that_is_derived_passes_whatever_the_colour(number: int) -> None:
    raw, *derived = swatches(f"#{number:06x}")
    assert all(one.passes for one in derived)
    assert raw.passes == (contrast(raw.ground, WHITE) >= TEXT)

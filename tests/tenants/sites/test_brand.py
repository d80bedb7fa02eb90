"""The derivation of a city's colours: the measured table of LOOK.md, and thousands of random brands."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.sites import brand
from tenants.sites.brand import BLACK, INK, WHITE, contrast, derive

TOKENS = Path(__file__).parents[3] / "platform/maru/web/static/css/tokens.css"
LOOK = Path(__file__).parents[3] / "platform/maru/web/LOOK.md"
ROLES = ("solid", "press", "ink", "line", "tint", "tint_2", "deep", "deep_2", "glow", "hue")
CITIES = {
    "#17495e": "#17495e #00364a #17495e #17495e #edf6fb #d2ebf8 #003346 #16485d #ade0f9 229.7",
    "#2343a0": "#2343a0 #122e89 #2343a0 #25449d #f1f4fd #dce6fc #132864 #233d81 #c5d8ff 265.6",
    "#0b7a53": "#0b7a53 #006442 #006845 #0b7a53 #eef7f2 #d4ede0 #003823 #005034 #a1ebc5 161.9",
    "#e4572e": "#d04418 #b43100 #9c2900 #d66545 #fcf2ef #fbdfd8 #561100 #752208 #ffc9ba 36.5",
    "#ffb81c": "#9a6d00 #815a00 #745100 #b68100 #f9f4ec #f2e4cf #3e2900 #593c00 #f7d193 79.6",
    "#0aa5b5": "#00818e #006b76 #00646e #009aa9 #ecf7f8 #cfedf1 #00353b #004c54 #8ce9f6 207.1",
    "#7a3fb0": "#7a3fb0 #662899 #6f33a4 #7747a6 #f6f3fb #ebe1f8 #3b1959 #512d74 #e2ccff 304.9",
}
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(("colour", "roles"), CITIES.items())
def test_cities_keep_their_colours(colour: str, roles: str) -> None:
    derived = derive(colour)
    assert [str(getattr(derived, role)) for role in ROLES] == roles.split()
    assert derived.brand == colour


def measured_rows() -> list[list[str]]:
    """Rows of the measured table in LOOK.md: the cells after the city."""
    lines = LOOK.read_text("utf-8").splitlines()
    return [line.strip("| ").split(" | ") for line in lines if re.match(r"\| [^|]*`#[0-9a-f]{6}` \|", line)]


@pytest.mark.parametrize("row", measured_rows(), ids=lambda row: row[0])
def test_measured_table(row: list[str]) -> None:
    colour = row[0].split("`")[1]
    b = derive(colour)
    word = {WHITE: "white", INK: "ink", BLACK: "black"}[b.on]
    assert row[1:] == [
        f"{word} {contrast(b.on, b.brand):.1f}",
        f"`{b.solid}` {contrast(WHITE, b.solid):.1f}",
        f"`{b.ink}` {contrast(b.ink, WHITE):.1f}",
        f"{contrast(b.ink, b.tint_2):.1f}",
        f"`{b.line}` {contrast(b.line, WHITE):.1f}",
        f"{contrast(b.line, b.tint):.1f}",
        f"`{b.deep}` {contrast(WHITE, b.deep):.1f}",
        f"{contrast(b.glow, b.deep):.1f}",
    ]


def test_measured_table_is_read() -> None:
    assert len(measured_rows()) == len(CITIES)


@settings(max_examples=1000)
@given(colours)
def test_no_role_falls_below_its_need(colour: str) -> None:
    b = derive(colour)
    assert contrast(b.on, b.brand) >= 4.5
    assert contrast(WHITE, b.solid) >= 4.6
    assert contrast(WHITE, b.press) >= 6
    assert min(contrast(b.ink, ground) for ground in (WHITE, b.tint, b.tint_2)) >= 5.5
    assert min(contrast(b.line, ground) for ground in (WHITE, b.tint)) >= 3.1
    assert contrast(WHITE, b.deep_2) >= 4.5
    assert contrast(b.glow, b.deep) >= 9


@given(colours)
def test_a_passing_colour_is_its_own_nearest(colour: str) -> None:
    nearest = brand.nearest_passing(colour)
    assert contrast(nearest, WHITE) >= 4.6
    if contrast(colour, WHITE) >= 4.6:
        assert nearest == colour


def test_nearest_passing_colour_of_yongin() -> None:
    assert brand.nearest_passing("#E4572E") == "#d04418"


@pytest.mark.parametrize("wrong", ["", "red", "#fff", "#12345", "#1234567", "#12345g", "2343a0", "#2343a0;}body{"])
def test_anything_else_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        derive(wrong)


def test_sheet_has_the_site_and_its_neighbours() -> None:
    sheet = brand.stylesheet(derive("#2343a0"), {"seongnam": derive("#0b7a53")})
    assert ":root { --brand: #2343a0; --brand-on: #ffffff; --brand-solid: #2343a0;" in sheet
    assert '[data-tenant="seongnam"] { --brand: #0b7a53;' in sheet
    assert "--brand-tint-2: #d4ede0; " in sheet
    assert "--brand-h: 161.9; }" in sheet
    assert sheet.count("{") == sheet.count("}") == 3


def test_sheet_carries_the_sign_of_a_house_that_has_one() -> None:
    """Keycloak's pages, on another host, know of no other way to it."""
    assert 'url("/logos/a1.svg")' in brand.stylesheet(derive("#2343a0"), {}, "/logos/a1.svg")
    assert "brand__sign" not in brand.stylesheet(derive("#2343a0"), {})


def test_sheet_takes_no_selector_for_a_slug() -> None:
    with pytest.raises(ValueError, match="slug"):
        brand.stylesheet(derive("#2343a0"), {'x"] body': derive("#0b7a53")})


def test_version_follows_the_content() -> None:
    one, other = (brand.stylesheet(derive(colour), {}) for colour in ("#2343a0", "#2343a1"))
    assert brand.version(one) != brand.version(other)
    assert re.fullmatch(r"[0-9a-f]{8}", brand.version(one))


def test_default_colours_of_the_style_sheet_are_the_portals() -> None:
    """A page whose brand sheet did not arrive looks like the portal."""
    roles = dict(re.findall(r"(--brand[a-z0-9-]*): ([^;]+);", TOKENS.read_text("utf-8")))
    sheet = brand.stylesheet(derive("#17495e"), {})
    assert dict(re.findall(r"(--brand[a-z0-9-]*): ([^;]+);", sheet)) == roles

"""From one colour of a city to every colour of its site (platform/maru/web/LOOK.md, section 4).

A city gives one sRGB colour. All others follow from it in OKLCH, where equal lightness looks equally light: the hue is
kept, the lightness moved until the contrast is reached, the chroma reduced until the colour exists in sRGB. So every
city may choose freely and every page stays readable. Contrast ratios are those of WCAG 2.
"""

import hashlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import NamedTuple

WHITE = "#ffffff"
INK = "#171a1f"
BLACK = "#000000"
TEXT = 4.5
"""What WCAG 2.2 AA asks of text; the targets below keep a little more, so that rounding to hex never falls short."""
ON_SOLID, ON_PRESS, AS_INK, AS_LINE = 4.6, 6.0, 5.5, 3.1
STEP = 0.002
"""Lightness moves in such steps: fine enough that the nearest passing colour looks like the one given."""
GAMUT = 0.0005
"""A linear sRGB channel may leave 0..1 by so much before it counts as outside: less than hex can show."""
HEX = re.compile(r"#[0-9a-f]{6}")
SLUG = re.compile(r"[a-z0-9-]+")


class Oklch(NamedTuple):
    """Lightness 0..1, chroma from 0 (grey), hue in degrees."""

    lightness: float
    chroma: float
    hue: float


@dataclass(frozen=True)
class Brand:
    """The roles of a site's colours, as `#rrggbb`; the names are those of the style sheets (`--brand-tint-2`)."""

    brand: str
    on: str
    """Text on the brand itself: white, ink or black."""
    solid: str
    """Buttons: white text on it reads well."""
    press: str
    ink: str
    """Links and text on white and on the tints."""
    line: str
    tint: str
    tint_2: str
    deep: str
    deep_2: str
    glow: str
    """Text on deep."""
    hue: float
    """Degrees in OKLCH; the greys lean to it."""


def derive(colour: str) -> Brand:
    """Every role from one colour `#rrggbb`; ValueError for anything else."""
    brand = _hex(colour)
    given = oklch(brand)
    solid = _darkened(given, lambda shade: contrast(shade, WHITE) >= ON_SOLID)
    pressed = solid._replace(lightness=solid.lightness - 0.07)
    tint, tint_2 = _shade(given, 0.968, 0.012), _shade(given, 0.925, 0.032)
    ink = given._replace(lightness=min(given.lightness, 0.46))
    line = given._replace(lightness=min(given.lightness, 0.66), chroma=min(given.chroma, 0.15))
    return Brand(
        brand=brand,
        on=next(text for text in (WHITE, INK, BLACK) if contrast(text, brand) >= TEXT),
        solid=to_hex(solid),
        press=to_hex(_darkened(pressed, lambda shade: contrast(shade, WHITE) >= ON_PRESS)),
        ink=to_hex(_darkened(ink, lambda shade: _lowest(shade, WHITE, tint, tint_2) >= AS_INK)),
        line=to_hex(_darkened(line, lambda shade: _lowest(shade, WHITE, tint) >= AS_LINE)),
        tint=tint,
        tint_2=tint_2,
        deep=_shade(given, min(given.lightness, 0.30), 0.11),
        deep_2=_shade(given, min(given.lightness, 0.38), 0.12),
        glow=_shade(given, 0.88, 0.09),
        hue=round(given.hue, 1),
    )


def nearest_passing(colour: str) -> str:
    """The lightest shade of `colour`, not lighter than itself, that carries white text: what a button may have."""
    return derive(colour).solid


def stylesheet(brand: Brand, cities: Mapping[str, Brand], logo: str = "") -> str:
    """The sheet served as `/brand.css`: the site's colours, and by slug those of `cities`, for tags of them.

    With the address of a `logo`, the site's sign too: pages on another host, such as the sign-in, know of no other way
    to it (maru/web/sign_in).
    """
    blocks = [_block(":root", brand)]
    for slug, other in cities.items():
        if not SLUG.fullmatch(slug):
            raise ValueError(f"{slug!r} is no slug")
        blocks.append(_block(f'[data-tenant="{slug}"]', other))
    sign = (
        f'@layer components {{ .brand__sign {{ background: url("{logo}") center / contain no-repeat; mask: none; }} }}\n'
        if logo
        else ""
    )
    return "@layer tokens {\n" + "\n".join(blocks) + "\n}\n" + sign


def version(sheet: str) -> str:
    """The `v` of the sheet's address: eight hex digits of its content."""
    return hashlib.sha256(sheet.encode()).hexdigest()[:8]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours, 1..21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def oklch(colour: str) -> Oklch:
    """`#rrggbb` in OKLCH (Björn Ottosson's matrices)."""
    red, green, blue = _linear(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    return Oklch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def to_hex(shade: Oklch) -> str:
    """The sRGB colour of that lightness and hue, with as much of the chroma as sRGB has."""
    if not _in_gamut(shade):
        inside, outside = 0.0, shade.chroma
        for _ in range(40):
            middle = (inside + outside) / 2
            if _in_gamut(shade._replace(chroma=middle)):
                inside = middle
            else:
                outside = middle
        shade = shade._replace(chroma=inside)
    return "#" + "".join(f"{round(min(1.0, _encoded(channel)) * 255):02x}" for channel in _to_linear(shade))


def _hex(colour: str) -> str:
    lower = colour.strip().lower()
    if not HEX.fullmatch(lower):
        raise ValueError(f"{colour!r} is no colour of the form #rrggbb")
    return lower


def _darkened(shade: Oklch, passes: Callable[[str], bool]) -> Oklch:
    while not passes(to_hex(shade)):
        shade = shade._replace(lightness=shade.lightness - STEP)
    return shade


def _shade(given: Oklch, lightness: float, chroma: float) -> str:
    return to_hex(Oklch(lightness, min(given.chroma, chroma), given.hue))


def _lowest(colour: str, *grounds: str) -> float:
    return min(contrast(colour, ground) for ground in grounds)


def _block(selector: str, brand: Brand) -> str:
    names = {"brand": "--brand", "hue": "--brand-h"}
    rules = (
        f"{names.get(role.name, '--brand-' + role.name.replace('_', '-'))}: {getattr(brand, role.name)};"
        for role in fields(brand)
    )
    return f"  {selector} {{ {' '.join(rules)} }}"


def _linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (_decoded(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return red, green, blue


def _to_linear(shade: Oklch) -> tuple[float, float, float]:
    a = shade.chroma * math.cos(math.radians(shade.hue))
    b = shade.chroma * math.sin(math.radians(shade.hue))
    long = (shade.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (shade.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (shade.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _in_gamut(shade: Oklch) -> bool:
    return all(-GAMUT <= channel <= 1 + GAMUT for channel in _to_linear(shade))


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _decoded(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _encoded(value: float) -> float:
    return 12.92 * max(value, 0.0) if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055

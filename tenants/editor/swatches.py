"""Samples of the colours that follow from a city's one, each with its contrast; drawn with attributes, without styles."""

from dataclasses import dataclass

from maru.errors import N_
from tenants.sites import brand

LINE_NEEDS = 3.0


@dataclass(frozen=True)
class Swatch:
    """Words on a ground, or a line on white; `needs` is what WCAG 2.2 asks of it."""

    sample: str
    words: str
    ground: str
    text: str
    needs: float = brand.TEXT
    line: str = ""

    @property
    def contrast(self) -> float:
        """Rounded down, so that nothing is said to pass that does not."""
        return int(brand.contrast(self.line or self.text, self.ground) * 10) / 10

    @property
    def passes(self) -> bool:
        return brand.contrast(self.line or self.text, self.ground) >= self.needs


def swatches(colour: str) -> list[Swatch]:
    """All of them; nothing for what is no colour."""
    if not brand.HEX.fullmatch(colour):
        return []
    made = brand.derive(colour)
    return [
        Swatch(N_("가나다"), N_("고르신 색 그대로, 흰 글자"), made.brand, brand.WHITE),
        Swatch(N_("가나다"), N_("고르신 색, 읽히는 글자"), made.brand, made.on),
        Swatch(N_("신청하기"), N_("버튼"), made.solid, brand.WHITE),
        Swatch(N_("자세히"), N_("본문 링크"), brand.WHITE, made.ink),
        Swatch(N_("알림"), N_("옅은 바탕의 글자"), made.tint_2, made.ink),
        Swatch(N_("칸"), N_("테두리 (3:1 이상)"), brand.WHITE, brand.INK, LINE_NEEDS, made.line),
        Swatch(N_("배움"), N_("짙은 바탕의 글자"), made.deep, made.glow),
    ]

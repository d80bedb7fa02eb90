"""What a city decides about its site: one value that a draft, a version and the row in force all hold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from maru import seen
from maru.errors import N_

BLOCKS = {
    "open": N_("지금 신청할 수 있는 강좌"),
    "banners": N_("배너"),
    "soon": N_("곧 접수를 시작하는 강좌"),
    "items": N_("영상으로 배우기"),
    "news": N_("알려 드립니다와 전화"),
    "categories": N_("분야별로 찾기"),
    "own": N_("우리 시군의 글"),
    "province": N_("경기도 전체에서 찾기"),
}
"""Parts of a front page, in the order of a site that has not chosen one."""
SHOWN_AT_FIRST = ("open", "banners", "soon", "items", "news")


@dataclass(frozen=True)
class Block:
    """A part of the front page, in its place."""

    kind: str
    shown: bool


OWN_PAGES = "/pages/"


@dataclass(frozen=True)
class Entry:
    """A line of the menu that a city adds below the four doors."""

    label: str
    label_en: str
    url: str


@dataclass(frozen=True)
class Page:
    """A page of a city's own, at `/pages/<slug>`; its text has few marks (markup.py)."""

    slug: str
    title: str
    title_en: str
    text: str

    @property
    def url(self) -> str:
        return f"{OWN_PAGES}{self.slug}"


PARTS = {"blocks": Block, "menu": Entry, "pages": Page}


@dataclass(frozen=True)
class Content:
    """Every field is a column of `sites` too."""

    name: str
    name_en: str
    short_name: str = ""
    short_name_en: str = ""
    tagline: str = ""
    tagline_en: str = ""
    question: str = ""
    question_en: str = ""
    logo: str = ""
    logo_alt: str = ""
    colour: str = "#17495e"
    masthead: str = "white"
    hero: str = "light"
    shape: str = "plain"
    drawing: str = "floor"
    font: str = "gothic"
    blocks: tuple[Block, ...] = ()
    own_title: str = ""
    own_text: str = ""
    menu: tuple[Entry, ...] = ()
    pages: tuple[Page, ...] = ()
    phone: str = ""
    hours: str = ""
    address: str = ""
    map_url: str = ""
    head_title: str = ""
    head_name: str = ""
    controller: str = ""
    privacy_officer: str = ""
    privacy_phone: str = ""
    privacy_text: str = ""
    terms_text: str = ""

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From a stored version; fields that are younger than it have what a plain site has."""
        values = {name: stored[name] for name in FIELDS if name in stored}
        for name, part in PARTS.items():
            values[name] = tuple(part(**one) for one in stored.get(name) or ())
        return cls(**values)

    def stored(self) -> dict[str, Any]:
        """As a document, whose keys are the columns of `sites`."""
        return asdict(self) | {name: [asdict(one) for one in getattr(self, name)] for name in PARTS}

    def having(self, values: Mapping[str, Any]) -> Self:
        """The same with other values of some fields."""
        return replace(self, **values)

    def mark(self, *names: str) -> str:
        """The same for the same values of these fields (or of all) only."""
        document = self.stored()
        return seen.mark({name: document[name] for name in names or FIELDS})

    @property
    def arranged(self) -> tuple[Block, ...]:
        """All parts of the front page in the chosen order; what the city has not placed comes last."""
        placed = {block.kind for block in self.blocks}
        others = (Block(kind, not self.blocks and kind in SHOWN_AT_FIRST) for kind in BLOCKS if kind not in placed)
        return (*(block for block in self.blocks if block.kind in BLOCKS), *others)

    def page(self, slug: str) -> Page | None:
        """The page of that address."""
        return next((page for page in self.pages if page.slug == slug), None)


FIELDS = tuple(field.name for field in fields(Content))

"""What the forms of the steps may say. Each reader gives the fields of its step and a sentence for every wrong one."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from maru.errors import N_
from tenants.editor.changes import LABELS, choices
from tenants.editor.steps import EDITED, REQUIRED
from tenants.sites import brand
from tenants.sites.content import BLOCKS, OWN_PAGES, Block, Content, Entry, Page

Form = MultiDict[str, str]
LONGEST: Mapping[str, int] = {
    "name": 20, "name_en": 60, "short_name": 10, "short_name_en": 20, "tagline": 40, "tagline_en": 80, "question": 40,
    "question_en": 80, "logo_alt": 60, "own_title": 40, "own_text": 2000, "phone": 20, "hours": 60, "address": 100,
    "map_url": 300, "head_title": 40, "head_name": 20, "controller": 60, "privacy_officer": 60, "privacy_phone": 20,
    "privacy_text": 20_000, "terms_text": 20_000,
}  # fmt: skip
PHONE = re.compile(r"[0-9]{2,4}(-[0-9]{3,4}){1,2}|120")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PATH = re.compile(r"/(?!/)[^\s\\<>\"']{0,199}")
LONGEST_SLUG, MOST_PAGES, MOST_ENTRIES = 40, 10, 4
LONGEST_LABEL = 12
NEW = "new"
"""The address of the form itself."""
TOO_LONG = N_("%(most)s글자까지 적을 수 있습니다. 지금은 %(count)s글자입니다.")
NO_PATH = N_("이 누리집의 주소는 /로, 다른 누리집의 주소는 https://로 시작하게 적어 주세요.")


class Entered(NamedTuple):
    """What was typed, and what is wrong with it."""

    values: dict[str, Any]
    errors: dict[str, str]


def read(step: str, form: Form, now: Content) -> Entered:
    """The fields of a step out of its form."""
    entered = Entered({}, {})
    for field in EDITED[step].fields:
        OWN_READERS.get(field, _plain)(field, form, now, entered)
    return entered


def _plain(field: str, form: Form, now: Content, entered: Entered) -> None:
    known = [value for value, _words in choices(field)]
    if known:
        entered.values[field] = form[field] if form.get(field) in known else getattr(now, field)
        return
    said = form.get(field, getattr(now, field)).replace("\r\n", "\n").strip()
    entered.values[field] = said
    if field in REQUIRED and not said:
        entered.errors[field] = _("%(what)s: 주민에게 꼭 필요하니 적어 주세요.", what=_(LABELS[field]))
    elif len(said) > LONGEST[field]:
        entered.errors[field] = _(TOO_LONG, most=LONGEST[field], count=len(said))


def _phone(field: str, form: Form, now: Content, entered: Entered) -> None:
    _plain(field, form, now, entered)
    if not PHONE.fullmatch(entered.values[field]):
        entered.errors.setdefault(field, _("지역 번호부터 줄표(-)를 넣어 적어 주세요. 예: 031-555-0100"))


def _map(field: str, form: Form, now: Content, entered: Entered) -> None:
    _plain(field, form, now, entered)
    if entered.values[field] and not is_outside(entered.values[field]):
        entered.errors.setdefault(field, _("https://로 시작하는 지도 주소를 적어 주세요."))


def _colour(field: str, form: Form, now: Content, entered: Entered) -> None:
    """A colour that carries no white text is taken only as a mark: the buttons are then a darker shade of it."""
    said = form.get("nearest") or form.get(field, "").strip().lower()
    said = said if said.startswith("#") else f"#{said}"
    entered.values[field] = said
    if not brand.HEX.fullmatch(said):
        entered.errors[field] = _("#과 여섯 자리로 적어 주세요. 예: #2343A0")
    elif said != now.colour and "mark_only" not in form and brand.contrast(said, brand.WHITE) < brand.TEXT:
        ratio = int(brand.contrast(said, brand.WHITE) * 10) / 10
        entered.errors[field] = _(
            "이 색 위의 흰 글자는 대비가 %(ratio)s:1이라 잘 읽히지 않습니다. 4.5:1 이상이어야 합니다.", ratio=ratio
        )


def _blocks(field: str, form: Form, now: Content, entered: Entered) -> None:
    """Which parts are shown, by ticks, and their order, by numbers; equal numbers keep the order they had."""
    if "arranged" not in form:
        entered.values[field] = now.blocks
        return
    before = [block.kind for block in now.arranged]
    places = {kind: form.get(f"place.{kind}", len(BLOCKS), type=int) for kind in before}
    shown = set(form.getlist("shown"))
    entered.values[field] = tuple(Block(kind, kind in shown) for kind in sorted(before, key=lambda kind: places[kind]))
    if not shown & {"open", "soon", "items", "categories"}:
        entered.errors[field] = _("강좌를 보여 주는 것을 하나는 골라 주세요.")


def _menu(field: str, form: Form, now: Content, entered: Entered) -> None:
    rows = zip(*(form.getlist(f"entry.{part}") for part in ("label", "label_en", "url")), strict=False)
    entries = tuple(Entry(*(said.strip() for said in row)) for row in rows if any(said.strip() for said in row))
    entered.values[field] = entries[:MOST_ENTRIES]
    for entry in entered.values[field]:
        if not entry.label or len(entry.label) > LONGEST_LABEL or len(entry.label_en) > 2 * LONGEST_LABEL:
            entered.errors[field] = _("메뉴 이름을 %(most)s글자까지 적어 주세요.", most=LONGEST_LABEL)
        elif not (PATH.fullmatch(entry.url) or is_outside(entry.url)):
            entered.errors[field] = _(NO_PATH)
        elif entry.url.startswith(OWN_PAGES) and entry.url not in [page.url for page in now.pages]:
            entered.errors[field] = _(
                "‘%(address)s’ 우리 글이 없습니다. 아래 우리 글에서 먼저 쓰세요.", address=entry.url
            )


def with_page(menu: tuple[Entry, ...], page: Page | None) -> tuple[Entry, ...]:
    """The menu with a line that leads to a page, for its form to begin with."""
    if page is None or len(menu) >= MOST_ENTRIES or page.url in [entry.url for entry in menu]:
        return menu
    return (*menu, Entry(page.title[:LONGEST_LABEL].strip(), page.title_en[: 2 * LONGEST_LABEL].strip(), page.url))


def _kept(field: str, _form: Form, now: Content, entered: Entered) -> None:
    """Saved by a form of its own."""
    entered.values[field] = getattr(now, field)


OWN_READERS: Mapping[str, Callable[[str, Form, Content, Entered], None]] = {
    "phone": _phone,
    "privacy_phone": _phone,
    "map_url": _map,
    "colour": _colour,
    "blocks": _blocks,
    "menu": _menu,
    "logo": _kept,
    "pages": _kept,
}


def read_page(form: Form, former: str, now: Content) -> tuple[Page, dict[str, str]]:
    """One page of the city's own, as it is or new (`former` is then empty), and what is wrong with it."""
    said = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in ("slug", "title", "title_en", "text")}
    errors = {}
    if not (SLUG.fullmatch(said["slug"]) and len(said["slug"]) <= LONGEST_SLUG):
        errors["slug"] = _("영어 소문자, 숫자, 줄표로 적어 주세요. 예: parking")
    elif said["slug"] in (NEW, *(page.slug for page in now.pages if page.slug != former)):
        errors["slug"] = _("이미 있는 주소입니다. 다른 이름을 적어 주세요.")
    for name, most in (("title", 40), ("title_en", 80), ("text", 20_000)):
        if len(said[name]) > most:
            errors[name] = _(TOO_LONG, most=most, count=len(said[name]))
        elif not said[name] and name != "title_en":
            errors[name] = _("적어 주세요.")
    if not former and len(now.pages) >= MOST_PAGES:
        errors["title"] = _("우리 글은 %(most)s개까지 두실 수 있습니다.", most=MOST_PAGES)
    return Page(**said), errors


def is_outside(address: str) -> bool:
    """Whether it is an address of another site that can be trusted not to be changed on the way."""
    try:
        url = urlsplit(address)
        return url.scheme == "https" and bool(url.hostname) and not re.search(r"[\s<>\"'\\]", address)
    except ValueError:
        return False

"""The pages at which people sign in, as a theme of Keycloak: in the look of all pages, and of the city one comes from.

`pages/` holds our FreeMarker templates over Keycloak's abstract theme `base`, `messages/` their words. Sheets, icons and
fonts are those of the web. Keycloak serves a theme's files from below its own folder alone, so all are copied there.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from maru.web.assets import STATIC, VENDOR, load

THEME = "maru"
HERE = Path(__file__).parent
SHEET, OWN_SHEET = "css/maru.css", HERE / "sign_in.css"
ICONS = ("alert", "clock", "info", "okc", "shield")
FONTS = "/static/vendor/"


def lay_out(themes: Path) -> None:
    """Put the theme into a folder of themes, in place of the one that is there.

    What pages fetch lies in a folder named after what it is: Keycloak and browsers keep such files whatever becomes of them.
    """
    target = themes / THEME / "login"
    shutil.rmtree(themes / THEME, ignore_errors=True)
    shutil.copytree(HERE / "pages", target)
    shutil.copytree(HERE / "messages", target / "messages")
    files = {"maru.css": _sheet(), "icons.svg": _icons().encode(), "mark.svg": _mark().encode()}
    version = hashlib.sha256(b"".join(files.values())).hexdigest()[:8]
    resources = target / "resources" / version
    resources.mkdir(parents=True)
    for name, content in files.items():
        (resources / name).write_bytes(content)
    shutil.copy(STATIC / "icon.svg", resources)
    for fonts in VENDOR.glob("pretendard-gov-*"):
        shutil.copytree(fonts, resources / "vendor" / fonts.name)
    (target / "theme.properties").write_text(f"{(HERE / 'theme.properties').read_text()}\nversion={version}\n")


def _sheet() -> bytes:
    return load(SHEET).content.replace(FONTS.encode(), b"vendor/") + OWN_SHEET.read_bytes()


def _icons() -> str:
    """A file of the symbols, which pages refer to by name: there is no template of ours to put them into a page."""
    symbols = _drawn("icons").SYMBOLS
    drawn = (f'<symbol id="i-{name}" viewBox="0 0 24 24">{symbols[name]}</symbol>' for name in ICONS)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(drawn)}</svg>'


def _mark() -> str:
    """The sign of a house without one of its own, for the sheet to give its colour."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 44">{_drawn("drawings").MARKS["floor"]}</svg>'


def _drawn(name: str) -> Any:
    """What a template of components has set, by name."""
    templates = Environment(loader=FileSystemLoader(HERE.parent / "templates"), autoescape=True)
    return templates.get_template(f"components/{name}.html").module

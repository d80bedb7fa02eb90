"""Keeps the English complete: `python -m maru.web.catalogue` brings messages.po in line with the sources.

A message is its Korean text, in `_("...")` of a template or `N_("...")` and `_("...")` of Python. The command adds new
messages with an empty translation, drops those that nobody says any more, and lists what still lacks its English.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from maru.config import ROOT
from maru.web.languages import TRANSLATIONS

SOURCES = ("platform", "contentlib", "tenants", "auth")
METHODS = {"*.py": "python", "templates/**/*.html": "jinja2.ext.babel_extract"}
ENGLISH = TRANSLATIONS / "en/LC_MESSAGES/messages.po"


def messages() -> set[str]:
    """Every message of the project."""
    return {message for path, method in _sources() for message in _extracted(path, method)}


def translated() -> Catalog:
    """The English as it is in the file."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def missing() -> list[str]:
    """Messages without English."""
    catalogue = translated()
    return sorted(said for said in messages() if not (catalogue.get(said) and catalogue[said].string))


def update() -> None:
    """Rewrite the file: every message once, sorted, with the English it had."""
    old = translated()
    new = Catalog("en")
    for said in sorted(messages()):
        known = old.get(said)
        new.add(said, known.string if known else "")
    with ENGLISH.open("wb") as file:
        write_po(file, new, width=120, omit_header=True)


def _sources() -> Iterator[tuple[Path, str]]:
    for folder in SOURCES:
        for pattern, method in METHODS.items():
            for path in sorted((ROOT / folder).rglob(pattern)):
                yield path, method


def _extracted(path: Path, method: str) -> Iterator[str]:
    options = {"trimmed": "true", "silent": "false"}
    for _, message, _, _ in extract_from_file(method, path, options=options):
        if isinstance(message, str):
            yield message
        else:
            yield from (part for part in message if part)


def main() -> None:
    update()
    lacking = missing()
    for said in lacking:
        sys.stdout.write(f"{said}\n")
    sys.exit(f"{len(lacking)} messages lack their English in {ENGLISH.name}." if lacking else 0)


if __name__ == "__main__":
    main()

"""Keeps the English complete: `python -m maru.web.catalogue` brings messages.po in line with the sources.

A message is its Korean text, in `_("...")` of a template or `N_("...")` and `_("...")` of Python. What English says
differently of one and of many is `ngettext("...", "...", number)`, with the Korean text twice. The command adds new
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
Message = str | tuple[str, str]
"""A text, or what is said of one and of many."""


def messages() -> set[Message]:
    """Every message of the project."""
    return {message for path, method in _sources() for message in _extracted(path, method)}


def text_of(said: Message) -> str:
    """The text under which a message stands in the file."""
    return said if isinstance(said, str) else said[0]


def translated() -> Catalog:
    """The English as it is in the file."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def english(catalogue: Catalog, said: Message) -> tuple[str, ...]:
    """The English of a message, or of one and of many; empty texts where it lacks."""
    known = catalogue.get(said)
    if known is None or known.pluralizable == isinstance(said, str):
        return ("",) if isinstance(said, str) else ("", "")
    return (known.string,) if isinstance(known.string, str) else tuple(known.string or ())


def missing() -> list[str]:
    """Messages without English."""
    catalogue = translated()
    return sorted(text_of(said) for said in messages() if not all(english(catalogue, said)))


def update() -> None:
    """Rewrite the file: every message once, sorted, with the English it had."""
    old = translated()
    new = Catalog("en")
    for said in sorted(messages(), key=text_of):
        known = english(old, said)
        new.add(said, known[0] if isinstance(said, str) else known)
    with ENGLISH.open("wb") as file:
        write_po(file, new, width=120, omit_header=True)


def _sources() -> Iterator[tuple[Path, str]]:
    for folder in SOURCES:
        for pattern, method in METHODS.items():
            for path in sorted((ROOT / folder).rglob(pattern)):
                yield path, method


def _extracted(path: Path, method: str) -> Iterator[Message]:
    options = {"trimmed": "true", "silent": "false"}
    for _, message, _, _ in extract_from_file(method, path, options=options):
        yield message if isinstance(message, str) else (message[0], message[1])


def main() -> None:
    update()
    lacking = missing()
    for said in lacking:
        sys.stdout.write(f"{said}\n")
    sys.exit(f"{len(lacking)} messages lack their English in {ENGLISH.name}." if lacking else 0)


if __name__ == "__main__":
    main()

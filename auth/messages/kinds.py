"""Kinds of messages: what happened, which facts a text may name, and what it says unless a city says otherwise.

A feature declares the kinds of its events in a module `messages.py`; the composition roots import it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

PLACE = re.compile(r"\{([^{}]*)\}")
"""Where a text names a fact: `{course}`."""


@dataclass(frozen=True)
class Field:
    """A fact that a text may name; `title` is its Korean message id, the samples are for previews."""

    name: str
    title: str
    sample: Mapping[str, str]


@dataclass(frozen=True)
class Text:
    """What is said in one language; without `sms`, nothing is said there. The foot of the city is added to the body."""

    subject: str
    body: str
    sms: str = ""


Facts = Mapping[str, str]
FactFinder = Callable[[UUID, str], Facts]
"""From what a message is about, and a language, to its facts; in the scope of a job of the city, or of the person."""


@dataclass(frozen=True)
class Kind:
    """One kind. `name` stands in the database and stays; `title` is a Korean message id.

    What `find` gives is found when the message is written out, after the event; what its sender hands over adds to it.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    texts: Mapping[str, Text]
    find: FactFinder | None = None

    @property
    def has_sms(self) -> bool:
        return any(text.sms for text in self.texts.values())


declared: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Make a kind known. Raises ValueError where two have one name, or its own words name a fact that it has not."""
    if kind.name in declared:
        raise ValueError(f"two kinds of messages are called {kind.name}")
    for language, text in kind.texts.items():
        if strange := unknown_fields(kind, text):
            raise ValueError(f"{kind.name} in {language!r} names {', '.join(strange)}")
    declared[kind.name] = kind
    return kind


def unknown_fields(kind: Kind, text: Text) -> list[str]:
    """What a text names in braces that this kind has not, in order."""
    known = {field.name for field in kind.fields}
    named = [name for part in (text.subject, text.body, text.sms) for name in PLACE.findall(part)]
    return [name for name in dict.fromkeys(named) if name not in known]


def half_a_field(text: str) -> bool:
    """Whether a brace was opened or closed alone, which its readers would see."""
    return bool(re.search(r"[{}]", PLACE.sub("", text)))


def filled(text: str, facts: Facts) -> str:
    """The text with its facts; one that is not known now is left out."""
    return PLACE.sub(lambda place: facts.get(place[1], ""), text)

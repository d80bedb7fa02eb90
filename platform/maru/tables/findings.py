"""What there is to say about a file, and about one line of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from maru.tables.sentences import SENTENCES


@dataclass(frozen=True)
class Finding:
    """One thing a person should know: `code` is stable, `message` is a Korean sentence that says what to do."""

    code: str
    message: str
    column: str | None = None
    """The Korean heading, where one cell is meant."""

    @classmethod
    def of(
        cls, code: str, column: str | None = None, *, sentences: Mapping[str, str] = SENTENCES, **facts: object
    ) -> Self:
        """The finding with its sentence, completed by the facts."""
        return cls(code, sentences[code].format(heading=column, **facts), column)


class FileRefused(Exception):
    """The file as a whole cannot be imported: a stable `code`, a Korean `message`, `details` as plain JSON values."""

    def __init__(self, code: str, *, sentences: Mapping[str, str] = SENTENCES, **details: object) -> None:
        self.code = code
        self.message = sentences[code].format(**details)
        self.details = details
        super().__init__(self.message)

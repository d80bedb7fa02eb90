"""Sending SMS. A provider is one class with `send`; until a province has chosen its own, texts go into a folder."""

from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from maru.config import Config
from maru.errors import ConfigurationError
from maru.mail import BeforeLastWord, Unreachable, put_file


class Texting(Protocol):
    """Where texts go."""

    def send(self, name: str, phone: str, text: str, before_last_word: BeforeLastWord) -> None:
        """Send one text, whose `name` is the same at every try. Raises maru.mail.NotDelivered."""


class Folder:
    """Keeps each text as a file: the number, then the words."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, name: str, phone: str, text: str, before_last_word: BeforeLastWord) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unreachable("unreachable") from error
        put_file(self.path / f"{name}.txt", f"{phone}\n{text}\n".encode(), before_last_word)


def texting_of(config: Config) -> Texting | None:
    """Where this installation's texts go; None where it sends none."""
    if not config.sms_url:
        return None
    url = urlsplit(config.sms_url)
    if url.scheme == "file" and url.path.startswith("/") and not url.netloc:
        return Folder(Path(unquote(url.path)))
    raise ConfigurationError("SMS_URL must read file:/folder; Maru knows no provider yet.")

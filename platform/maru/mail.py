"""Sending e-mail: by SMTP, or into a folder where nobody sends any.

`MAIL_URL` says which: `smtp://[user:password@]host[:port]` (with STARTTLS where the server offers it, and never a
password without), `smtps://...`, or `file:/folder`.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, localtime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from maru.config import Config
from maru.errors import ConfigurationError

PORTS = {"smtp": 25, "smtps": 465}
SECONDS = 20
"""That a server may take for a word."""
LAST_WORD_SECONDS = 120
"""That it may take to accept a whole letter."""
LINES = compat32.clone(linesep="\r\n")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
AROUND_AT = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+")


class NotDelivered(Exception):  # named for what it says
    """A letter that was not accepted; `code` is the server's, and for the log alone."""

    def __init__(self, problem: str, code: int | None = None) -> None:
        super().__init__(problem if code is None else f"{problem} ({code})")
        self.problem, self.code = problem, code


class Refused(NotDelivered):
    """For good: another try would be refused as well."""


class Later(NotDelivered):
    """Not now."""


class Unreachable(NotDelivered):
    """Nobody answers, or the server does not let us in: nothing else would get through either."""


class Unsure(NotDelivered):
    """The line broke after the last word: nobody knows whether it was accepted."""


BeforeLastWord = Callable[[], None]
"""Called when all but the last word is said; what it raises ends the delivery, and the letter has not gone."""


@dataclass(frozen=True)
class Letter:
    """One e-mail to one address; `id` is the same at every try."""

    id: str
    sender: str
    sender_address: str
    to: str
    subject: str
    text: str
    html: str
    language: str

    def written(self) -> bytes:
        """As it goes over the line. Raises Refused where the address is none.

        By the older half of the standard library: `EmailMessage` reads encoded words in what it is given, and so lets
        a subject smuggle in a header, and loses blanks where it folds Korean.
        """
        message: Message[Any, Any] = MIMEMultipart("alternative")
        sender = message["From"] = Header(one_line(self.sender), "utf-8", header_name="From")
        sender.append(f"<{self.sender_address}>", "us-ascii")
        message["To"] = self.recipient
        message["Subject"] = Header(one_line(self.subject), "utf-8", header_name="Subject")
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = f"<{self.id}@{self.sender_address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = self.language
        message.attach(MIMEText(self.text, "plain", "utf-8"))
        message.attach(MIMEText(self.html, "html", "utf-8"))
        return message.as_bytes(policy=LINES)

    @property
    def recipient(self) -> str:
        """The address as mail servers know it. Raises Refused where it is none."""
        address = self.to.strip()
        if not AROUND_AT.fullmatch(address) or CONTROLS.search(address):
            raise Refused("bad-address")
        local, _, domain = address.rpartition("@")
        try:
            return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
        except UnicodeError as error:
            raise Refused("bad-address") from error


def one_line(words: str) -> str:
    """Fit for a header: line breaks and other control characters become blanks."""
    return CONTROLS.sub(" ", words).strip()


class Line(Protocol):
    """An open way to hand letters over."""

    def hand_over(self, letter: Letter, before_last_word: BeforeLastWord) -> None:
        """Returns when the letter is accepted. Raises NotDelivered."""


class Mail(Protocol):
    """Where letters go."""

    def open(self) -> AbstractContextManager[Line]:
        """Raises Unreachable."""


class Folder:
    """Keeps each letter as a file; the one of a letter that comes again is the same file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def open(self) -> Iterator[Line]:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unreachable("unreachable") from error
        yield self

    def hand_over(self, letter: Letter, before_last_word: BeforeLastWord) -> None:
        put_file(self.path / f"{letter.id}.eml", letter.written(), before_last_word)


def put_file(path: Path, content: bytes, before_last_word: BeforeLastWord) -> None:
    """Write a file that is there whole or not at all. Raises Later."""
    unfinished = path.with_suffix(".part")
    try:
        unfinished.write_bytes(content)
        before_last_word()
        unfinished.replace(path)
    except OSError as error:
        raise Later("unreachable") from error


class Smtp:
    """A mail server."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        self._tls = parts.scheme == "smtps"
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")

    @contextmanager
    def open(self) -> Iterator[Line]:
        try:
            line = self._connect()
        except smtplib.SMTPResponseException as error:
            raise Unreachable("refused", error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable("unreachable") from error
        try:
            yield SmtpLine(line)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                line.quit()
            line.close()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._tls:
            line: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=SECONDS, context=context)
        else:
            line = smtplib.SMTP(self._host, self._port, timeout=SECONDS)
            line.ehlo_or_helo_if_needed()
            if line.has_extn("starttls"):
                line.starttls(context=context)
            elif self._user:
                raise Unreachable("refused")
        if self._user:
            line.login(self._user, self._password)
        return line


class SmtpLine:
    """A conversation with a mail server.

    The letter is said whole before its last word, the lone dot: a server drops what it does not follow (RFC 5321,
    4.1.1.4). So the moment in which nobody knows whether a letter has gone is that of the dot alone.
    """

    def __init__(self, line: smtplib.SMTP) -> None:
        self._line = line

    def hand_over(self, letter: Letter, before_last_word: BeforeLastWord) -> None:
        written = letter.written()
        try:
            self._line.ehlo_or_helo_if_needed()
            self._expect(self._line.mail(letter.sender_address), (250,), Unreachable)
            self._expect(self._line.rcpt(letter.recipient), (250, 251))
            self._expect(self._line.docmd("DATA"), (354,))
            self._line.send(dotted(written))
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable("unreachable") from error
        try:
            before_last_word()
        except BaseException:
            self._line.close()
            raise
        self._end()

    def _end(self) -> None:
        try:
            if self._line.sock is not None:
                self._line.sock.settimeout(LAST_WORD_SECONDS)
            self._line.send(b".\r\n")
            answer = self._line.getreply()
            if self._line.sock is not None:
                self._line.sock.settimeout(SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            raise Unsure("unsure") from error
        self._expect(answer, (250,))

    def _expect(self, answer: tuple[int, bytes], good: tuple[int, ...], never: type[NotDelivered] = Refused) -> None:
        """Raises what the answer means: 4nn is for another time, 421 for all that would follow, else `never`."""
        code = answer[0]
        if code in good:
            return
        with suppress(OSError, smtplib.SMTPException):
            self._line.rset()
        if code == 421:
            raise Unreachable("unreachable", code)
        if 400 <= code < 500:
            raise Later("busy", code)
        raise never("refused", code)


def dotted(message: bytes) -> bytes:
    """With a line break at its end, and every dot that begins a line doubled, so that none ends the letter."""
    whole = message if message.endswith(b"\r\n") else message + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", whole)


def mail_of(config: Config) -> Mail | None:
    """Where this installation's letters go; None where it sends none."""
    url = urlsplit(config.mail_url)
    if not config.mail_url:
        return None
    if url.scheme in PORTS and url.hostname:
        return Smtp(config.mail_url)
    if url.scheme == "file" and url.path.startswith("/") and not url.netloc:
        return Folder(Path(unquote(url.path)))
    raise ConfigurationError("MAIL_URL must read smtp(s)://[user:password@]host[:port] or file:/folder.")

"""What a message says: the kind's text or the city's own, filled with its facts, with the foot of who writes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from markupsafe import Markup, escape

from auth.messages.kinds import Facts, Kind, Text, filled
from auth.messages.models import MessageText
from maru.config import Config
from maru.db import session
from maru.errors import ConfigurationError
from maru.mail import Letter, mail_of

MY_MESSAGES = "/my/messages"
EMPTY_LINES = re.compile(r"\n{3,}")
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,)]")
PAGE = Markup(
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{subject}</title></head>'
    '<body style="margin:0;padding:24px;background:#ffffff;color:#1a1d21;font:17px/1.65 sans-serif;word-break:keep-all">'
    '<div style="max-width:38em">{body}'
    '<div style="border-top:3px solid #1a1d21;margin-top:32px;padding-top:12px;font-size:15px;color:#464c53">{foot}</div>'
    "</div></body></html>"
)


@dataclass(frozen=True)
class Letterhead:
    """Who writes, in the language of the letter: a city, or the province. `origin` is where its site is."""

    name: str
    contact: str
    origin: str


@dataclass(frozen=True)
class Written:
    """A message in its words; `sms` is empty where nothing is said by SMS."""

    subject: str
    body: str
    foot: str
    sms: str

    @property
    def text(self) -> str:
        return f"{self.body}\n\n-- \n{self.foot}\n"

    def html(self, language: str) -> str:
        """The same for readers of HTML: paragraphs and links, nothing that is fetched."""
        parts = {"body": _paragraphs(self.body), "foot": _paragraphs(self.foot)}
        return str(PAGE.format(language=language, subject=self.subject, **parts))


HeadFinder = Callable[[UUID | None, str, Config], Letterhead]
_heads: list[HeadFinder] = []


def headed_by(find: HeadFinder) -> HeadFinder:
    """Say who knows the names and contacts of the houses; auth itself knows no city."""
    _heads[:] = [find]
    return find


def head_of(tenant: UUID | None, language: str, config: Config) -> Letterhead:
    """Who writes in the name of a city, or of the province."""
    return _heads[0](tenant, language, config)


def text_of(kind: Kind, tenant: UUID | None, language: str) -> Text:
    """The city's own words, else the kind's."""
    own = session().get(MessageText, (tenant, kind.name, language)) if tenant else None
    return Text(own.subject, own.body, own.sms) if own else kind.texts[language]


def write(text: Text, facts: Facts, head: Letterhead, language: str, *, to_a_person: bool = True) -> Written:
    """Fill a text. A fact that is a path, such as `/my`, becomes an address of the writer's site; an SMS begins with the writer's name."""
    known = {name: f"{head.origin}{value}" if value.startswith("/") else value for name, value in facts.items()}
    body = EMPTY_LINES.sub("\n\n", filled(text.body, known)).strip()
    foot = _foot(head, language, to_a_person)
    sms = filled(text.sms, known).strip()
    return Written(" ".join(filled(text.subject, known).split()), body, foot, f"[{head.name}] {sms}" if sms else "")


def send_once(text: Text, facts: Facts, to: str, head: Letterhead, language: str, config: Config) -> None:
    """Hand over at once what is kept nowhere: a letter with a key, to an address that is nobody's here yet.

    Raises ConfigurationError where no mail is sent, and what the mail server says; the job is then tried again.
    """
    mail = mail_of(config)
    if mail is None:
        raise ConfigurationError("MAIL_URL is not set: letters with links cannot be sent.")
    written = write(text, facts, head, language, to_a_person=False)
    letter = Letter(
        id=str(uuid4()),
        sender=head.name,
        sender_address=config.mail_from,
        to=to,
        subject=written.subject,
        text=written.text,
        html=written.html(language),
        language=language,
    )
    with mail.open() as line:
        line.hand_over(letter, lambda: None)


def _foot(head: Letterhead, language: str, to_a_person: bool) -> str:
    history = f"{head.origin}{MY_MESSAGES}"
    no_answer = (
        "This message is sent when something happens to your courses. Please do not reply to it."
        if language == "en"
        else "신청이나 수료처럼 알려 드릴 일이 있을 때만 보냅니다. 이 주소로는 답장을 받지 못합니다."
    )
    mine = (
        f"All messages to you, and where they go: {history}"
        if language == "en"
        else f"보내 드린 안내 모두 보기, 받을 곳 바꾸기: {history}"
    )
    return "\n".join(filter(None, (head.name, head.contact, head.origin, "", no_answer, mine if to_a_person else "")))


def _paragraphs(text: str) -> Markup:
    paragraph = Markup('<p style="margin:0 0 16px">{}</p>')
    return Markup("").join(
        paragraph.format(Markup("<br>").join(_linked(line) for line in lines.splitlines()))
        for lines in text.split("\n\n")
    )


def _linked(line: str) -> Markup:
    link, made, end = Markup('<a href="{0}" style="color:#17495e">{0}</a>'), Markup(""), 0
    for address in ADDRESS.finditer(line):
        made += escape(line[end : address.start()]) + link.format(address[0])
        end = address.end()
    return made + escape(line[end:])

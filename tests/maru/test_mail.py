"""Letters on the line: Korean headers, nothing smuggled into them, dots, folders, and what the settings may say."""

import email
from dataclasses import replace
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from maru.config import Config
from maru.errors import ConfigurationError
from maru.mail import Folder, Letter, Refused, Smtp, dotted, mail_of
from maru.texting import texting_of
from tests.post import PostOffice, post_office, text_of

LETTER = Letter(
    id="01a2042f-d3b1-7664-995f-bc30a21e99d6",
    sender="수원시 평생학습관",
    sender_address="no-reply@learn.example.kr",
    to="kim@example.kr",
    subject="신청되었습니다: 처음 배우는 스마트폰",
    text="안녕하세요\n.\n..점\n끝",
    html="<p>안녕하세요</p>",
    language="ko",
)


def send(letter: Letter) -> Any:
    """As a real server got it."""
    with post_office() as post:
        hand_over(post, letter)
    (came,) = post.letters
    return came


def hand_over(post: PostOffice, letter: Letter) -> None:
    with Smtp(post.url).open() as line:
        line.hand_over(letter, lambda: None)


def test_a_korean_letter_comes_as_it_was_written() -> None:
    came = send(LETTER)
    assert came["Subject"] == LETTER.subject
    assert came["From"].addresses[0].display_name == LETTER.sender
    assert came["To"] == "kim@example.kr"
    assert came["Message-ID"] == f"<{LETTER.id}@learn.example.kr>"
    assert came["Auto-Submitted"] == "auto-generated"
    assert came["Content-Language"] == "ko"
    assert text_of(came).strip() == LETTER.text
    assert came.get_body(("html",)).get_content().strip() == LETTER.html


def test_all_of_it_is_ascii_on_the_line() -> None:
    raw = LETTER.written()
    raw.decode("ascii")
    assert max(map(len, raw.splitlines())) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("field", "smuggled"),
    [
        ("subject", "신청\r\nBcc: all@example.kr\r\n\r\n몸"),
        ("sender", "수원시\nBcc: all@example.kr"),
        ("sender", '수원시" <evil@example.kr>, "다른'),
        ("subject", "신청\u2028Bcc: all@example.kr\x00"),
        ("subject", "=?utf-8?q?=0D=0ABcc=3A_all=40example=2Ekr?="),
    ],
)
def test_nothing_is_smuggled_into_headers(field: str, smuggled: str) -> None:
    came = send(replace(LETTER, **{field: smuggled}))
    assert came["Bcc"] is None
    assert len(came["From"].addresses) == 1
    assert came["From"].addresses[0].addr_spec == LETTER.sender_address
    assert len(came["To"].addresses) == 1
    assert text_of(came).strip() == LETTER.text


@pytest.mark.parametrize("to", ["", "kim", "kim@example", "a@b.kr\r\nBcc: c@d.kr", "a@b.kr,c@d.kr", "김@example.kr"])
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(Refused):
        replace(LETTER, to=to).written()


def test_a_korean_domain_is_written_as_the_net_knows_it() -> None:
    assert send(replace(LETTER, to="kim@배움.한국"))["To"].addresses[0].domain == "xn--2h3b66q.xn--3e0b707e"


@pytest.mark.parametrize("length", [1, 40, 75, 200, 900])
def test_long_korean_subjects_come_whole(length: int) -> None:
    words = ("배움마루 " * length)[:length].strip()
    assert send(replace(LETTER, subject=words))["Subject"] == words


@pytest.mark.parametrize(
    ("said", "on_the_line"),
    [(b".\r\n", b"..\r\n"), (b"a\r\n.b", b"a\r\n..b\r\n"), (b"a.\r\n", b"a.\r\n"), (b"..\r\n", b"...\r\n")],
)
def test_no_dot_ends_a_letter_early(said: bytes, on_the_line: bytes) -> None:
    assert dotted(said) == on_the_line


def test_a_letter_whose_last_word_is_not_said_does_not_come() -> None:
    def stop() -> None:
        raise KeyError("stop")

    with post_office() as post:
        with pytest.raises(KeyError), Smtp(post.url).open() as line:
            line.hand_over(LETTER, stop)
        hand_over(post, replace(LETTER, to="other@example.kr"))
    assert [letter["To"] for letter in post.letters] == ["other@example.kr"]


def test_one_line_carries_many_letters_and_goes_on_after_a_refusal() -> None:
    with post_office() as post, Smtp(post.url).open() as line:
        post.answers["bad"] = "550 no"
        line.hand_over(LETTER, lambda: None)
        with pytest.raises(Refused):
            line.hand_over(replace(LETTER, to="bad@example.kr"), lambda: None)
        line.hand_over(replace(LETTER, to="good@example.kr"), lambda: None)
    assert [letter["To"] for letter in post.letters] == ["kim@example.kr", "good@example.kr"]


def test_a_folder_keeps_a_letter_once_however_often_it_comes(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "outbox")
    for _ in range(2):
        with folder.open() as line:
            line.hand_over(LETTER, lambda: None)
    (file,) = folder.path.iterdir()
    kept: Any = email.message_from_bytes(file.read_bytes(), policy=default)
    assert kept["Subject"] == LETTER.subject


def test_a_development_installation_keeps_what_it_sends_in_its_home(tmp_path: Path) -> None:
    config = Config.load({"MARU_HOME": str(tmp_path / "with a blank")})
    mail, texting = mail_of(config), texting_of(config)
    assert isinstance(mail, Folder)
    assert mail.path == tmp_path / "with a blank/outbox"
    assert texting is not None
    assert config.mail_from == "no-reply@localhost"


def test_a_production_sends_nothing_unless_it_is_told_where_to() -> None:
    config = Config.load({"MARU_ENV": "production", "MARU_BASE_DOMAIN": "learn.example.kr"})
    assert (mail_of(config), texting_of(config)) == (None, None)
    assert config.mail_from == "no-reply@learn.example.kr"


@pytest.mark.parametrize("url", ["imap://host", "smtp://", "host", "file:outbox", "file://host/outbox"])
def test_what_is_no_place_for_mail_is_said(config: Config, url: str) -> None:
    with pytest.raises(ConfigurationError, match="MAIL_URL must read"):
        mail_of(replace(config, mail_url=url))
    with pytest.raises(ConfigurationError, match="SMS_URL must read"):
        texting_of(replace(config, sms_url=url))

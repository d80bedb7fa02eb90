"""The English is complete and says the same with the same values; templates keep to the content security policy."""

import re
from pathlib import Path

import pytest

from maru.config import ROOT
from maru.web import catalogue
from maru.web.catalogue import SOURCES

PLACEHOLDER = re.compile(r"%\(\w+\)s")
TAG = re.compile(r"<[^>]+>")
TEMPLATES = sorted(path for folder in SOURCES for path in (ROOT / folder).rglob("templates/**/*.html"))
ICONS = (ROOT / "platform/maru/web/templates/components/icons.html").read_text("utf-8")


def test_every_message_has_its_english() -> None:
    assert catalogue.missing() == [], "python -m maru.web.catalogue adds them to messages.po; then write the English"


def test_no_english_is_left_over() -> None:
    said = catalogue.messages()
    assert [entry.id for entry in catalogue.translated() if entry.id and entry.id not in said] == []


def test_a_text_is_said_either_of_anything_or_of_a_number() -> None:
    """It has one place in the file: `시간` as a heading and as what hours are counted in would share their English."""
    texts = [catalogue.text_of(said) for said in catalogue.messages()]
    assert sorted(texts) == sorted(set(texts))


@pytest.mark.parametrize("word", ["확인 부호", "확인 번호"])
def test_the_code_of_a_certificate_has_one_name(word: str) -> None:
    """`확인 코드`, as on the certificate itself."""
    assert [said for said in catalogue.messages() if word in catalogue.text_of(said)] == []


def test_english_takes_the_same_values_and_markup() -> None:
    for entry in catalogue.translated():
        if entry.id and entry.string:
            assert set(PLACEHOLDER.findall(entry.id)) == set(PLACEHOLDER.findall(entry.string)), entry.id
            assert sorted(TAG.findall(entry.id)) == sorted(TAG.findall(entry.string)), entry.id


def test_english_has_no_hangul() -> None:
    assert [entry.id for entry in catalogue.translated() if re.search("[가-힣]", str(entry.string))] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    source = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_uses_icons_that_exist(path: Path) -> None:
    for name in re.findall(r"\bicon\(\"(\w+)\"\)", path.read_text("utf-8")):
        assert f'"{name}": "<' in ICONS, name

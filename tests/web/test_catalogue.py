"""The English is complete and says the same with the same values; templates keep to the content security policy."""

import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string

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
    known = catalogue.translated()
    for said in catalogue.messages():
        for english in catalogue.english(known, said):
            korean = catalogue.text_of(said)
            assert set(PLACEHOLDER.findall(korean)) == set(PLACEHOLDER.findall(english)), korean
            assert sorted(TAG.findall(korean)) == sorted(TAG.findall(english)), korean


def test_english_has_no_hangul() -> None:
    assert [entry.id for entry in catalogue.translated() if re.search("[가-힣]", str(entry.string))] == []


COUNTED = re.compile(r"%\((count|num)\)s (?!of\b)[a-z]")
"""A figure and the word that it counts, which is another word for one."""


def test_what_is_counted_in_english_has_a_form_for_one() -> None:
    known = catalogue.translated()
    plain = [said for said in catalogue.messages() if isinstance(said, str)]
    assert [said for said in plain if COUNTED.search("".join(catalogue.english(known, said)))] == []
    assert COUNTED.search("%(count)s people")


@pytest.mark.parametrize(("count", "words"), [(0, "0 people"), (1, "1 person"), (2, "2 people")])
def test_a_page_counts_in_both_languages(app: Flask, count: int, words: str) -> None:
    said = "{{ ngettext('%(num)s명', '%(num)s명', count) }}"
    for language, expected in (("ko", f"{count}명"), ("en", words)):
        with app.test_request_context(f"/?lang={language}"):
            assert render_template_string(said, count=count) == expected


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    source = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_uses_icons_that_exist(path: Path) -> None:
    for name in re.findall(r"\bicon\(\"(\w+)\"\)", path.read_text("utf-8")):
        assert f'"{name}": "<' in ICONS, name

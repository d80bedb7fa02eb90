"""Which language a page speaks, and the way to the other."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from maru.web import languages

words = st.sampled_from([None, "", "ko", "en", "fr", "en;drop", "EN"])


@pytest.mark.parametrize(
    ("asked", "cookie", "person", "spoken"),
    [
        ("en", "ko", "ko", "en"),
        (None, "en", "ko", "en"),
        (None, None, "en", "en"),
        (None, None, None, "ko"),
        ("fr", "en", None, "en"),
        ("fr", "fr", "fr", "ko"),
    ],
)
def test_order(asked: str | None, cookie: str | None, person: str | None, spoken: str) -> None:
    assert languages.choose(asked, cookie, person) == spoken


@given(words, words, words)
def test_only_our_languages(asked: str | None, cookie: str | None, person: str | None) -> None:
    assert languages.choose(asked, cookie, person) in languages.LANGUAGES


def test_the_switch_keeps_the_search() -> None:
    assert languages.switch_url("/courses", "q=그림&day=3&day=5&lang=ko", "en") == (
        "/courses?q=%EA%B7%B8%EB%A6%BC&day=3&day=5&lang=en"
    )


def test_another_host_is_told_a_language_that_was_chosen() -> None:
    assert languages.carried("http://suwon.localhost/", "en") == "http://suwon.localhost/?lang=en"
    assert languages.carried("http://suwon.localhost/", "ko") == "http://suwon.localhost/"


@pytest.mark.parametrize("path", ["//elsewhere.example/x", "/\\elsewhere.example", "/a b", "/강좌"])
def test_the_switch_stays_on_this_site(path: str) -> None:
    url = languages.switch_url(path, "", "en")
    assert url.startswith("/")
    assert not url.startswith(("//", "/\\"))
    assert url.isascii()


def test_a_page_speaks_what_was_asked_and_remembers_it(app: Flask) -> None:
    client = app.test_client()
    assert '<html lang="ko"' in client.get("/").text
    english = client.get("/?lang=en")
    assert '<html lang="en"' in english.text
    assert "HttpOnly" in english.headers["Set-Cookie"]
    assert '<html lang="en"' in client.get("/").text
    assert '<html lang="ko"' in client.get("/?lang=ko").text
    assert "Set-Cookie" not in client.get("/?lang=fr").headers


def test_a_page_in_english_says_english_words(app: Flask) -> None:
    page = app.test_client().get("/?lang=en").text
    assert "Skip to the content" in page
    assert "Places: 20 · left: <b>3</b>" in page
    assert "본문으로 건너뛰기" not in page

"""The language of a document for programs: `?lang=`, `Accept-Language`, the person, then Korean; all of it in the one."""

import re
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.migrating import engine_connection
from tests.client import Web
from tests.conftest import Maker
from tests.web_routes.conftest import City

HANGUL = re.compile(r"[가-힣]")
ACCEPTS = {"Accept-Language": "fr, en-GB;q=0.9, ko;q=0.5"}


def words(document: dict[str, Any]) -> str:
    """All that is said in one language."""
    ways = [way["text"] for way in document["remedies"]]
    return " ".join(
        [document["title"], document["detail"], document["rule"], *ways, *document.get("errors", {}).values()]
    )


@pytest.mark.parametrize(
    ("query", "accepts", "english"),
    [
        ("", None, False),
        ("", "en", True),
        ("", "en-US,en;q=0.5", True),
        ("", "fr, en-GB;q=0.9, ko;q=0.5", True),
        ("", "ko-KR, en;q=0.5", False),
        ("", "fr", False),
        ("", "*", False),
        ("?lang=ko", "en", False),
        ("?lang=en", "ko", True),
    ],
)
def test_a_program_is_answered_in_what_it_accepts(
    web: Web, here: City, query: str, accepts: str | None, english: bool
) -> None:
    answer = web.get(here.host, f"/api/v1/me{query}", headers={"Accept-Language": accepts} if accepts else {})
    said = answer.get_json()
    assert (HANGUL.search(words(said)) is None) == english
    assert said["detail"] == said["detail_en" if english else "detail_ko"]


@pytest.mark.parametrize("path", ["/", "/help", "/nothing", "/api/v1/me", "/api/v1/nothing"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_is_in_words_says_its_language(web: Web, here: City, path: str, language: str) -> None:
    answer = web.get(here.host, f"{path}?lang={language}")
    assert answer.headers["Content-Language"] == language
    assert {"accept-language", "cookie"} <= {name.lower() for name in answer.vary}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_calendar_that_others_may_keep_says_its_language(web: Web, here: City, language: str) -> None:
    answer = web.get(here.host, f"/courses/{here.things['run_id']}.ics?lang={language}")
    assert answer.headers["Cache-Control"].startswith("public")
    assert answer.headers["Content-Language"] == language
    assert "cookie" in {name.lower() for name in answer.vary}


@pytest.mark.parametrize("path", ["/brand.css", "/api/openapi.json", "/api/v1/courses"])
def test_what_is_not_has_none(web: Web, here: City, path: str) -> None:
    answer = web.get(here.host, path)
    assert answer.status_code == 200
    assert "Content-Language" not in answer.headers
    assert not answer.vary


def test_every_sentence_of_a_problem_is_there_in_both(web: Web, here: City, make: Maker) -> None:
    who = make.session(make.person(), here.tenant)
    path = f"/api/v1/runs/{here.things['run_id']}/applications"
    said = [web.post(here.host, path, who).get_json() for _ in range(2)][-1]
    for part, member in [
        (said, "title"),
        (said, "detail"),
        (said, "rule"),
        *((way, "text") for way in said["remedies"]),
    ]:
        assert part[member] == part[f"{member}_ko"]
        assert HANGUL.search(part[f"{member}_ko"])
        assert part[f"{member}_en"]
        assert not HANGUL.search(part[f"{member}_en"])


def test_a_page_does_not_ask_the_browser(web: Web, here: City) -> None:
    assert 'lang="ko"' in web.get(here.host, "/help", headers=ACCEPTS).text


@pytest.mark.parametrize(
    ("spoken", "accepts", "english"),
    [("ko", "en", True), ("en", "ko", False), ("en", "fr", True), ("en", "*", True), ("en", None, True)],
)
def test_the_program_goes_before_what_its_person_chose(
    web: Web, here: City, make: Maker, config: Config, spoken: str, accepts: str | None, english: bool
) -> None:
    person = make.person()
    with engine_connection(config.database_url) as connection:
        connection.execute(sa.text("UPDATE people SET language = :lang WHERE id = :id"), {"lang": spoken, "id": person})
    who = make.session(person, here.tenant)
    headers = {"Accept-Language": accepts} if accepts else {}
    said = web.get(here.host, "/api/v1/nothing", who, headers=headers).get_json()
    assert (HANGUL.search(words(said)) is None) == english


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=", f"cursor={'A' * 501}", "sort=no"])
@pytest.mark.parametrize("english", [True, False])
def test_the_errors_of_fields_are_in_the_documents_language(web: Web, here: City, query: str, english: bool) -> None:
    answer = web.get(here.host, f"/api/v1/courses?{query}", headers={"Accept-Language": "en"} if english else {})
    said = answer.get_json()
    assert answer.status_code == 422
    assert len(said["errors"]) == 1
    assert said["errors"] == said["errors_en" if english else "errors_ko"]
    for name, sentence in said["errors_en"].items():
        assert HANGUL.search(said["errors_ko"][name])
        assert not HANGUL.search(sentence), sentence


def test_a_refusal_is_whole_in_english(web: Web, here: City, make: Maker) -> None:
    who = make.session(make.person(), here.tenant)
    run: UUID = here.things["run_id"]
    path = f"/api/v1/runs/{run}/applications?lang=en"
    web.post(here.host, path, who, headers={"Idempotency-Key": "first"})
    said = web.post(here.host, path, who, headers={"Idempotency-Key": "second"}).get_json()
    assert said["type"] == "/problems/already-applied"
    assert said["rule"]
    assert said["remedies"]
    assert not HANGUL.search(words(said))


def test_who_is_not_signed_in_is_told_how_a_program_does(web: Web, here: City) -> None:
    for path in ("/api/v1/me", "/api/v1/me/applications"):
        assert web.get(here.host, path).headers["WWW-Authenticate"] == "Bearer"
    assert (
        web.get(here.host, "/api/v1/me", headers={"Authorization": "Bearer x.y.z"}).headers["WWW-Authenticate"]
        == "Bearer"
    )
    assert "WWW-Authenticate" not in web.get(here.host, "/api/v1/nothing").headers

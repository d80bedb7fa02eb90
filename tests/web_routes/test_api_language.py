"""The language of a document for programs: `?lang=`, the person, `Accept-Language`, then Korean; all of it in the one."""

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


def test_a_page_does_not_ask_the_browser(web: Web, here: City) -> None:
    assert 'lang="ko"' in web.get(here.host, "/help", headers=ACCEPTS).text


@pytest.mark.parametrize(("spoken", "english"), [("en", True), ("ko", False)])
def test_what_a_person_chose_goes_before_the_program(
    web: Web, here: City, make: Maker, config: Config, spoken: str, english: bool
) -> None:
    person = make.person()
    with engine_connection(config.database_url) as connection:
        connection.execute(sa.text("UPDATE people SET language = :lang WHERE id = :id"), {"lang": spoken, "id": person})
    who = make.session(person, here.tenant)
    headers = {"Accept-Language": "ko" if english else "en"}
    said = web.get(here.host, "/api/v1/nothing", who, headers=headers).get_json()
    assert (HANGUL.search(words(said)) is None) == english


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=", f"cursor={'A' * 501}", "sort=no"])
@pytest.mark.parametrize("english", [True, False])
def test_the_errors_of_fields_are_in_the_documents_language(web: Web, here: City, query: str, english: bool) -> None:
    answer = web.get(here.host, f"/api/v1/courses?{query}", headers={"Accept-Language": "en"} if english else {})
    said = answer.get_json()
    assert answer.status_code == 422
    assert len(said["errors"]) == 1
    for sentence in said["errors"].values():
        assert (HANGUL.search(sentence) is None) == english, sentence


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

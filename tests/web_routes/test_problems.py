"""Errors: a page for people, Problem Details (RFC 9457) for programs, in both languages, within limits."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from itertools import product
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from maru.app import UPLOAD_LIMIT
from maru.db import Database, Scope, session
from maru.errors import MaruError, Named
from maru.problems import HTTP_TITLES, HTTP_WORDS
from maru.web.mount import _catalogue
from tenants.catalogue.projection import project
from tenants.courses.models import Run
from tenants.enrolments.refusals import GENERAL, PARTICULAR, Situation, refusal
from tenants.sample.making import Resident
from tests.client import Web
from tests.conftest import Maker
from tests.web_routes.conftest import PORTAL, Builder, City

MEMBERS = {"type", "status", "remedies"} | {
    f"{name}{language}" for name in ("title", "detail", "rule") for language in ("", "_ko", "_en")
}
FIELDS = {"errors", "errors_ko", "errors_en"}
HANGUL = re.compile(r"[가-힣]")


def problem(answer: TestResponse, status: int, slug: str) -> dict[str, Any]:
    """The document of an answer, complete and in both languages."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    said: dict[str, Any] = answer.get_json()
    assert set(said) in (MEMBERS, MEMBERS | FIELDS)
    assert (said["type"], said["status"]) == (f"/problems/{slug}", status)
    assert said["detail"] in (said["detail_ko"], said["detail_en"])
    assert HANGUL.search(said["detail_ko"]), said
    assert said["detail_en"], said
    assert not HANGUL.search(said["detail_en"]), said
    assert answer.headers["Cache-Control"] == "no-store"
    return said


def page(answer: TestResponse, status: int) -> str:
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert "<h1" in answer.text
    assert 'lang="ko"' in answer.text
    assert "Traceback" not in answer.text
    return answer.text


@pytest.fixture
def who(build: Builder, here: City) -> Resident:
    return build.actor("a resident", [here.host, PORTAL]).sessions[here.host]


def test_who_must_sign_in_is_told_so(web: Web, here: City) -> None:
    problem(web.get(here.host, "/api/v1/me"), 401, "sign-in")
    problem(web.ask("DELETE", here.host, f"/api/v1/applications/{uuid4()}"), 401, "sign-in")
    page(web.post(here.host, "/my/consents"), 401)


def test_what_is_not_there(web: Web, here: City, who: Resident) -> None:
    for path in ("/api/v1/nothing", "/api/", f"/api/v1/runs/{uuid4()}", "/api/v1/runs/not-a-uuid", "/api/v1/search"):
        problem(web.get(here.host, path), 404, "not-found")
    for path in ("/nothing", f"/courses/{uuid4()}", "/courses/not-a-uuid", "/search"):
        page(web.get(here.host, path), 404)
    problem(web.get("nowhere.localhost", "/api/v1/courses"), 404, "not-found")
    page(web.get("nowhere.localhost", "/"), 404)


def test_what_cannot_be_done_with_an_address(web: Web, here: City, who: Resident) -> None:
    answer = web.post(here.host, "/api/v1/courses", who)
    problem(answer, 405, "method-not-allowed")
    page(web.ask("DELETE", here.host, "/courses", who), 405)
    problem(web.ask("BREW", here.host, "/api/v1/courses"), 405, "method-not-allowed")


def test_what_could_be_done_instead_is_said(web: Web, here: City, who: Resident) -> None:
    answer = web.post(here.host, "/api/v1/courses", who)
    assert set(answer.headers.get("Allow", "").split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_file_with_too_long_a_name_is_not_there(web: Web, here: City) -> None:
    page(web.get(here.host, f"/static/{'a' * 5000}"), 404)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "limit=", "cursor=!!", "cursor=AAAA", "limit=1&limit=x", f"cursor={'A' * 501}"],
)
def test_arguments_of_the_wrong_shape(web: Web, here: City, query: str) -> None:
    answer = web.get(here.host, f"/api/v1/courses?{query}")
    if query == "limit=1&limit=x":
        assert answer.status_code in (200, 422)
        return
    said = problem(answer, 422, "invalid")
    assert set(said["errors"]) == {query.split("=", maxsplit=1)[0]}


def test_what_cannot_be_read(web: Web, here: City, who: Resident) -> None:
    """No text holds the letter NUL, and the database keeps none."""
    problem(web.get(here.host, "/api/v1/courses?q=a%00"), 400, "bad-request")
    page(web.get(here.host, "/courses?q=a%00"), 400)
    form: dict[str, Any] = {"data": b"language=%00", "content_type": "application/x-www-form-urlencoded"}
    page(web.ask("POST", here.host, "/my/language", who, **form), 400)


@pytest.mark.parametrize("bytes_sent", ["%00", "%ff%fe", "%ed%a0%80", "%f0%9f%98%80", "a" * 5000, "%25", "'\"--", "\\"])
def test_odd_bytes_break_nothing(web: Web, here: City, who: Resident, bytes_sent: str) -> None:
    for host, path in (
        (here.host, f"/courses?q={bytes_sent}"),
        (here.host, f"/api/v1/courses?q={bytes_sent}"),
        (PORTAL, f"/search?q={bytes_sent}"),
        (PORTAL, f"/api/v1/search?q={bytes_sent}"),
        (PORTAL, f"/api/v1/tenants?cursor={bytes_sent}"),
        (here.host, f"/certificates?number={bytes_sent}&code={bytes_sent}"),
        (here.host, f"/certificates/{bytes_sent}?code={bytes_sent}"),
        (here.host, f"/api/v1/certificates/{bytes_sent}?code={bytes_sent}"),
        (here.host, f"/auth/sign-in?next={bytes_sent}"),
        (here.host, f"/auth/ticket?ticket={bytes_sent}"),
        (PORTAL, f"/auth/callback?state={bytes_sent}&code={bytes_sent}"),
        (here.host, f"/static/{bytes_sent[:200]}"),
        (here.host, f"/nothing/{bytes_sent}?lang={bytes_sent}"),
    ):
        answer = web.get(host, path)
        assert answer.status_code < 500, path
        assert (
            web.get(
                host, path, headers={"Cookie": f"lang={bytes_sent[:20]}; maru_session={bytes_sent[:20]}"}
            ).status_code
            < 500
        )


FORMS = {
    "/my/residence": ("region", "district", "since"),
    "/my/language": ("language",),
    "/my/consents": ("seen.x", "agree.x"),
}
TYPED = [
    "%00",
    "%EA%B9%80%00",
    "%ED%A0%80",
    "%FF",
    "9999-99-99",
    "0001-01-01",
    "9999-12-31",
    "x" * 100_000,
    "%F0%9F%98%80",
]


@pytest.mark.parametrize("typed", TYPED)
def test_odd_words_in_forms_break_nothing(web: Web, here: City, who: Resident, typed: str) -> None:
    for path, names in FORMS.items():
        for name in names:
            form = {"region": "41110", "since": "2026-01-01", "answer": "withdraw", name: typed}
            body = "&".join(f"{key}={value}" for key, value in form.items())
            answer = web.post(here.host, path, who, data=body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code < 500, (path, name)


@pytest.mark.parametrize("kind", ["query", "query-name", "name", "file-name", "file"])
def test_nul_is_refused_wherever_it_stands(web: Web, here: City, admin: Resident, kind: str) -> None:
    """The database cannot keep it; the file is a good one, whose report would."""
    nul = {name: "\0" if name == kind else "" for name in ("name", "file-name", "file")}
    query = {"query": "?a=%00", "query-name": "?%00=a"}.get(kind, "")
    body = (
        f'--x\r\nContent-Disposition: form-data; name="a{nul["name"]}b"\r\n\r\nc\r\n'
        f'--x\r\nContent-Disposition: form-data; name="file{nul["file"]}"; filename="a{nul["file-name"]}b.csv"\r\n\r\n'
        "강좌명\r\n사진\r\n--x--\r\n"
    )
    form = "multipart/form-data; boundary=x"
    answer = web.post(here.host, f"/console/imports{query}", admin, data=body.encode(), content_type=form)
    assert answer.status_code == 400


@pytest.mark.parametrize("key", ["", "x" * 201, "\xe9", "a b", "x" * 200])
def test_odd_keys_of_a_repeated_request(web: Web, here: City, who: Resident, key: str) -> None:
    path = f"/api/v1/runs/{here.things['run_id']}/applications"
    answer = web.post(here.host, path, who, headers={"Idempotency-Key": key})
    assert answer.status_code == (201 if 1 <= len(key) <= 200 else 422)


def test_a_body_that_is_no_json_or_no_form(web: Web, here: City, who: Resident) -> None:
    path = f"/api/v1/runs/{here.things['run_id']}/applications"
    for content_type in (
        "application/json",
        "application/xml",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        ";;;",
    ):
        answer = web.post(here.host, path, who, data=b'{"a": ', content_type=content_type)
        assert answer.status_code in (201, 400, 409, 415, 422), content_type
        if answer.status_code >= 400:
            assert answer.mimetype == "application/problem+json"


@pytest.fixture
def admin(build: Builder, here: City) -> Resident:
    return build.actor("admin", [here.host], {"city_admin": here.tenant}).sessions[here.host]


def test_a_request_may_not_be_larger_than_a_standard_file(web: Web, here: City, admin: Resident) -> None:
    too_much: dict[str, Any] = {
        "environ_overrides": {"CONTENT_LENGTH": str(UPLOAD_LIMIT + 1)},
        "headers": {"Cookie": admin.cookie},
    }
    form = "multipart/form-data; boundary=x"
    answer = web.ask("POST", here.host, "/console/imports", data=b"x", content_type=form, **too_much)
    shown = page(answer, 413)
    assert "파일은 20MB까지" in shown
    assert " 업무실</title>" in shown
    assert 'class="btn" href="/console">업무 첫 화면으로' in shown
    api = f"/api/v1/runs/{here.things['run_id']}/applications"
    answer = web.ask("POST", here.host, api, data=b"x", content_type="application/x-www-form-urlencoded", **too_much)
    assert problem(answer, 413, "request-entity-too-large")["detail"].startswith("보내신 글이 너무 깁니다.")


def test_a_field_that_is_no_file_may_not_fill_the_memory(web: Web, here: City, admin: Resident) -> None:
    words = "x" * (2**20 + 1)
    for fields in ({"csrf_token": words}, {"csrf_token": admin.csrf, "note": words}):
        data = {**fields, "file": (io.BytesIO(b"x"), "x.csv")}
        page(web.ask("POST", here.host, "/console/imports", data=data, headers={"Cookie": admin.cookie}), 413)


@pytest.mark.parametrize(
    ("state", "slug", "status"),
    [("suspended", "suspended", 503), ("archived", "gone", 410), ("planned", "not-found", 404)],
)
def test_a_house_that_is_shut_says_why(web: Web, make: Maker, state: str, slug: str, status: int) -> None:
    host = f"{make.slug(make.city(state=state))}.localhost"
    problem(web.get(host, "/api/v1/courses"), status, slug)
    page(web.get(host, "/courses"), status)


def test_an_english_reader_is_answered_in_english(web: Web, here: City) -> None:
    said = problem(web.get(here.host, "/api/v1/me?lang=en"), 401, "sign-in")
    assert said["detail"] == said["detail_en"]
    assert not HANGUL.search(said["title"])
    shown = web.get(here.host, "/nothing?lang=en")
    assert 'lang="en"' in shown.text


def test_a_settled_run_says_so_also_where_nobody_set_an_end_to_its_window(
    web: Web, make: Maker, database: Database
) -> None:
    city = make.city()
    run_id, who = make.run(city), make.session(make.person(), city)
    with database.transaction(Scope.JOB, tenant=city):
        run = session().get_one(Run, (city, run_id))
        run.closes_at, run.settled_at = None, datetime.now(UTC)
        project([run_id])
    answer = web.post(f"{make.slug(city)}.localhost", f"/api/v1/runs/{run_id}/applications", who)
    said = problem(answer, 409, "not-open")
    assert said["detail_ko"] == "수료 처리를 마친 강좌입니다. 더는 신청을 받지 않습니다."
    assert said["detail_en"] == "This course is over and its results are settled. It takes no more applications."


def every_sentence() -> Iterator[tuple[str, str]]:
    """The sentences of all refusals and errors that are written down as such."""
    yield from ((f"HTTP {code}", words) for code, words in [*HTTP_WORDS.items(), *HTTP_TITLES.items()])
    kinds: list[type[MaruError]] = [MaruError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
        yield (kind.__name__, kind.title)
    facts = {"opens_at": None, "closes_at": None, "cancel_reason": "", "min_age": 1, "max_age": 2, "run_id": None}
    homes, settled, last_days = (None, Named("수원시", "Suwon")), (None, datetime.now(UTC)), (date.min, date.max)
    for home, settled_at, ends_on in product(homes, settled, last_days):
        run = SimpleNamespace(**facts, settled_at=settled_at, ends_on=ends_on)
        for code in (*GENERAL, *PARTICULAR):
            error = refusal(code, partial(Situation, run, Named("성남시", "Seongnam"), home))
            yield from (
                (code, words) for words in (error.detail, error.rule, *(remedy.text for remedy in error.remedies))
            )


@pytest.mark.parametrize(("name", "words"), sorted(set(every_sentence())))
def test_every_refusal_is_said_in_english_too(name: str, words: str) -> None:
    translated = _catalogue("en").gettext(words)
    assert not words or not HANGUL.search(translated), name

"""Where browsers reach the object store, and which pages may."""

import pytest
from flask import Flask

from maru import security
from maru.config import Config
from maru.errors import ConfigurationError

STORE = "https://media.example.kr"


def load(**variables: str) -> Config:
    return Config.load({"MARU_HOME": "/nowhere", **variables})


def test_browsers_use_the_stores_own_address_unless_told_another() -> None:
    url = "http://access:secret@s3:8333/maru"
    assert load(S3_URL=url).s3.public_url == ""
    assert load(S3_URL=url, S3_PUBLIC_URL=f"{STORE}/").s3.public_url == STORE
    assert load(S3_URL=f"{url}?region=kr-standard").s3.region == "kr-standard"


@pytest.mark.parametrize(
    "value", ["media.example.kr", "ftp://media.example.kr", f"{STORE}/maru", f"{STORE}?a=b", "https://"]
)
def test_an_address_that_is_no_origin_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError, match="S3_PUBLIC_URL"):
        load(S3_PUBLIC_URL=value)


@pytest.fixture
def app() -> Flask:
    app, config = Flask("pages"), load()
    app.after_request(lambda response: security.harden(response, config, ""))

    @app.get("/video")
    def video() -> str:
        security.allow_store(STORE)
        return ""

    return app


def policy(app: Flask, path: str) -> dict[str, str]:
    stated = app.test_client().get(path).headers["Content-Security-Policy"]
    return {name: words for name, _, words in (part.strip().partition(" ") for part in stated.split(";"))}


def test_only_a_page_that_asks_reaches_the_store(app: Flask) -> None:
    opened = policy(app, "/video")
    assert opened["connect-src"] == f"'self' {STORE}"
    assert opened["media-src"] == f"'self' blob: {STORE}"
    assert opened["img-src"] == f"'self' data: {STORE}"
    assert STORE not in opened["default-src"]
    others = policy(app, "/elsewhere")
    assert STORE not in str(others)
    assert others["default-src"] == "'self'"
    assert others["img-src"] == "'self' data:"

"""Style sheets and scripts: addresses that change with the content, and how long they may be kept."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask

from maru.web import assets

ADDRESS = re.compile(r"/static/css/console\.css\?v=[0-9a-f]{8}")


def test_an_address_carries_the_hash_of_the_content() -> None:
    assert ADDRESS.fullmatch(assets.asset_url("css/console.css"))


def test_a_change_gives_a_new_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    sheet = tmp_path / "some.css"
    sheet.write_text("a {}")
    before = assets.asset_url("some.css")
    sheet.write_text("b {}")
    assert assets.asset_url("some.css") != before


def test_the_bundle_is_its_parts_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    for name in assets.BUNDLES["css/maru.css"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"/* {name} */")
    whole = assets.load("css/maru.css").content.decode()
    assert re.findall(r"/\* (\S+) \*/", whole) == list(assets.BUNDLES["css/maru.css"])
    (tmp_path / assets.FONT_SHEET).unlink()
    assert assets.FONT_SHEET not in assets.load("css/maru.css").content.decode()


def test_a_part_that_is_missing_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    with pytest.raises(FileNotFoundError):
        assets.load("css/maru.css")


def test_residents_do_not_download_the_console() -> None:
    assert b"@layer console {" not in assets.load("css/maru.css").content
    assert b"@layer console {" in assets.load("css/console.css").content


def test_a_versioned_address_is_kept_for_a_year(app: Flask) -> None:
    client = app.test_client()
    response = client.get(assets.asset_url("css/maru.css"))
    assert response.status_code == 200
    assert response.content_type == "text/css; charset=utf-8"
    assert "immutable" in response.headers["Cache-Control"]
    assert "immutable" not in client.get("/static/css/maru.css").headers["Cache-Control"]
    assert "immutable" not in client.get("/static/css/maru.css?v=00000000").headers["Cache-Control"]


def test_text_travels_compressed_where_the_browser_takes_it(app: Flask) -> None:
    client = app.test_client()
    zipped = client.get("/static/css/maru.css", headers={"Accept-Encoding": "gzip, br"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == client.get("/static/css/maru.css").data


def test_an_unchanged_asset_is_not_sent_again(app: Flask) -> None:
    client = app.test_client()
    tag = client.get("/static/icon.svg").headers["ETag"]
    assert client.get("/static/icon.svg", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("name", ["none.css", "css", "../assets.py", "css/../../assets.py", "%2e%2e/assets.py"])
def test_nothing_outside_is_served(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/static/{name}").status_code == 404

"""A video's way from the browser to players, on a real store and with the real worker; captions beside it."""

import io
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from contentlib.items import service as library
from contentlib.media import service as media
from contentlib.media.models import Video
from contentlib.uploads import sweeping
from maru import jobs
from maru.config import Config
from maru.db import Database, Scope, session
from maru.jobs import Tools
from maru.migrating import engine_connection
from maru.storage import connect
from maru.worker import run_worker
from tenants.sample.items import make as sample_make
from tenants.sample.items import make_item, words_of
from tenants.sample.reading import lines
from tests.client import Web, opened
from tests.conftest import Maker
from tests.contentlib.conftest import WORDS, Office
from tests.contentlib.media.conftest import Clips

APPROVER = "library_approver"
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\n안녕하세요\n\n00:02.000 --> 00:04.000\n반갑습니다\n"


@pytest.fixture(scope="module")
def stored(stored: Config, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Films are prepared in a folder of this file's own."""
    return replace(stored, home=tmp_path_factory.mktemp("work"))


@pytest.fixture(scope="module")
def web(stored: Config) -> Iterator[Web]:
    with opened(stored) as asked:
        yield asked


@pytest.fixture
def office(web: Web, stored: Config, database: Database, make: Maker) -> Iterator[Office]:
    yield Office(web, stored, database, make)
    with engine_connection(stored.database_url) as connection:
        connection.exec_driver_sql("RESET ROLE; DELETE FROM queue.procrastinate_jobs")


def begin(office: Office, item: UUID, file: Path) -> dict[str, Any]:
    facts = {"filename": file.name, "bytes": file.stat().st_size, "modified": 1}
    answer = office.ask("POST", f"/{item}/video", data=facts)
    assert answer.status_code == 200, answer.text
    plan: dict[str, Any] = answer.get_json()
    return plan


def put(office: Office, plan: dict[str, Any], number: int, data: bytes) -> None:
    below = plan["parts_url"].removeprefix("/province/library")
    (address,) = office.ask("GET", f"{below}?numbers={number}").get_json()["urls"].values()
    with urllib.request.urlopen(urllib.request.Request(address, data, method="PUT"), timeout=10) as answer:
        assert answer.status == 200


def finish(office: Office, plan: dict[str, Any]) -> int:
    return office.ask("POST", plan["finish_url"].removeprefix("/province/library")).status_code


def upload(office: Office, item: UUID, file: Path) -> Video:
    plan = begin(office, item, file)
    put(office, plan, 1, file.read_bytes())
    assert finish(office, plan) == 200
    return current(office, item)


def current(office: Office, item: UUID) -> Video:
    with office.working():
        found, _captions = media.of_item(item)
        assert found
        return found


def test_a_video_is_uploaded_made_ready_and_read_by_ranges(office: Office, stored: Config, clip: Clips) -> None:
    item, file = office.new(), clip("silent.mp4")
    plan = begin(office, item, file)
    assert plan["done"] == []
    put(office, plan, 1, file.read_bytes())
    assert begin(office, item, file)["done"] == [1], "the same file goes on where it was broken off"
    assert "올리다가 멈춘 파일입니다." in office.ask("GET", f"/{item}").text
    assert finish(office, plan) == 200
    assert finish(office, plan) == 200, "the answer may be lost and asked for again"
    assert "준비하고 있습니다" in office.ask("GET", f"/{item}").text
    run_worker(stored, until_empty=True)
    video = current(office, item)
    assert (video.state, video.progress, video.seconds) == ("ready", 100, 8)
    page = office.ask("GET", f"/{item}")
    assert "재생할 수 있습니다" in page.text
    assert connect(stored.s3).origin in page.headers["Content-Security-Policy"]
    master = office.ask("GET", f"/{item}/video/{video.id}/master.m3u8")
    assert master.mimetype == "application/vnd.apple.mpegurl"
    (name,) = [line for line in master.text.splitlines() if line.endswith(".m3u8")]
    variant = office.ask("GET", f"/{item}/video/{video.id}/{name}").text
    (address,) = {line for line in variant.splitlines() if line.startswith("http")}
    asked = urllib.request.Request(address, headers={"Range": "bytes=0-99"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert (answer.status, len(answer.read())) == (206, 100)
    assert office.ask("GET", f"/{item}/video/{video.id}/999p.m3u8").status_code == 404
    with urllib.request.urlopen(
        office.ask("GET", f"/{item}/video/{video.id}/poster.jpg").location, timeout=10
    ) as still:
        assert still.headers["Content-Type"] == "image/jpeg"
    assert not (stored.home / "media" / str(video.id)).exists(), "nothing is left on the worker's disk"


def test_a_sample_item_plays_in_every_live_city(stored: Config, office: Office, database: Database) -> None:
    """`maru sample item`: what other programs measure playback with."""
    host = f"{office.make.slug(office.make.city())}.localhost"
    item = make_item(stored, database, 6)
    assert office.web.get(host, f"/items/{item}").status_code == 200
    played = office.web.get(host, f"/api/v1/items/{item}/playback").get_json()
    assert (played["seconds"], [one["language"] for one in played["captions"]]) == (6, ["ko"])
    master = office.web.get(host, played["master"]).text
    names = [line for line in master.splitlines() if line.endswith(".m3u8")]
    assert names == ["240p.m3u8", "360p.m3u8"]
    for name in names:
        address = next(
            line for line in office.web.get(host, f"/items/{item}/{name}").text.splitlines() if "http" in line
        )
        with urllib.request.urlopen(address.split('"')[1] if '"' in address else address, timeout=10) as answer:
            assert answer.status == 200
    assert office.web.get(host, f"/items/{item}/ko.vtt").text.startswith("WEBVTT")
    assert office.web.get(host, f"/items/{item}/en.vtt").status_code == 404


def test_another_video_takes_its_place_and_what_was_published_plays_on(
    office: Office, stored: Config, clip: Clips
) -> None:
    item = office.ready(title="판마다 다른 영상")
    first = current(office, item)
    office.ask("POST", f"/{item}/publish", APPROVER)
    second = upload(office, item, clip("silent.mp4"))
    assert second.id != first.id
    assert "영상을 준비하고 있습니다" in office.ask("GET", f"/{item}").text
    assert office.ask("POST", f"/{item}/publish", APPROVER).status_code == 409, "the new one is not ready yet"
    run_worker(stored, until_empty=True)
    assert office.ask("POST", f"/{item}/publish", APPROVER).status_code == 303
    with office.working():
        films = session().execute(
            sa.text("SELECT video_id FROM item_versions WHERE item_id = :item ORDER BY number"), {"item": item}
        )
        assert [film for (film,) in films] == [first.id, second.id]


def test_what_is_no_video_is_said_in_words_and_may_be_tried_again(
    office: Office, stored: Config, tmp_path: Path
) -> None:
    item, file = office.new(), tmp_path / "letter.mp4"
    file.write_text("이것은 영상이 아닙니다.")
    video = upload(office, item, file)
    run_worker(stored, until_empty=True)
    page = office.ask("GET", f"/{item}").text
    assert "영상을 준비하지 못했습니다" in page
    assert "영상 파일이 아니거나 읽을 수 없는 형식입니다." in page
    assert office.ask("POST", f"/{item}/video/{video.id}/again").status_code == 303
    assert current(office, item).state == "waiting"


@pytest.mark.parametrize(
    ("size", "said"), [(0, "빈 파일입니다."), (2 * 2**30 + 1, "2GB까지"), ("x", "읽지 못했습니다")]
)
def test_a_size_that_cannot_be_is_refused_before_anything_is_sent(office: Office, size: Any, said: str) -> None:
    asked = {"data": {"filename": "x.mp4", "bytes": size}, "headers": {"Accept": "application/json"}}
    answer = office.ask("POST", f"/{office.new()}/video", **asked)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert said in answer.get_json()["detail"]


def test_an_upload_is_given_up_and_parts_that_are_none_are_refused(office: Office, clip: Clips) -> None:
    item = office.new()
    plan = begin(office, item, clip("silent.mp4"))
    here = plan["parts_url"].removeprefix("/province/library")
    for numbers in ("0", "2", "-1", "x", "", ",".join(["1"] * 21)):
        assert office.ask("GET", f"{here}?numbers={numbers}").status_code == 422, numbers
    assert finish(office, plan) == 409, "nothing has arrived"
    cancelled = office.ask("POST", plan["cancel_url"].removeprefix("/province/library"))
    assert cancelled.status_code == 303
    assert office.ask("GET", f"{here}?numbers=1").status_code == 409
    assert "아직 영상이 없습니다." in office.ask("GET", f"/{item}").text


def test_another_items_video_is_not_this_ones(office: Office, clip: Clips) -> None:
    item, other = office.new(), office.new()
    video = begin(office, item, clip("silent.mp4"))["parts_url"].split("/")[-2]
    for way in ("finish", "cancel", "again"):
        assert office.ask("POST", f"/{other}/video/{video}/{way}").status_code == 404


def give(office: Office, item: UUID, text: bytes, language: str = "ko") -> Any:
    data = {"language": language, "file": (io.BytesIO(text), "captions.vtt")}
    return office.ask("POST", f"/{item}/captions", data=data)


def test_captions_are_checked_line_by_line(office: Office) -> None:
    item = office.new()
    refused = give(office, item, CAPTIONS.replace("00:02.000 --> 00:04.000", "00:04.000 --> 00:02.000").encode())
    assert refused.status_code == 422
    assert '<th scope="row" class="r">6</th>' in refused.text
    assert "끝나는 시각이 시작 시각보다 뒤가 아닙니다." in refused.text
    assert give(office, item, CAPTIONS.encode(), "xx").status_code == 422
    assert office.ask("POST", f"/{item}/captions", data={"language": "ko"}).status_code == 422
    assert give(office, item, CAPTIONS.encode()).status_code == 303
    assert give(office, item, CAPTIONS.replace("반갑습니다", "고맙습니다").encode()).status_code == 303
    with office.working():
        (kept,) = media.of_item(item)[1]
    assert kept.cues == 2
    served = office.ask("GET", f"/{item}/captions/{kept.id}.vtt")
    assert served.mimetype == "text/vtt"
    assert "고맙습니다" in served.text
    assert office.ask("POST", f"/{item}/captions/{kept.id}/drop").status_code == 303
    assert "아직 자막이 없습니다." in office.ask("GET", f"/{item}").text


def test_what_waits_for_approval_keeps_its_video_and_captions(office: Office, clip: Clips) -> None:
    item = office.ready()
    office.ask("POST", f"/{item}/submit")
    file = clip("silent.mp4")
    facts = {"filename": file.name, "bytes": file.stat().st_size}
    assert office.ask("POST", f"/{item}/video", data=facts).status_code == 409
    assert give(office, item, CAPTIONS.encode()).status_code == 409
    assert office.ask("POST", f"/{item}/video/{current(office, item).id}/cancel").status_code == 409


def test_editor_and_approver_watch_it_with_captions_before_it_is_published(
    office: Office, stored: Config, clip: Clips
) -> None:
    item = office.new(title="미리 볼 것")
    assert office.ask("GET", f"/{item}/preview").status_code == 404, "there is nothing to see yet"
    upload(office, item, clip("silent.mp4"))
    run_worker(stored, until_empty=True)
    captions = {"language": "ko", "file": (io.BytesIO(b"WEBVTT\n\n00:00.000 --> 00:04.000\nsaid\n"), "ko.vtt")}
    assert office.ask("POST", f"/{item}/captions", data=captions).status_code == 303
    for role in ("library_editor", APPROVER):
        assert f'href="/province/library/{item}/preview"' in office.ask("GET", f"/{item}", role).text
        page = office.ask("GET", f"/{item}/preview", role)
        assert connect(stored.s3).origin in page.headers["Content-Security-Policy"]
        (track,) = re.findall(r'<track[^>]* src="([^"]+)"', page.text)
        (master,) = re.findall(r'<video[^>]* src="([^"]+)"', page.text)
        for path in (track, master):
            assert office.ask("GET", path.removeprefix("/province/library"), role).status_code == 200
    assert office.ask("GET", f"/{item}/preview", "").status_code == 403


def test_what_nobody_needs_leaves_the_store_at_night(office: Office, stored: Config, clip: Clips) -> None:
    storage = connect(stored.s3)
    dropped, published, waiting = (office.new(title=title) for title in ("뺄 영상", "공개할 영상", "올리다 만 영상"))
    films = [upload(office, one, clip("silent.mp4")) for one in (dropped, published)]
    run_worker(stored, until_empty=True)
    office.ask(
        "POST", f"/{published}/edit", data={**WORDS, "title": "공개할 영상", "captions_exception": "말이 없습니다."}
    )
    assert office.ask("POST", f"/{published}/publish", APPROVER).status_code == 303
    begin(office, waiting, clip("silent.mp4"))
    keys = [media.key(film) for film in films]
    for item, film in zip((dropped, published), films, strict=True):
        assert office.ask("POST", f"/{item}/video/{film.id}/cancel").status_code == 303
    swept(stored, office)
    assert [storage.exists(key) for key in keys] == [True, True], "a day passes first"
    with office.working():
        session().execute(sa.text("UPDATE videos SET dropped_at = dropped_at - interval '2 days'"))
        session().execute(sa.text("UPDATE videos SET created_at = created_at - interval '8 days'"))
    swept(stored, office)
    assert [storage.exists(key) for key in keys] == [False, True], "what was published stays"
    assert not storage.exists(keys[0].replace("source", "240p.mp4"))
    with office.working():
        assert media.of_item(waiting) == (None, []), "nobody has gone on with it for a week"


def swept(stored: Config, office: Office) -> None:
    tools = Tools(stored, connect(stored.s3), partial(office.database.transaction, Scope.JOB))
    with jobs.having(tools):
        sweeping.sweep()


def test_items_of_the_sample_are_made_in_the_worker_and_done_again_they_change_nothing(
    office: Office, stored: Config, database: Database
) -> None:
    by, one = office.who("library_editor").person_id, lines("items")[1]
    with office.working():
        item = library.write(words_of(one), by).id
        for _ in range(2):
            sample_make.later(item, 1, by, by)
    ending = Tools(stored, connect(stored.s3), partial(database.transaction, Scope.JOB), stopping=lambda: True)
    with jobs.having(ending), pytest.raises(jobs.Leaving):
        sample_make(item, 1, by, by)
    run_worker(stored, until_empty=True)
    with office.working():
        found = library.get(item)
        assert (found.state, found.version) == ("published", 1)
        video, captions = media.of_item(item)
        assert video
        assert (video.state, video.seconds) == ("ready", len(one["lines"]) * one["line_seconds"])
        assert captions[0].cues == len(one["lines"])

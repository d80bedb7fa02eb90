"""The triangle: the province publishes a film, cities adopt it, a resident watches it and has it in the one history.

Everything is real: the browser sends the file to the object store, the worker makes the ladder, the player plays it.
"""

import re
import secrets
import subprocess
from pathlib import Path
from uuid import UUID

import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from playwright.sync_api import expect

from tenants.sample.making import make_people
from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitor, Visitors

SECONDS = 12
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:06.000\n\xec\xb2\xab \xeb\xa7\x90\n\n00:06.000 --> 00:12.000\n\xeb\x81\x9d \xeb\xa7\x90\n"
FIVE_SECONDS_SEEN = """film => new Promise(seen => {
  const look = () => film.currentTime >= 5 && seen();
  film.addEventListener("timeupdate", look);
  look();
})"""
ITEM = re.compile(r"/province/library/([0-9a-f-]{36})$")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    drawn = ["-f", "lavfi", "-i", f"gradients=size=426x240:rate=10:duration={SECONDS}"]
    sound = ["-f", "lavfi", "-i", f"sine=duration={SECONDS}"]
    made = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-threads", "1", str(path)]
    subprocess.run([get_ffmpeg_exe(), "-loglevel", "error", *drawn, *sound, *made], check=True)
    return path


def staff(house: House, visitors: Visitors, role: str, city: UUID | None = None) -> Visitor:
    person = house.make.person()
    house.make.grant(person, role, city)
    slug = house.make.slug(city) if city else None
    cookie = house.make.session(person, city).cookie.partition("=")
    visitor = visitors.person()
    address = house.url(slug)
    visitor.page.context.add_cookies([{"name": cookie[0], "value": cookie[2], "url": address}])
    return visitor


def publish(house: House, visitors: Visitors, film: Path, title: str) -> str:
    """An editor writes and uploads, an approver publishes; gives the item's id."""
    editor = staff(house, visitors, "library_editor").goes(None, "/province/library").looks()
    editor.follows("새 콘텐츠").looks()
    editor.page.get_by_label("제목").fill(title)
    editor.presses("저장하기").reads("영상을 올려 주세요.", "한국어 자막을 올리거나").looks()
    found = ITEM.search(editor.page.url)
    assert found
    editor.follows("고치기")
    editor.page.get_by_label("한 줄 소개").fill("물을 고르는 법부터 배웁니다.")
    editor.page.get_by_label("분야").select_option("04")
    editor.page.get_by_label("수준").select_option("first")
    editor.page.get_by_label("이용 조건").select_option("own")
    editor.page.get_by_label("만든 곳이나 권리자").fill("경기도")
    editor.presses("저장하기").reads("영상을 올려 주세요.")
    editor.page.locator("input[type=file]").set_input_files(film)
    editor.presses(re.compile("^올리기$")).reads("준비하고 있습니다")
    editor.follows("자막 올리기").looks()
    broken = {"name": "x.vtt", "mimeType": "text/vtt", "buffer": CAPTIONS.replace(b"00:12", b"00:02")}
    editor.page.locator("input[type=file]").set_input_files(broken)
    editor.presses("올리기").reads("끝나는 시각이 시작 시각보다 뒤가 아닙니다.").looks()
    editor.page.locator("input[type=file]").set_input_files({**broken, "buffer": CAPTIONS})
    editor.presses("올리기").reads("자막 글 2개를 넣었습니다.")
    for _ in range(60):
        if editor.page.get_by_text("재생할 수 있습니다").count():
            break
        editor.page.wait_for_timeout(500)
        editor.page.reload()
    editor.reads("재생할 수 있습니다").looks().presses("승인 요청하기").reads("승인을 요청했습니다.")
    approver = staff(house, visitors, "library_approver").goes(None, f"/province/library/{found[1]}").looks()
    approver.presses(re.compile("1판으로 공개하기")).reads("1판을 공개했습니다.").looks()
    return found[1]


def test_from_an_upload_to_the_one_history_with_the_city_changed_in_between(
    house: House, visitors: Visitors, film: Path
) -> None:
    title = f"처음 만나는 수채화 {secrets.token_hex(3)}"
    item = publish(house, visitors, film, title)
    here, there = house.make.city(), house.make.city()
    for city in (here, there):
        clerk = staff(house, visitors, "course_operator", city).goes(
            house.make.slug(city), f"/console/library?q={title}"
        )
        clerk.looks().presses(re.compile("^채택하기")).reads("채택했습니다.").looks()
    clerk.goes(house.make.slug(there), "/console/library?mine=1").reads(title).looks()

    (person, _name), *_rest = make_people(house.make.config.database_url, 1, consent=True)
    slugs = [house.make.slug(city) for city in (here, there)]
    phone = visitors.resident(house.make.session(person, here), slugs[0], width=PHONE)
    phone.goes(slugs[0], "/courses").follows("영상으로 배우는 온라인 강좌에서도 찾기").reads(title).looks()
    phone.follows(title).is_at(f"/items/{item}", slugs[0]).looks()
    phone.presses(re.compile("^재생$"))
    playing = phone.page.get_by_role("button", name="멈춤")
    expect(playing).to_be_visible()
    phone.page.locator("video").evaluate(FIVE_SECONDS_SEEN)
    playing.click()
    expect(phone.page.locator("[data-credited-words]")).to_contain_text(re.compile(r"[4-8]초 / 12초"))

    desk = visitors.resident(house.make.session(person, there), slugs[1])
    desk.goes(slugs[1], f"/items/{item}").reads(re.compile(r"0:0[4-8]부터 이어서 봅니다"))
    desk.presses(re.compile("^재생$"))
    expect(desk.page.locator("[data-credited-done]")).to_be_visible(timeout=30_000)
    desk.goes(slugs[1], "/my").reads(title).looks()
    assert desk.page.locator("li.is-video").count() == 1

    clerk.presses(re.compile("^빼기")).reads("누리집에서 뺐습니다.")
    desk.goes(slugs[1], f"/items/{item}", status=404).reads("이 누리집에 없는 온라인 강좌입니다.").looks()
    desk.goes(slugs[1], "/my").reads(title)


def test_without_signing_in_and_without_script(house: House, visitors: Visitors) -> None:
    stranger = visitors.person(script=False).goes("suwon", "/items")
    stranger.reads("온라인 강좌")

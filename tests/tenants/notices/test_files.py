"""Files of notices: only kinds that offices send, few and small, and gone with the notice (GP-05)."""

import io
import re
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from werkzeug.test import TestResponse

from maru.config import Config
from maru.storage import Storage
from tenants.notices.files import Sent
from tests.client import Web, opened
from tests.conftest import Maker
from tests.tenants.notices.test_pages import Desk, id_of

PDF = b"%PDF-1.7 two pages"


@pytest.fixture(scope="module")
def web(stored: Config) -> Iterator[Web]:
    with opened(stored) as asked:
        yield asked


@pytest.fixture
def desk(web: Web, make: Maker) -> Desk:
    return Desk(web, make)


def send(desk: Desk, *files: tuple[str, bytes], path: str = "/new", **fields: str) -> TestResponse:
    form = {"title": "강의실이 바뀝니다", "body": "글", "when": "now", **fields}
    data = {**form, "files": [(io.BytesIO(data), name) for name, data in files]}
    return desk.web.post(desk.host, f"/console/notices{path}", desk.who, data=data)


def addresses(desk: Desk, notice: str) -> list[str]:
    return re.findall('href="(/notices/[^"]+/files/[^"]+)"', desk.reads(f"/notices/{notice}"))


def test_a_file_is_saved_under_its_name_and_never_opened_here(desk: Desk) -> None:
    assert send(desk, ("강의실 안내.pdf", PDF), ("시간표.hwp", b"hwp")).status_code == 303
    notice = id_of(desk.console("notices"), "강의실이 바뀝니다")
    page = desk.reads(f"/notices/{notice}")
    assert "붙임 파일" in page
    assert ">시간표.hwp</a>" in page
    answer = desk.web.get(desk.host, addresses(desk, notice)[0])
    assert answer.status_code == 302
    saved = httpx.get(answer.location)
    assert (saved.content, saved.headers["Content-Type"]) == (PDF, "application/pdf")
    assert saved.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%EA%B0%95")


def test_a_name_is_a_name_alone() -> None:
    """Some browsers send the folder too; signs that turn the direction of a text would hide how a name ends."""
    for written in ("C:\\문서\\시간표.hwp", "/home/문서/시간표.hwp", "시간\u202e표.hwp", " 시간표.hwp\n"):
        assert Sent.read(written, b"").name == "시간표.hwp"
    assert len(Sent.read("가" * 300 + ".pdf", b"").name) == 124


def test_files_are_read_as_long_as_their_notice_is(desk: Desk, web: Web, make: Maker, storage: Storage) -> None:
    send(desk, ("안내.pdf", PDF))
    notice = id_of(desk.console("notices"), "강의실이 바뀝니다")
    (address,) = addresses(desk, notice)
    elsewhere = Desk(web, make)
    assert elsewhere.web.get(elsewhere.host, address).status_code == 404
    send(desk, path=f"/{notice}", when="draft")
    assert desk.web.get(desk.host, address).status_code == 404
    send(desk, path=f"/{notice}")
    assert desk.web.get(desk.host, address).status_code == 302, "writing it anew keeps its files"
    kept = [key for key, _size in storage.under(f"notices/{desk.city}/")]
    assert len(kept) == 1
    desk.web.post(desk.host, f"/console/notices/{notice}/delete", desk.who)
    assert list(storage.under(f"notices/{desk.city}/")) == []
    assert desk.web.get(desk.host, address).status_code == 404


def test_one_is_taken_off_and_another_put_on(desk: Desk) -> None:
    send(desk, ("헌것.pdf", PDF), ("남는 것.pdf", PDF))
    notice = id_of(desk.console("notices"), "강의실이 바뀝니다")
    old = UUID(addresses(desk, notice)[0].rsplit("/", 1)[1])
    assert send(desk, ("새것.pdf", PDF), path=f"/{notice}", drop=str(old)).status_code == 303
    names = re.findall("/files/[^>]+>(?:<svg.*?</svg>)?([^<]+)</a>", desk.reads(f"/notices/{notice}"))
    assert names == ["남는 것.pdf", "새것.pdf"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("열지 마세요.exe", b"MZ")], "‘열지 마세요.exe’ 파일은 붙일 수 없습니다"),
        ([("쪽.html", b"<script>")], "‘쪽.html’ 파일은 붙일 수 없습니다"),
        ([("그림.svg", b"<svg>")], "‘그림.svg’ 파일은 붙일 수 없습니다"),
        ([("fdp.\u202eexe.pdf.exe", b"MZ")], "붙일 수 없습니다"),
        ([("이름만", b"x")], "붙일 수 없습니다"),
        ([(".pdf", PDF)], "붙일 수 없습니다"),
        ([("빈 것.pdf", b"")], "‘빈 것.pdf’ 파일이 비어 있습니다"),
        ([("큰 것.pdf", b"x" * (10 * 2**20 + 1))], "10MB보다 큽니다"),
        ([(f"{n}.pdf", PDF) for n in range(6)], "파일은 5개까지 붙일 수 있습니다."),
    ],
)
def test_what_nobody_should_be_handed_is_refused_and_nothing_is_saved(
    desk: Desk, files: list[tuple[str, bytes]], words: str
) -> None:
    answer = send(desk, *files, body="남아 있을 글")
    assert answer.status_code == 422
    assert words in answer.text
    assert "남아 있을 글" in answer.text
    assert "강의실이 바뀝니다" not in desk.console("notices")


def test_a_form_with_a_fault_asks_for_its_files_again(desk: Desk) -> None:
    answer = send(desk, ("안내.pdf", PDF), title="")
    assert answer.status_code == 422
    assert "파일을 다시 골라 주세요." in answer.text

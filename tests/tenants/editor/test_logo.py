"""A city's sign: only shapes and dots pass, served as a picture and nothing else (GP-05; OWASP's SVG risks)."""

import io
import time
from collections.abc import Callable
from xml.etree.ElementTree import fromstring
from zlib import crc32

import pytest
from PIL import Image, PngImagePlugin

from maru.errors import Invalid
from tenants.editor import pictures, svg
from tenants.sites.content import Content
from tests.tenants.editor.conftest import Desk
from tests.tenants.editor.test_steps import seen

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{}</svg>'
DOT = '<circle cx="5" cy="5" r="4" fill="#0b7a53"/>'
COPY, CLIPPED = '<use href="#a{}"/>', '<rect clip-path="url(#c{})"/>'


def drawing(inside: str) -> bytes:
    return SVG.format(inside).encode()


def png(size: tuple[int, int] = (900, 300), **more: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGBA", size, (11, 122, 83, 255)).save(written, "PNG", **more)
    return written.getvalue()


@pytest.mark.parametrize(
    ("inside", "dropped"),
    [
        ("<script>alert(1)</script>", "script"),
        ('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x"/></body></foreignObject>', "foreignObject"),
        ('<image href="https://evil.example/x.png"/>', "image"),
        ('<a href="javascript:alert(1)"><text>여기</text></a>', "a"),
        ('<animate attributeName="href" to="javascript:alert(1)"/>', "animate"),
        ('<rect onload="alert(1)" width="1" height="1"/>', "onload"),
        ('<use href="https://evil.example/x.svg#a"/>', "href"),
        ('<use xmlns:x="http://www.w3.org/1999/xlink" x:href="data:image/svg+xml;base64,AA"/>', "href"),
        ('<rect fill="url(https://evil.example/)" width="1" height="1"/>', "fill"),
        ('<rect style="fill:url(//evil.example/a)" width="1" height="1"/>', "fill"),
        ('<rect fill="URL( https://evil.example)" width="1" height="1"/>', "fill"),
        ('<g xmlns:s="http://www.w3.org/2000/svg"><s:script>alert(1)</s:script></g>', "script"),
        ('<set attributeName="onclick" to="alert(1)"/>', "set"),
        ('<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example"/>', "iframe "),
    ],
)  # fmt: skip
def test_nothing_but_shapes_is_left(inside: str, dropped: str) -> None:
    cleaned = svg.clean(drawing(DOT + inside))
    assert dropped in cleaned.dropped
    text = cleaned.picture.decode()
    assert not any(
        word in text.lower()
        for word in ("evil", "script", "alert", "onload", "foreign", "data:", "http://www.w3.org/1999")
    )
    assert "#0b7a53" in text


def test_what_drawing_programs_write_is_kept() -> None:
    """Classes, styles, gradients of the file itself, copies of its own shapes."""
    made = svg.clean(
        drawing(
            "<style>.a, .b{fill:#123456;stroke:none}.b{fill:red;background:url(//evil)}</style>"
            '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'
            '<g transform="translate(1 2)"><path class="a" d="M0 0h4v4z"/><path class="b" d="M1 1h2"/></g>'
            '<rect id="r" style="fill:url(#g);font:x" width="3" height="3"/><use href="#r" x="4"/><title>과천</title>'
        )
    )
    text = made.picture.decode()
    assert made.dropped == []
    assert 'd="M0 0h4v4z" fill="#123456"' in text
    assert 'd="M1 1h2" fill="red"' in text
    assert 'fill="url(#g)"' in text
    assert 'href="#r"' in text
    assert "<title>과천</title>" in text
    assert "evil" not in text
    assert "style" not in text
    assert "class" not in text
    fromstring(made.picture)  # our own


@pytest.mark.parametrize(
    "data",
    [
        b"<svg",
        b"<html><svg/></html>",
        drawing(""),
        drawing("<text>Maru</text>"),
        b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
        b'<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>' + drawing("<title>&b;</title>" + DOT),
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + drawing("<title>&a;</title>" + DOT),
        drawing(DOT * 4000),
        drawing(f"<!-- {'x' * 210_000} -->{DOT}"),
        drawing("<g>" * 2500 + DOT + "</g>" * 2500),
        drawing(f'<g id="a0">{DOT}</g>' + "".join(f'<g id="a{n + 1}">{COPY.format(n) * 2}</g>' for n in range(40))),
        drawing(f'<g id="a">{DOT}<use href="#a"/></g>'),
        drawing(
            "".join(f'<clipPath id="c{n + 1}">{CLIPPED.format(n) * 2}</clipPath>' for n in range(40))
            + '<rect width="1" height="1" clip-path="url(#c40)"/>'
        ),
        drawing(DOT).replace(b"<svg", b'<?xml version="1.0" encoding="klingon"?><svg'),
    ],
)
def test_what_is_no_drawing_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid, match="주세요"):
        svg.clean(data)


def test_a_style_sheet_is_read_in_time() -> None:
    """Twelve classes without their rule kept a process busy for half a minute."""
    begun = time.process_time()
    svg.clean(drawing(f"<style>{'.a   ' * 30_000}x</style>{DOT}"))
    assert time.process_time() - begun < 5


def test_a_size_stands_for_a_box() -> None:
    plain = b'<svg xmlns="http://www.w3.org/2000/svg" width="20px" height="10">' + DOT.encode() + b"</svg>"
    assert b'viewBox="0 0 20 10"' in svg.clean(plain).picture


def test_a_png_is_drawn_anew_smaller_and_without_what_it_carried() -> None:
    secret = PngImagePlugin.PngInfo()
    secret.add_text("Comment", "37.4292,126.9876")
    sign = pictures.read(png(pnginfo=secret) + b"<?php")
    assert sign.kind == "png"
    assert b"37.4292" not in sign.picture
    assert b"php" not in sign.picture
    with Image.open(io.BytesIO(sign.picture)) as drawn:
        assert drawn.size == (800, 267)


def announcing(side: int) -> bytes:
    """A small file that says it is a picture of many dots."""
    head = b"IHDR" + side.to_bytes(4) * 2 + b"\x08\x02\0\0\0"
    return pictures.PNG + (13).to_bytes(4) + head + crc32(head).to_bytes(4)


@pytest.mark.parametrize(
    "data", [announcing(60_000), announcing(2**31 - 1), b"", b"GIF89a", b"\xff\xd8\xff\xe0JFIF", png()[:60], png((4001, 10)), b"\x89PNG\r\n\x1a\n" + b"\0" * 3_000_000]
)  # fmt: skip
def test_other_pictures_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid, match=r"주세요|있습니다"):
        pictures.read(data)


def send(desk: Desk, data: bytes, name: str = "logo.svg", **form: str) -> object:
    mark = seen(desk.get("/logo").text)
    return desk.post("/logo", seen=mark, file=(io.BytesIO(data), name), **form)


def test_what_is_told_of_a_file_fits_into_a_cookie(admin: Desk) -> None:
    odd = "".join(f"<x{n}{'y' * 60}/>" for n in range(2000))
    answer = send(admin, drawing(DOT + odd), logo_alt="과천시 로고")
    assert answer.status_code == 303  # type: ignore[attr-defined]
    assert all(len(cookie) < 4000 for cookie in answer.headers.getlist("Set-Cookie"))  # type: ignore[attr-defined]


def test_a_logo_needs_its_words_and_is_served_as_a_picture(
    admin: Desk, resident: Desk, draft: Callable[[], Content]
) -> None:
    assert send(admin, drawing(DOT)).status_code == 422  # type: ignore[attr-defined]
    assert send(admin, drawing(DOT + "<script/>"), logo_alt="과천시 로고").status_code == 303  # type: ignore[attr-defined]
    picture = resident.sees(f"/logos/{draft().logo}")
    assert picture.mimetype == "image/svg+xml"
    assert b"script" not in picture.data
    assert picture.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in picture.headers["Cache-Control"]
    assert resident.sees(f"/logos/{'0' * 64}.svg").status_code == 404
    assert resident.sees("/logos/..%2f..%2fx.svg").status_code == 404


def test_a_logo_that_was_refused_leaves_the_draft_as_it_was(admin: Desk, draft: Callable[[], Content]) -> None:
    answer = send(admin, b"GIF89a", "logo.gif", logo_alt="로고")
    assert answer.status_code == 422
    assert "SVG나 PNG" in answer.text
    assert draft().logo == ""


def test_a_logo_is_taken_away_again(admin: Desk, draft: Callable[[], Content]) -> None:
    send(admin, png(), "logo.png", logo_alt="로고")
    assert draft().logo.endswith(".png")
    admin.post("/logo", seen=seen(admin.get("/logo").text), logo_alt="로고", remove="1")
    assert (draft().logo, draft().logo_alt) == ("", "")

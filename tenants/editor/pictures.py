"""A city's sign as it is sent: an SVG is cleaned, a PNG is drawn anew, anything else is refused in words."""

import io
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError

from maru.errors import N_, Invalid
from tenants.editor import svg

MOST_BYTES = 2 * 2**20
LONGEST_SIDE = 4000
"""Dots of a picture that is sent; a small file may unfold to much more."""
KEPT_WIDTH, KEPT_HEIGHT = 800, 320
TOO_MANY_DOTS = N_("그림이 가로나 세로 4,000점보다 큽니다. 더 작게 저장해 주세요.")
PNG = b"\x89PNG\r\n\x1a\n"


class Sign(NamedTuple):
    """What is kept: the bytes, "svg" or "png", and what was left out of them."""

    picture: bytes
    kind: str
    dropped: list[str]


def read(data: bytes) -> Sign:
    """A picture that is safe to show."""
    if not data:
        raise Invalid(N_("빈 파일입니다. 로고 파일을 다시 골라 주세요."))
    if data.startswith(PNG):
        return Sign(_drawn_anew(data), "png", [])
    if b"<svg" in data[:4096]:
        cleaned = svg.clean(data)
        return Sign(cleaned.picture, "svg", cleaned.dropped)
    raise Invalid(N_("SVG나 PNG 파일만 올릴 수 있습니다. JPG라면 PNG로 저장해 주세요."))


def _drawn_anew(data: bytes) -> bytes:
    """The dots alone: what else a file can carry, such as where a photograph was taken, is gone."""
    if len(data) > MOST_BYTES:
        raise Invalid(N_("그림이 2MB보다 큽니다. 더 작게 저장해 주세요."))
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            if max(picture.size) > LONGEST_SIDE:
                raise Invalid(TOO_MANY_DOTS)
            drawn = picture.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise Invalid(TOO_MANY_DOTS) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Invalid(N_("PNG로 읽을 수 없는 파일입니다. 다시 저장해 주세요.")) from error
    drawn.thumbnail((KEPT_WIDTH, KEPT_HEIGHT))
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)
    written = io.BytesIO()
    clean.save(written, "PNG", optimize=True)
    return written.getvalue()

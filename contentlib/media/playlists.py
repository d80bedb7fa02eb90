"""HLS playlists (RFC 8216) of a ladder whose renditions are one file each, read by byte ranges."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

HEADER = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
MAP = re.compile(r'^#EXT-X-MAP:URI="[^"]*",BYTERANGE="(\d+)@(\d+)"$', re.MULTILINE)
SEGMENT = re.compile(r"^#EXTINF:([\d.]+),.*\n#EXT-X-BYTERANGE:(\d+)@(\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Rendition:
    """The video in one size."""

    name: str
    """By the shorter side: `480p`."""
    width: int
    height: int
    bandwidth: int
    """Bits a second where it needs the most."""
    codecs: str
    """As RFC 6381 names them."""
    media: str
    """Name of the one media file."""
    playlist: str
    """Text of its playlist, which names the media file as it lies in the folder."""


class Segment(NamedTuple):
    """Some seconds of a rendition, and where they lie in its file."""

    seconds: float
    length: int
    offset: int


def segments(playlist: str) -> list[Segment]:
    """In the order of the film."""
    return [Segment(float(s), int(length), int(offset)) for s, length, offset in SEGMENT.findall(playlist)]


def head_length(playlist: str) -> int:
    """Bytes at the beginning of the media file that hold no film but how to read it."""
    head = MAP.search(playlist)
    assert head
    return int(head[1])


def peak_bandwidth(playlist: str) -> int:
    """Bits a second of the heaviest segment; short ones at the end, as RFC 8216 allows, do not count alone."""
    parts = segments(playlist)
    usual = max(part.seconds for part in parts)
    return max(round(part.length * 8 / part.seconds) for part in parts if part.seconds >= usual / 2)


def master(renditions: Sequence[Rendition], uri_of: Callable[[Rendition], str]) -> str:
    """The playlist from which a player chooses; `uri_of` says where the playlist of a rendition is."""
    return HEADER + "".join(
        f"#EXT-X-STREAM-INF:BANDWIDTH={one.bandwidth},RESOLUTION={one.width}x{one.height},"
        f'CODECS="{one.codecs}"\n{_checked(uri_of(one))}\n'
        for one in renditions
    )


def variant(playlist: str, uri: str) -> str:
    """The playlist of a rendition whose media file is at `uri`."""
    media = _checked(uri)
    placed = (media if line and not line.startswith("#") else line for line in playlist.split("\n"))
    return re.sub(r'(?m)^(#EXT-X-MAP:URI=")[^"]*', lambda match: match[1] + media, "\n".join(placed))


def _checked(uri: str) -> str:
    if re.search(r'[\s"]|^#|^$', uri):
        raise ValueError(f"Not an address that a playlist can hold: {uri!r}")
    return uri

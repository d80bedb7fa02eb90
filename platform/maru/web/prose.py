"""Text of a city as a page shows it: paragraphs, lists and links, and nothing else that a writer could bring along.

An empty line parts paragraphs, a line that begins with `- ` is a point of a list, `[words](address)` and a bare address
are links. Everything is escaped first; an address is one of this site (`/courses`) or begins with http.
"""

import re
from itertools import groupby

from markupsafe import Markup, escape

LINK = re.compile(
    r"\[([^\[\]]{1,200})\]\((/(?![/\\])[^\s()\\]*|https?://[^\s()]+)\)|(https?://[^\s()<>]+[^\s()<>.,!?:;'\"])"
)
POINT = "- "


def prose(text: str) -> Markup:
    """The text as safe HTML."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return Markup().join(_block(block) for block in blocks if block.strip())


def _block(block: str) -> Markup:
    lines = [line.strip() for line in block.split("\n") if line.strip()]
    return Markup().join(
        _list([line.removeprefix(POINT) for line in group]) if points else _paragraph(list(group))
        for points, group in groupby(lines, key=lambda line: line.startswith(POINT))
    )


def _list(points: list[str]) -> Markup:
    return Markup("<ul class='points'>{}</ul>").format(
        Markup().join(Markup("<li>{}</li>").format(_links(point)) for point in points)
    )


def _paragraph(lines: list[str]) -> Markup:
    return Markup("<p>{}</p>").format(Markup("<br>").join(_links(line) for line in lines))


def _links(line: str) -> Markup:
    shown, end = Markup(), 0
    for found in LINK.finditer(line):
        words, address = found[1] or found[3], found[2] or found[3]
        shown += escape(line[end : found.start()]) + Markup('<a href="{}">{}</a>').format(address, words)
        end = found.end()
    return shown + escape(line[end:])

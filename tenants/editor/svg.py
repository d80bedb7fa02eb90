"""A city's SVG becomes a drawing and nothing else: only shapes, groups and colours pass; everything else is left out.

It is shown as a picture (`img`), where browsers run no script and load nothing; this is the second lock on that door.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, SubElement, register_namespace, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from maru.errors import N_, Invalid

MOST_BYTES = 200 * 2**10
MOST_PARTS, MOST_DEPTH = 3000, 50
MOST_DRAWN = 20_000
"""Parts with all their copies: a few lines of copies of copies would keep a browser busy for ever."""
NAMESPACE = "http://www.w3.org/2000/svg"
PAINT = {
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin",
    "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "opacity", "clip-path", "clip-rule", "color",
    "stop-color", "stop-opacity", "transform", "visibility", "display", "paint-order",
}  # fmt: skip
SHAPE = {
    "id", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "points", "width", "height",
    "pathLength", "offset", "gradientUnits", "gradientTransform", "spreadMethod", "clipPathUnits", "viewBox",
    "preserveAspectRatio",
}  # fmt: skip
DRAWN = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
ELEMENTS = DRAWN | {"svg", "g", "defs", "linearGradient", "radialGradient", "stop", "clipPath", "title", "desc", "use"}
WORDED = {"title", "desc"}
VALUE = re.compile(r"[^<>\"'\\@;{}]{0,60000}", re.ASCII)
LOCAL = re.compile(r"url\(\s*#([\w.-]+)\s*\)")
HREF = re.compile(r"#[\w.-]+")
CLASS = re.compile(r"\.[\w-]+")
NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:px)?")
BOX = re.compile(r"(?:-?[0-9.]+[\s,]+){2}[0-9.]+[\s,]+[0-9.]+")
TOO_COMPLEX = N_("로고로 쓰기에는 너무 복잡하거나 SVG가 아닙니다. 단순한 모양으로 저장해 주세요.")
register_namespace("", NAMESPACE)


@dataclass
class Cleaned:
    """The drawing that is left, and the names of what was left out."""

    picture: bytes
    dropped: list[str]


@dataclass
class _Cleaning:
    rules: Mapping[str, Mapping[str, str]]
    dropped: set[str] = field(default_factory=set)
    drawn: int = 0


def clean(data: bytes) -> Cleaned:
    """The drawing of an SVG file; Invalid, in words, where none can be made of it."""
    if len(data) > MOST_BYTES:
        raise Invalid(N_("그림이 200KB보다 큽니다. 로고를 단순한 모양으로 저장해 주세요."))
    try:
        root = fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Invalid(N_("SVG로 읽을 수 없는 파일입니다. 그림 프로그램에서 SVG로 다시 저장해 주세요.")) from error
    if _name(root) != "svg" or not _simple(root):
        raise Invalid(TOO_COMPLEX)
    cleaning = _Cleaning(dict(_classes(root)))
    made = Element(f"{{{NAMESPACE}}}svg", {"viewBox": _box(root)} | _attributes(root, cleaning, {"viewBox"} | PAINT))
    _copy(root, made, cleaning)
    if _drawn(made) > MOST_DRAWN:
        raise Invalid(TOO_COMPLEX)
    if not cleaning.drawn:
        raise Invalid(N_("그릴 모양이 없는 파일입니다. 사진이나 글자는 모양(패스)으로 바꾸어 저장해 주세요."))
    return Cleaned(tostring(made, encoding="utf-8"), sorted(cleaning.dropped))


def _simple(root: Element) -> bool:
    """Whether a picture has few parts, not too deep within each other."""
    level, parts, depth = [root], 0, 0
    while level:
        parts, depth = parts + len(level), depth + 1
        level = [inner for part in level for inner in part]
    return parts <= MOST_PARTS and depth <= MOST_DEPTH


def _drawn(made: Element) -> int:
    """How many parts a browser draws, with what is copied and pointed at; counted no further than one too many."""
    named = {part.attrib["id"]: part for part in made.iter() if "id" in part.attrib}
    waiting, counted = [made], 0
    while waiting and counted <= MOST_DRAWN:
        part = waiting.pop()
        counted += 1
        waiting.extend(part)
        asked = [part.get("href", "")[1:], *(name for value in part.attrib.values() for name in LOCAL.findall(value))]
        waiting.extend(named[name] for name in asked if name in named)
    return counted


def _copy(old: Element, new: Element, cleaning: _Cleaning) -> None:
    for part in old:
        name = _name(part)
        if name not in ELEMENTS or name == "svg":
            if name != "style":
                cleaning.dropped.add(name)
            continue
        copied = SubElement(new, f"{{{NAMESPACE}}}{name}", _attributes(part, cleaning, SHAPE | PAINT))
        if name in WORDED:
            copied.text = part.text
        cleaning.drawn += name in DRAWN
        _copy(part, copied, cleaning)


def _attributes(part: Element, cleaning: _Cleaning, allowed: set[str]) -> dict[str, str]:
    """What stands on the element, in its classes, and in its style; the later wins, as in a browser."""
    said: dict[str, str] = {}
    for name, value in part.attrib.items():
        local = name.rpartition("}")[2]
        if local == "href" and _name(part) == "use" and HREF.fullmatch(value):
            said["href"] = value
        elif local in allowed and "}" not in name:
            said[local] = value
        elif local.startswith("on") or local in ("href", "src"):
            cleaning.dropped.add(local)
    for kind in part.get("class", "").split():
        said |= cleaning.rules.get(kind, {})
    said |= _declared(part.get("style", ""))
    unsafe = {name for name, value in said.items() if not _safe(value)}
    cleaning.dropped |= unsafe
    return {name: value for name, value in said.items() if name not in unsafe}


def _classes(root: Element) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Colours that drawing programs put into a style sheet: simple classes only, and only how things are painted."""
    known: dict[str, dict[str, str]] = {}
    for sheet in root.iter(f"{{{NAMESPACE}}}style"):
        for names, body in _rules(sheet.text or ""):
            for name in names:
                known.setdefault(name, {}).update(_declared(body))
    yield from known.items()


def _rules(sheet: str) -> Iterator[tuple[list[str], str]]:
    """Classes and what is declared of them; of `@media`, what stands inside."""
    for rule in sheet.split("}"):
        before, _brace, body = rule.rpartition("{")
        names = [name.strip() for name in re.split("[{/;]", before)[-1].split(",")]
        if all(CLASS.fullmatch(name) for name in names):
            yield [name[1:] for name in names], body


def _declared(body: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in body.split(";"))
    return {name.strip(): value.strip() for name, _colon, value in pairs if name.strip() in PAINT}


def _safe(value: str) -> bool:
    return bool(VALUE.fullmatch(value)) and "url" not in LOCAL.sub("", value).lower() and "script" not in value.lower()


def _box(root: Element) -> str:
    box = root.get("viewBox", "").strip()
    if BOX.fullmatch(box):
        return box
    sizes = [NUMBER.fullmatch(root.get(name, "").strip()) for name in ("width", "height")]
    if not all(sizes):
        raise Invalid(N_("그림의 크기(viewBox)가 없습니다. 그림 프로그램에서 SVG로 다시 저장해 주세요."))
    return " ".join(["0", "0", *(size[1] for size in sizes if size)])


def _name(part: Element) -> str:
    """The local name of an SVG element; of any other, and of a comment, something that is allowed nowhere."""
    tag = part.tag if isinstance(part.tag, str) else "comment"
    namespace, _brace, local = tag.rpartition("}")
    return local if namespace in ("", f"{{{NAMESPACE}") else tag.rpartition("}")[2] + " "

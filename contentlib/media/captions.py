"""Caption files in WebVTT (W3C, 4 April 2019), read strictly and written anew for browsers.

Not webvtt-py: its strict reading stops at the first mistake, and names neither its line nor unknown tags.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from contentlib.media.caption_findings import CaptionsRefused, Finding, first_of

MOST_MEGABYTES = 1
LONGEST_LINE = 1_000
LONGEST_CUE = 2_000
"""Characters, tags included."""
SHORTEST_CUE = 300
"""Milliseconds, as the next two."""
LONGEST_GAP = 60_000
END_TOLERANCE = 500
MOST_SYLLABLES_PER_SECOND = 25

ARROW = "-->"
TIMESTAMP = re.compile(r"(?:([0-9]{2,3}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})")
BRACKETS = re.compile(r"(<[^<>]*>)")
TAG = re.compile(r"(?:c|i|b|u|ruby|rt|v|lang)(?:\.[\w-]+)*|/(?:c|i|b|u|ruby|rt|v|lang)")
ANNOTATED = re.compile(r"((?:v|lang)(?:\.[\w-]+)*)[ \t]+(.*)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PERCENT = r"(?:100|[0-9]{1,2})(?:\.[0-9]{1,9})?%"
SETTING = re.compile(
    rf"vertical:(?:rl|lr)|line:(?:-?[0-9]{{1,4}}|{_PERCENT})(?:,(?:start|center|end))?"
    rf"|position:{_PERCENT}(?:,(?:line-left|center|line-right))?|size:{_PERCENT}|align:(?:start|center|end|left|right)"
)


@dataclass(frozen=True)
class Cue:
    """One caption, from `start` until `end` in milliseconds."""

    start: int
    end: int
    markup: str
    """WebVTT cue text in normal form: known tags, everything else escaped; lines are parted by \\n."""
    identifier: str = ""
    settings: str = ""
    """Where it stands, such as `line:10% align:start`."""
    line: int = field(default=0, compare=False)
    """Of its timing, in the file it was read from."""

    @property
    def text(self) -> str:
        """What is read, without tags."""
        return html.unescape(BRACKETS.sub("", self.markup))


@dataclass(frozen=True)
class Captions:
    """The cues of a file by start; `warnings` speak of the file, which may be used all the same."""

    cues: tuple[Cue, ...]
    warnings: tuple[Finding, ...] = field(default=(), compare=False)


def read(data: bytes, seconds: float | None = None) -> Captions:
    """Read a WebVTT file; `seconds` is the length of its video. Raises CaptionsRefused with all errors."""
    reading = _Reading(_lines(data))
    cues = reading.cues()
    if not cues and not reading.errors:
        reading.errors.append(Finding.of(1, "no-cues"))
    if reading.errors:
        raise CaptionsRefused(reading.errors)
    warnings = [*reading.warnings, *_doubts(cues, seconds)]
    return Captions(tuple(sorted(cues, key=lambda cue: cue.start)), first_of(warnings))


def write(captions: Captions) -> str:
    """The file that browsers get: without comments, styles, regions and headers."""
    return "\n".join(["WEBVTT\n", *map(_block, captions.cues)])


def _block(cue: Cue) -> str:
    identifier = f"{cue.identifier}\n" if cue.identifier else ""
    timing = f"{_timestamp(cue.start)} {ARROW} {_timestamp(cue.end)} {cue.settings}".rstrip()
    return f"{identifier}{timing}\n{cue.markup}\n"


def _timestamp(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"


def _milliseconds(written: str) -> int | None:
    match = TIMESTAMP.fullmatch(written)
    if match is None:
        return None
    hours, minutes, seconds, thousandths = (int(group or 0) for group in match.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _lines(data: bytes) -> list[str]:
    """The lines of the file without the white space around them. Raises CaptionsRefused unless it is WebVTT."""
    if len(data) > MOST_MEGABYTES * 1024 * 1024:
        raise CaptionsRefused([Finding.of(1, "too-large", most_megabytes=MOST_MEGABYTES)])
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        lines = [line.strip() for line in data.decode("utf-8-sig").split("\n")]
    except UnicodeDecodeError as error:
        raise CaptionsRefused([Finding.of(data.count(b"\n", 0, error.start) + 1, "not-utf-8")]) from None
    if not any(lines):
        raise CaptionsRefused([Finding.of(1, "empty-file")])
    if lines[0].split(maxsplit=1)[:1] != ["WEBVTT"]:
        begun = [line for line in lines if line][:3]
        is_srt = any(ARROW in line and "," in line for line in begun)
        raise CaptionsRefused([Finding.of(1, "srt" if is_srt else "no-header")])
    return lines


class _Reading:
    """One pass over the lines that collects what is wrong instead of stopping at it."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []

    def cues(self) -> list[Cue]:
        """The cues in the order of the file; only those without a mistake. A line that is no text at all ends it."""
        for number, line in enumerate(self.lines, 1):
            if CONTROL.search(line):
                self.errors.append(Finding.of(number, "control-character"))
            if len(line) > LONGEST_LINE:
                self.errors.append(Finding.of(number, "line-too-long", most=LONGEST_LINE))
        if self.errors:
            return []
        blocks = self._blocks()
        self._without_timing(*next(blocks))
        return [cue for number, lines in blocks if (cue := self._cue(number, lines))]

    def _blocks(self) -> Iterator[tuple[int, list[str]]]:
        """Lines that stand together, with the number of the first."""
        block: list[str] = []
        for number, line in enumerate([*self.lines, ""], 1):
            if line:
                block.append(line)
            elif block:
                yield number - len(block), block
                block = []

    def _without_timing(self, number: int, lines: list[str]) -> None:
        """Complain about the first timing where none may be."""
        touching = next((at for at, line in enumerate(lines, number) if ARROW in line), None)
        if touching is not None:
            self.errors.append(Finding.of(touching, "missing-blank-line"))

    def _cue(self, number: int, lines: list[str]) -> Cue | None:
        kind = lines[0].split(maxsplit=1)[0]
        if kind == "NOTE" or lines[0] in {"STYLE", "REGION"}:
            if kind != "NOTE":
                self.warnings.append(Finding.of(number, f"{kind.lower()}-dropped"))
            self._without_timing(number, lines)
            return None
        at = next((at for at, line in enumerate(lines[:2]) if ARROW in line), None)
        if at is None:
            self.errors.append(Finding.of(number, "no-timing"))
            return None
        self._without_timing(number + at + 1, lines[at + 1 :])
        timing = self._timing(number + at, lines[at])
        markup = self._markup(number + at, lines[at + 1 :])
        if timing is None or not markup:
            return None
        return Cue(timing[0], timing[1], markup, lines[0] if at else "", timing[2], number + at)

    def _timing(self, number: int, line: str) -> tuple[int, int, str] | None:
        """Start and end in milliseconds, and the settings."""
        before, _, after = line.partition(ARROW)
        written, settings = before.strip(), after.split()
        start, end = _milliseconds(written), _milliseconds(settings[0] if settings else "")
        if start is None or end is None:
            wrong = written if start is None else (settings or [""])[0]
            self.errors.append(Finding.of(number, "bad-timestamp", written=wrong))
            return None
        if end <= start:
            self.errors.append(Finding.of(number, "end-not-after-start"))
            return None
        return start, end, self._settings(number, settings[1:])

    def _settings(self, number: int, written: list[str]) -> str:
        kept = {}
        for setting in written:
            if SETTING.fullmatch(setting):
                kept[setting.partition(":")[0]] = setting
            else:
                self.warnings.append(Finding.of(number, "setting-dropped", written=setting))
        return " ".join(kept.values())

    def _markup(self, timing: int, lines: list[str]) -> str:
        """The text of the cue below the line of its timing, in normal form; empty where nothing would be read."""
        mistakes = len(self.errors)
        normal = [self._normal(number, line) for number, line in enumerate(lines, timing + 1)]
        markup = "\n".join(line for line in normal if line)
        if len(markup) > LONGEST_CUE:
            self.errors.append(Finding.of(timing, "cue-too-long", most=LONGEST_CUE))
        if len(self.errors) == mistakes and not BRACKETS.sub("", markup).strip():
            self.errors.append(Finding.of(timing, "empty-cue"))
        return markup

    def _normal(self, number: int, line: str) -> str:
        pieces = BRACKETS.split(line)
        wrong = next(filter(None, map(_mistake, pieces)), None)
        if wrong:
            self.errors.append(Finding.of(number, wrong[0], written=wrong[1]))
        return "".join(map(_piece, pieces)).strip()


def _mistake(piece: str) -> tuple[str, str] | None:
    """The code of what is wrong with a tag, or with the text between two, and what was written."""
    if not BRACKETS.fullmatch(piece):
        return ("stray-bracket", piece) if "<" in piece else None
    tag = piece[1:-1].strip()
    known = TAG.fullmatch(tag) or ANNOTATED.fullmatch(tag) or _milliseconds(tag) is not None
    return None if known else ("unknown-tag", piece)


def _piece(piece: str) -> str:
    """A tag, or the text between two, in normal form."""
    if not BRACKETS.fullmatch(piece):
        return _escaped(piece)
    tag = piece[1:-1].strip()
    annotated = ANNOTATED.fullmatch(tag)
    return f"<{annotated[1]} {_escaped(annotated[2])}".rstrip() + ">" if annotated else f"<{tag}>"


def _escaped(written: str) -> str:
    """Text with its character references resolved, and only the needed ones written again."""
    return html.escape(CONTROL.sub(" ", html.unescape(written).replace("\n", " ")), quote=False)


def _doubts(cues: list[Cue], seconds: float | None) -> Iterator[Finding]:
    """What may be meant but often is a slip; `cues` in the order of the file."""
    length = None if seconds is None else round(seconds * 1000)
    started = ended = 0
    for cue in cues:
        yield from _doubts_about(cue)
        if cue.start < started:
            yield Finding.of(cue.line, "out-of-order")
        elif cue.start < ended:
            yield Finding.of(cue.line, "overlap")
        elif cue.start - ended > LONGEST_GAP:
            yield Finding.of(cue.line, "gap", seconds=(cue.start - ended) // 1000)
        if length is not None and cue.end > length + END_TOLERANCE:
            yield Finding.of(cue.line, "beyond-end")
        started, ended = max(started, cue.start), max(ended, cue.end)
    if length is not None and length - ended > LONGEST_GAP:
        yield Finding.of(cues[-1].line, "gap-at-end", seconds=(length - ended) // 1000)


def _doubts_about(cue: Cue) -> Iterator[Finding]:
    """How long one cue is to be seen."""
    length = cue.end - cue.start
    syllables = sum("가" <= letter <= "힣" for letter in cue.text)
    if syllables * 1000 > MOST_SYLLABLES_PER_SECOND * length:
        yield Finding.of(cue.line, "too-fast", rate=round(syllables * 1000 / length))
    if length < SHORTEST_CUE:
        yield Finding.of(cue.line, "too-short")

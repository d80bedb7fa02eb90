"""WebVTT read strictly: each mistake has its line, and what browsers get holds nothing but captions."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentlib.media.caption_findings import MOST_FINDINGS, SENTENCES, CaptionsRefused
from contentlib.media.captions import Captions, Cue, read, write
from maru.config import ROOT

REAL = ROOT.parent / "shared" / "data" / "media"
MEGABYTE = 1024 * 1024

GOOD = """WEBVTT - 자막
Kind: captions
X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000

NOTE 손으로 적은 자막
둘째 줄

도입
00:01.000 --> 00:03.500 align:start line:10%
<v.loud 김하늘>안녕하세요.</v>
<i>반갑습니다</i> &amp; <00:02.000>어서 오세요

01:00:04.000-->01:00:05.000
R&D는 3 > 2
"""


def file(*lines: str) -> bytes:
    return "\n".join(["WEBVTT", "", *lines]).encode()


def cue(text: str, timing: str = "00:01.000 --> 00:05.000") -> bytes:
    return file(timing, text)


def outcome(data: bytes) -> Captions | CaptionsRefused:
    try:
        return read(data)
    except CaptionsRefused as refusal:
        return refusal


def errors(data: bytes) -> list[tuple[int, str]]:
    with pytest.raises(CaptionsRefused) as refusal:
        read(data)
    return [(finding.line, finding.code) for finding in refusal.value.findings]


def warnings(data: bytes, seconds: float | None = None) -> list[tuple[int, str]]:
    return [(finding.line, finding.code) for finding in read(data, seconds).warnings]


def test_a_good_file_is_read_whole() -> None:
    first, second = read(GOOD.encode()).cues
    assert (first.start, first.end, first.identifier, first.line) == (1000, 3500, "도입", 9)
    assert first.settings == "align:start line:10%"
    assert first.text == "안녕하세요.\n반갑습니다 & 어서 오세요"
    assert first.markup.startswith("<v.loud 김하늘>안녕하세요.</v>\n<i>")
    assert (second.start, second.end, second.text) == (3_604_000, 3_605_000, "R&D는 3 > 2")


def test_browsers_get_the_normal_form() -> None:
    assert write(read(GOOD.encode())) == (
        "WEBVTT\n\n도입\n00:00:01.000 --> 00:00:03.500 align:start line:10%\n<v.loud 김하늘>안녕하세요.</v>\n"
        "<i>반갑습니다</i> &amp; <00:02.000>어서 오세요\n\n01:00:04.000 --> 01:00:05.000\nR&amp;D는 3 &gt; 2\n"
    )


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_endings_and_byte_order_mark_do_not_matter(ending: str, mark: bytes) -> None:
    assert read(mark + GOOD.replace("\n", ending).encode()) == read(GOOD.encode())


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", (1, "empty-file")),
        (b"\xef\xbb\xbf \n\n", (1, "empty-file")),
        (b"WEBVTT" + b"\n" * MEGABYTE, (1, "too-large")),
        (GOOD.encode("utf-16"), (1, "not-utf-8")),
        (cue("안녕").replace("녕".encode(), "녕".encode("cp949")), (4, "not-utf-8")),
        (cue("안녕").replace(b"\n", b"\r\n").replace("녕".encode(), b"\xff"), (4, "not-utf-8")),
        (b"1\n00:00:01,000 --> 00:00:02,000\nhello\n", (1, "srt")),
        (b"00:00:01.000 --> 00:00:02.000\nhello\n", (1, "no-header")),
        (b"WEBVTTX\n\n00:01.000 --> 00:02.000\nhello\n", (1, "no-header")),
        (b"WEBVTT", (1, "no-cues")),
        (b"WEBVTT\n\nNOTE nothing\n", (1, "no-cues")),
        (cue("a\x00b"), (4, "control-character")),
        (cue("a" * 1001), (4, "line-too-long")),
        (b"WEBVTT\n00:01.000 --> 00:02.000\nhello\n", (2, "missing-blank-line")),
        (cue("a\n00:06.000 --> 00:07.000\nb"), (5, "missing-blank-line")),
        (file("NOTE", "00:01.000 --> 00:02.000", "a"), (4, "missing-blank-line")),
        (file("STYLE", "::cue { color: red }", "00:01.000 --> 00:02.000", "a"), (5, "missing-blank-line")),
        (cue("a\n" * 1001), (3, "cue-too-long")),
        (file("hello"), (3, "no-timing")),
        (file("1", "hello", "00:01.000 --> 00:02.000"), (3, "no-timing")),
        (cue("a", "0:0:1.0 --> 00:02.000"), (3, "bad-timestamp")),
        (cue("a", "00:01.000 --> 00:60.000"), (3, "bad-timestamp")),
        (cue("a", "00:01.000 -->"), (3, "bad-timestamp")),
        (cue("a", "00:01,000 --> 00:02,000"), (3, "bad-timestamp")),
        (cue("a", "00:01.000 --> 00:02.000line:1"), (3, "bad-timestamp")),
        (cue("a", "٠٠:٠١.٠٠٠ --> 00:02.000"), (3, "bad-timestamp")),
        (cue("a", "00:02.000 --> 00:02.000"), (3, "end-not-after-start")),
        (file("1", "00:02.000 --> 00:01.000", "a"), (4, "end-not-after-start")),
        (cue(""), (3, "empty-cue")),
        (cue("<i>&nbsp;</i>"), (3, "empty-cue")),
        (cue("a\n<script>alert(1)</script>"), (5, "unknown-tag")),
        (cue("<img src=x onerror=alert(1)>"), (4, "unknown-tag")),
        (cue("<c onclick=x>a"), (4, "unknown-tag")),
        (cue("<i/onload=x>a"), (4, "unknown-tag")),
        (cue("<I>a"), (4, "unknown-tag")),
        (cue("<>a"), (4, "unknown-tag")),
        (cue("1 < 2"), (4, "stray-bracket")),
        (cue("<i\n>a"), (4, "stray-bracket")),
    ],
)
def test_a_mistake_is_named_by_its_line(data: bytes, expected: tuple[int, str]) -> None:
    assert errors(data)[0] == expected


def test_all_mistakes_are_told_at_once() -> None:
    data = file("00:03.000 --> 00:02.000", "<b2>a", "", "hello", "", "00:05.000 --> 00:06.000", "fine")
    assert errors(data) == [(3, "end-not-after-start"), (4, "unknown-tag"), (6, "no-timing")]


def test_a_long_list_of_mistakes_ends_with_their_number() -> None:
    with pytest.raises(CaptionsRefused) as refusal:
        read(file(*["hello", ""] * 250))
    *shown, last = refusal.value.findings
    assert (len(shown), last.code, last.line) == (MOST_FINDINGS, "more", 3 + 2 * MOST_FINDINGS)
    assert "150곳" in last.message


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (file("STYLE", "::cue { color: red }", "", "00:01.000 --> 00:05.000", "a"), (3, "style-dropped")),
        (file("REGION", "id:one", "", "00:01.000 --> 00:05.000", "a"), (3, "region-dropped")),
        (cue("a", "00:01.000 --> 00:05.000 align:middle"), (3, "setting-dropped")),
        (file("00:05.000 --> 00:06.000", "b", "", "00:01.000 --> 00:02.000", "a"), (6, "out-of-order")),
        (file("00:01.000 --> 00:03.000", "b", "", "00:02.000 --> 00:04.000", "a"), (6, "overlap")),
        (cue("가" * 51, "00:01.000 --> 00:03.000"), (3, "too-fast")),
        (cue("a", "00:01.000 --> 00:01.299"), (3, "too-short")),
        (file("00:01.000 --> 00:02.000", "a", "", "01:03.000 --> 01:04.000", "b"), (6, "gap")),
    ],
)
def test_a_doubt_does_not_refuse(data: bytes, expected: tuple[int, str]) -> None:
    assert warnings(data) == [expected]


def test_at_the_bounds_nobody_is_warned() -> None:
    assert warnings(cue("가" * 50, "00:01.000 --> 00:03.000")) == []
    assert warnings(cue("a", "01:00.000 --> 01:00.300"), seconds=60) == []
    assert warnings(file("00:01.000 --> 00:02.000", "a", "", "00:02.000 --> 00:03.000", "b")) == []


def test_the_length_of_the_video_is_compared() -> None:
    assert warnings(cue("a"), seconds=4) == [(3, "beyond-end")]
    assert warnings(cue("a"), seconds=66) == [(3, "gap-at-end")]


def test_cues_are_put_in_order_and_styles_left_out() -> None:
    data = file("STYLE", "::cue { }", "", "00:05.000 --> 00:06.000 region:one", "b", "", "00:01.000 --> 00:02.000", "a")
    assert write(read(data)) == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na\n\n00:00:05.000 --> 00:00:06.000\nb\n"


@pytest.mark.parametrize(
    "written", ["--&gt;", "&lt;script&gt;", "a&#10;&#10;b", "<v &#32;>a", "&am<i>p;</i>", "&#12;x", "&#0;"]
)
def test_a_reference_cannot_smuggle_structure(written: str) -> None:
    captions = read(cue(written))
    again = write(captions)
    assert again.count("-->") == 1
    assert "<script" not in again
    assert read(again.encode()) == captions


def test_sentences_say_what_to_do() -> None:
    assert {code: text for code, text in SENTENCES.items() if not text.endswith("세요.")} == {}


MARKS = [
    "WEBVTT",
    "NOTE",
    "STYLE",
    "-->",
    "00:01.000",
    "x",
    "가",
    "&",
    "<i>",
    "</i>",
    "<v",
    ">",
    "<",
    "&lt;",
    "&#10;",
    "&nbsp;",
    ";",
    "line:1",
]
PIECES = st.sampled_from([*MARKS, *"\n\r \t\x0b\x1c\x85\u2028\ufeff", "\n\n"])
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Files that come near to WebVTT, many of them good."""
    blocks = []
    for _ in range(draw(st.integers(1, 4))):
        identifier = draw(st.sampled_from(["", "7\n", " NOTE\n", "x", "\x85y\n"]))
        start = draw(st.integers(0, 50))
        settings = draw(st.sampled_from(["", " line:1", " align:start  position:5%,center", " align:middle"]))
        blocks.append(f"{identifier}00:{start:02}.000 --> 00:{start + 2}.500{settings}\n{draw(TEXTS)}")
    return ("WEBVTT\n\n" + "\n\n".join(blocks)).encode("utf-8", "replace")


@given(files() | st.binary() | TEXTS.map(lambda text: text.encode("utf-8", "replace")))
def test_what_was_written_is_read_the_same(data: bytes) -> None:
    captions = outcome(data)
    if isinstance(captions, Captions):
        assert read(write(captions).encode()) == captions


TEXT = st.text(st.characters(min_codepoint=33, exclude_categories=["C", "Z"]), min_size=1)


@given(st.lists(st.tuples(st.integers(0, 10**8), st.integers(1, 10**6), TEXT)))
def test_every_text_survives(given_cues: list[tuple[int, int, str]]) -> None:
    texts = [(start, start + length, text) for start, length, text in sorted(given_cues, key=lambda one: one[0])]
    escaped = (text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for _, _, text in texts)
    cues = tuple(Cue(start, end, markup) for (start, end, _), markup in zip(texts, escaped, strict=True))
    if cues:
        again = read(write(Captions(cues)).encode())
        assert [(one.start, one.end, one.text) for one in again.cues] == texts


@pytest.mark.parametrize("unit", ["<", "<c.a>", "<v \n", "&#\n", "-->\n", "\n\na", "a\n", "<>" * 499 + "\n"])
@pytest.mark.parametrize("before", ["WEBVTT\n\n", "WEBVTT\n\n00:01.000 --> 00:02.000\n"])
def test_a_hostile_megabyte_takes_no_longer_than_an_honest_one(before: str, unit: str) -> None:
    data = (before + unit * (MEGABYTE // len(unit))).encode()[:MEGABYTE]
    begun = time.process_time()
    outcome(data)
    assert time.process_time() - begun < 5


def test_real_files_are_read_or_refused_with_their_line() -> None:
    if not REAL.is_dir():
        reason = f"The sample files of other projects are missing: {REAL.name}"
        pytest.fail(reason) if os.environ.get("MARU_CI") == "1" else pytest.skip(reason)
    refused = {path.name: first_error(path) for path in sorted(REAL.rglob("*.vtt"))}
    assert {name: found for name, found in refused.items() if found} == {
        "webvttpy_empty.vtt": (1, "empty-file"),
        "webvttpy_invalid.vtt": (1, "no-header"),
        "webvttpy_invalid_timeframe.vtt": (6, "bad-timestamp"),
        "webvttpy_missing_caption_text.vtt": (6, "empty-cue"),
        "webvttpy_missing_timeframe.vtt": (6, "no-timing"),
        "webvttpy_no_captions.vtt": (1, "no-cues"),
        "webvttpy_non_padded_timestamps.vtt": (4, "bad-timestamp"),
    }


def first_error(path: Path) -> tuple[int, str] | None:
    try:
        read(path.read_bytes())
    except CaptionsRefused as refusal:
        return refusal.findings[0].line, refusal.findings[0].code
    return None

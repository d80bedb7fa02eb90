"""Whatever is done to a file: it is refused with a reason, or every line of it is accounted for."""

import io
import re
import zipfile
from collections.abc import Callable

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from maru.tables.findings import FileRefused
from tenants.courses.standard_file.columns import COLUMNS
from tenants.courses.standard_file.reading import Record, read
from tenants.courses.standard_file.writing import write_csv, write_xlsx

MakeCsv = Callable[..., bytes]
Good = dict[str, str]
Edit = tuple[float, int, bytes]

LINES = 12
ODD = [b'"', b'""', b"\r\n", b"\xea\xb0", b"9" * 30, *(bytes([sign]) for sign in b",;\t\n\r\0'=-<\xff")]

# Where (as a share of the length), how many bytes are taken out, and what is put in.
edit = st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(ODD) | st.binary(max_size=6))
edits = st.lists(edit, max_size=8)
fixtures_do_not_change = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def damaged(data: bytes, changes: list[Edit]) -> bytes:
    for share, taken, put in changes:
        at = int(share * len(data))
        data = data[:at] + put + data[at + taken :]
    return data


def records_of(data: bytes) -> list[Record]:
    """Every record, each checked to be whole; none if the file is refused."""
    try:
        records = list(read(data, "courses"))
    except FileRefused:
        return []
    for record in records:
        assert (record.course is None) == bool(record.refusals)
    lines = [record.line for record in records]
    assert lines == sorted(set(lines))
    return records


def lines_of(make_csv: MakeCsv, good: Good) -> bytes:
    return make_csv(*({**good, "강좌명": f"강좌〔{number}〕", "강좌내용": "첫째,\n둘째"} for number in range(LINES)))


@given(changes=edits, encoding=st.sampled_from(["utf-8", "cp949", "utf-16"]))
@fixtures_do_not_change
def test_damaged_text(make_csv: MakeCsv, good: Good, changes: list[Edit], encoding: str) -> None:
    data = lines_of(make_csv, good).decode("utf-8-sig").encode(encoding)
    accepted = [record.course for record in records_of(damaged(data, changes)) if record.course]
    assert [record.course for record in records_of(write_csv(accepted))] == accepted


@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda data: b"PK\x03\x04" + data))
@example(b"PK\x03\x04")
@settings(deadline=None)
def test_any_bytes(data: bytes) -> None:
    records_of(data)


cells = st.text(max_size=40) | st.text("0123456789:.,-~년월일시분만천원명요월화 ()", max_size=16)


@given(written=st.dictionaries(st.sampled_from([column.heading for column in COLUMNS]), cells))
@example({column.heading: "9" * 5000 for column in COLUMNS})
@fixtures_do_not_change
def test_any_cells(make_csv: MakeCsv, good: Good, written: Good) -> None:
    accepted = [record.course for record in records_of(make_csv({**good, **written})) if record.course]
    assert [record.course for record in records_of(write_csv(accepted))] == accepted


@given(places=st.lists(st.integers(0, 2**20), max_size=6))
@fixtures_do_not_change
def test_stray_quotes_and_breaks_lose_no_line(make_csv: MakeCsv, good: Good, places: list[int]) -> None:
    text = make_csv(*({**good, "강좌명": f"강좌〔{number}〕"} for number in range(LINES))).decode("utf-8-sig")
    headings, body = text.replace("\r\n", "\n").split("\n", 1)
    for place in places:
        at = place % len(body)
        body = body[:at] + '"' + body[at:]
    records = records_of(f"{headings}\n{body}".encode())
    for number in range(LINES):
        holding = [record for record in records if f"〔{number}〕" in "".join(record.raw.values()).replace('"', "")]
        given_up = [record for record in records if record.line == number + 2 and record.refusals]
        assert holding or given_up
    for record in records:
        if record.course and not record.warnings:
            assert len(re.findall("〔", "".join(record.raw.values()))) == 1


@given(changes=edits, part=st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", ""]))
@fixtures_do_not_change
def test_damaged_workbooks(make_csv: MakeCsv, good: Good, changes: list[Edit], part: str) -> None:
    data = write_xlsx([record.course for record in read(lines_of(make_csv, good), "courses") if record.course])
    accepted = [record.course for record in records_of(damaged_part(data, part, changes)) if record.course]
    assert [record.course for record in records_of(write_csv(accepted))] == accepted


def damaged_part(data: bytes, part: str, changes: list[Edit]) -> bytes:
    """The archive with one part damaged, or the archive itself for no part."""
    if not part:
        return damaged(data, changes)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, damaged(old.read(name), changes) if name == part else old.read(name))
    return out.getvalue()

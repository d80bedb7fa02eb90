from datetime import date, time

import pytest

from tenants.courses.standard_file.moments import read_date, read_last_day, read_time


@pytest.mark.parametrize(
    "written",
    [
        *("2026-10-29", "2026.10.29", "2026/10/29", "20261029", "2026. 10. 29.", "2026.10.29.", "2026년 10월 29일"),
        *("2026년10월29일", "２０２６－１０－２９", "2026-10-29 00:00:00", "2026-10-29T00:00:00", "2026. 10. 29.(목)"),
        *("2026-10-29(목)", "2026년 10월 29일 목요일", " 2026-10-29 "),
    ],
)
def test_spellings_of_a_day(written: str) -> None:
    reading = read_date(written)
    assert (reading.value, reading.note) == (date(2026, 10, 29), None)


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("46324", "date-from-serial"),
        ("46324.375", "date-from-serial"),
        ("26.10.29", "two-digit-year"),
        ("'26. 10. 29", "two-digit-year"),
        ("2026-10-29 09:00", "time-in-date"),
        ("2026.10.29 오전 9시", "time-in-date"),
    ],
)
def test_a_day_that_was_written_otherwise_is_read_with_a_note(written: str, note: str) -> None:
    reading = read_date(written)
    assert (reading.value, reading.note) == (date(2026, 10, 29), note)


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("2026-02-30", "impossible-date"),
        ("2026-13-01", "impossible-date"),
        ("20260231", "impossible-date"),
        ("2026-00-10", "impossible-date"),
        ("0206-01-05", "date-out-of-range"),
        ("2206-01-05", "date-out-of-range"),
        ("10234", "date-out-of-range"),
        ("2026-10", "unreadable-date"),
        ("10/29/2026", "unreadable-date"),
        ("2026-10-29~2026-11-29", "unreadable-date"),
        ("2026-1-510:00", "unreadable-date"),
        ("미정", "unreadable-date"),
        ("상시", "unreadable-date"),
    ],
)
def test_what_is_no_day(written: str, note: str) -> None:
    reading = read_date(written)
    assert (reading.value, reading.note) == (None, note)


@pytest.mark.parametrize("written", ["상시", "연중상시", "9999-12-31", "9999.12.31", "99991231"])
def test_a_last_day_may_never_come(written: str) -> None:
    assert read_last_day(written).value == date(2099, 12, 31)
    assert read_last_day(written).note == "always-open"
    assert read_last_day("2099-12-31").note is None


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("10:00", time(10)),
        ("9:00", time(9)),
        ("0930", time(9, 30)),
        ("930", time(9, 30)),
        ("093000", time(9, 30)),
        ("10:00:00", time(10)),
        ("19：30", time(19, 30)),
        ("오후 2시 30분", time(14, 30)),
        ("오후 2시 반", time(14, 30)),
        ("오전 9:05", time(9, 5)),
        ("낮 12:00", time(12)),
        ("오후 12:30", time(12, 30)),
        ("오전 12:30", time(0, 30)),
        ("오후 14:00", time(14)),
        ("저녁 7시", time(19)),
        ("2:00 PM", time(14)),
        ("AM 10:00", time(10)),
        ("p.m. 2:00", time(14)),
        ("14시", time(14)),
        ("0.4375", time(10, 30)),
        ("0.430555555555556", time(10, 20)),
        ("2026-10-29 10:00:00", time(10)),
        ("00:00", time(0)),
        ("23:59:59", time(23, 59)),
    ],
)
def test_spellings_of_a_time(written: str, moment: time) -> None:
    reading = read_time(written)
    assert (reading.value, reading.note) == (moment, None)


@pytest.mark.parametrize(
    ("written", "moment", "note"),
    [
        ("24:00", time(23, 59), "end-of-day"),
        ("2400", time(23, 59), "end-of-day"),
        ("24:00:00", time(23, 59), "end-of-day"),
        ("14", time(14), "time-guessed"),
        ("0", time(0), "time-guessed"),
        ("24:01", None, "unreadable-time"),
        ("99", None, "unreadable-time"),
        ("10:60", None, "unreadable-time"),
        ("1075", None, "unreadable-time"),
        ("오전 13:00", None, "unreadable-time"),
        ("10:00~12:00", None, "unreadable-time"),
        ("10.5", None, "unreadable-time"),
        ("추후 안내", None, "unreadable-time"),
        (":30", None, "unreadable-time"),
    ],
)
def test_odd_times_have_a_note(written: str, moment: time | None, note: str) -> None:
    reading = read_time(written)
    assert (reading.value, reading.note) == (moment, note)


def test_every_minute_of_the_day_comes_back() -> None:
    for minute in range(24 * 60):
        moment = time(*divmod(minute, 60))
        assert read_time(f"{moment:%H:%M}").value == moment
        assert read_time(repr(minute / 1440)).value == moment or minute == 0

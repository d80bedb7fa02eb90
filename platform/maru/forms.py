"""Days and times as people enter them: read in one way, with bounds, or not at all.

What cannot be understood gives None, for the caller to name its field; nothing is guessed or replaced.
"""

from datetime import date, datetime

from maru.web.dates import SEOUL

BEGINS = date(2026, 1, 1)
"""No installation is older: the first rows of `limits` hold from this day."""
FIRST, LAST = date(1880, 1, 1), date(2200, 12, 31)
"""Birth dates of the oldest, ends of the longest terms."""


def day(text: str, first: date = FIRST, last: date = LAST) -> date | None:
    """A calendar day as `2026-11-30`, from `first` to `last`."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if first <= found <= last else None


def moment(text: str, first: date = BEGINS, last: date = LAST) -> datetime | None:
    """A day and a clock time as `2026-11-30T09:00`, in Seoul; an offset that is written is understood.

    `first` and `last` are days in Seoul.
    """
    try:
        found = datetime.fromisoformat(text.strip())
        found = found.astimezone(SEOUL) if found.tzinfo else found.replace(tzinfo=SEOUL)
    except (ValueError, OverflowError):
        return None
    return found if first <= found.date() <= last else None

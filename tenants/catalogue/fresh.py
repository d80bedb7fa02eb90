"""What of the catalogue is made once for many: on opening day thousands ask for the same list within a second.

Pages say as of when they are, and who applies is answered by the counter itself, never from here.
"""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from maru.recent import Recent

LISTS: Recent[Markup] = Recent(seconds=1, most=200)
"""Finished lists, by house, filters, place in the list and language."""
FRONTS: Recent[dict[str, Any]] = Recent(seconds=1, most=100)
"""What front pages offer, by house and language."""
MARKS: Recent[Sequence[tuple[int, int]]] = Recent(seconds=5, most=500)
"""How many rows fit which boxes of the filter panel (facets.py), by house and by what is not a box."""
CALENDARS: Recent[bytes] = Recent(seconds=60, most=200)
"""Lists as calendars, by list, town and language: programs ask for them all day."""


def forget() -> None:
    """After a change: its city sees it at once in this process, and within seconds in the others."""
    LISTS.clear()
    FRONTS.clear()
    MARKS.clear()
    CALENDARS.clear()

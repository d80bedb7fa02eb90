"""The boxes of the filter panel that a run fits at any time: one bit each, which the database sets when a run is written.

Lists are narrowed and counted by these bits alone, so that a hundred thousand rows are judged without being read whole.
The expression stands in a migration: who changes a bit or its meaning writes another.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tenants.catalogue.filters import AGES, CATEGORIES, METHODS, TIMES
from tenants.courses.audience import AGE_RANGES
from tenants.courses.audience import BITS as AUDIENCE

LASTING: Mapping[str, Sequence[Any]] = {
    "time": TIMES,
    "free": (True,),
    "method": METHODS,
    "category": CATEGORIES,
    "age": AGES,
}
"""The kinds of boxes that hang on nothing but the run itself, and their values."""
BITS: Mapping[tuple[str, Any], int] = {
    box: 1 << place for place, box in enumerate((name, value) for name, values in LASTING.items() for value in values)
}


def _is_for(age: str) -> str:
    """The run's own ages decide; without them the words of its target, and without any it is for everybody."""
    youngest, oldest = AGE_RANGES[age]
    return (
        f"coalesce(min_age::integer, 0) <= {oldest} AND coalesce(max_age::integer, 150) >= {youngest}"
        f" AND (audience = 0 OR (audience::integer & {AUDIENCE[age]}) <> 0)"
    )


NOON, SIX = (f"'{hour}:00:00'::time without time zone" for hour in (12, 18))
CATEGORY = "coalesce(nullif(category, ''::text), nullif(likely_category, ''::text), 'other'::text)"
"""The category, else the one that the title speaks of, else none of the seven."""
TESTS: Mapping[tuple[str, Any], str] = {
    ("time", "morning"): f"starts_at < {NOON}",
    ("time", "afternoon"): f"starts_at >= {NOON} AND starts_at < {SIX}",
    ("time", "evening"): f"starts_at >= {SIX}",
    ("free", True): "fee = 0",
    ("method", "online"): "online",
    ("method", "offline"): "in_person",
    **{("category", value): f"{CATEGORY} = '{value}'::text" for value in CATEGORIES},
    **{("age", age): _is_for(age) for age in AGES},
}
"""What each bit says, in the words in which PostgreSQL gives an expression back: so the model can be compared with it."""
EXPRESSION = " + ".join(f"CASE WHEN {TESTS[box]} THEN {bit} ELSE 0 END" for box, bit in BITS.items())


def mask(name: str, values: Collection[Any]) -> int:
    """The bits of several boxes of one kind."""
    return sum(BITS[name, value] for value in values)

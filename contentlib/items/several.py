"""One act with many items: handing them in, publishing them, giving them a category."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from uuid import UUID

from contentlib.items import finding
from contentlib.items import service as library
from contentlib.items.finding import Narrowing
from contentlib.items.models import Item
from maru.errors import Refused
from maru.jobs import job

SUBMIT, PUBLISH, CLASSIFY = "submit", "publish", "classify"


def act(
    name: str, items: Sequence[UUID], by: UUID, category: str = "", level: str = ""
) -> tuple[int, list[tuple[str, str]]]:
    """Do it with each; how many it was done with, and for the others title and reason. Nothing of a refused one changes."""
    acts: Mapping[str, Callable[[Item], object]] = {
        SUBMIT: library.submit,
        PUBLISH: partial(library.publish, by=by),
        CLASSIFY: partial(_classify, category=category, level=level),
    }
    refused = []
    for one in sorted(items):
        found = library.hold(one)
        try:
            acts[name](found)
        except Refused as why:
            refused.append((found.title, str(why)))
    return len(items) - len(refused), refused


@job("library.act_on_all")
def to_all(name: str, by: UUID, category: str, level: str, words: str, state: str, kind: str, of_category: str) -> None:
    """Do it with all that is found; what it cannot be done with stays as it is, and in its state."""
    act(name, finding.ids(Narrowing(words, state, kind, of_category)), by, category, level)


def _classify(item: Item, category: str, level: str) -> None:
    library.open_to_changes(item)
    item.category, item.level = category or item.category, level or item.level
    library.touch(item)

"""Which line of a file means which run, where several have the same name, institution and first hour.

Parallel classes are told apart by who teaches them and where, never by their order: people have a place in one of them.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from tenants.courses.standard_file.course import StandardCourse

Trait = Callable[[StandardCourse], tuple[Hashable, ...]]
TRAITS: Sequence[Trait] = (
    lambda course: (course.instructor, course.place, course.weekdays, course.content),
    lambda course: (course.instructor, course.place, course.weekdays),
    lambda course: (course.instructor, course.place),
    lambda course: (course.instructor,),
    lambda course: (course.place,),
)
"""From the most telling to the least."""


@dataclass
class Match:
    """Places in the two sequences: the run that a line means, and the lines that may mean more than one."""

    meant: dict[int, int] = field(default_factory=dict)
    unclear: set[int] = field(default_factory=set)


def match(lines: Sequence[StandardCourse], runs: Sequence[StandardCourse]) -> Match:
    """Match distinct lines with runs, all of one identity key; whatever the order, the same are matched.

    What is the same comes first, then what alone shares a trait on both sides. Where runs and lines are left over,
    nobody knows which is which: a line changes a run without a trait in common only if there is no other of either.
    """
    if len(lines) == len(runs) == 1:
        return Match({0: 0})
    found = Match()
    first = {run: place for place, run in reversed(list(enumerate(runs)))}
    found.meant = {place: first[line] for place, line in enumerate(lines) if line in first}
    taken = {lines[place] for place in found.meant}
    left = [place for place, run in enumerate(runs) if run not in taken]
    for trait in TRAITS:
        asking = _by_trait(trait, lines, (place for place in range(len(lines)) if place not in found.meant))
        free = _by_trait(trait, runs, (place for place in left if place not in found.meant.values()))
        for value, (line, *others) in asking.items():
            if not others and len(free.get(value, ())) == 1:
                found.meant[line] = free[value][0]
    if set(left) - set(found.meant.values()):
        found.unclear = set(range(len(lines))) - found.meant.keys()
    return found


def _by_trait(
    trait: Trait, courses: Sequence[StandardCourse], places: Iterable[int]
) -> dict[tuple[Hashable, ...], list[int]]:
    """Places by the value of a trait; who has nothing to be told by is left out."""
    groups: dict[tuple[Hashable, ...], list[int]] = defaultdict(list)
    for place in places:
        value = trait(courses[place])
        if any(value):
            groups[value].append(place)
    return groups

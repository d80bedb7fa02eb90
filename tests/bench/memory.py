"""How much memory each part holds after all that was asked of it: proportional set size, so that nothing counts twice."""

from collections import defaultdict

import psutil

from tests.bench.report import Measure
from tests.bench.stage import Stage, processes

MIB = 2**20
PARTS = {"serve": "web", "worker": "worker", "up": "maru up", "postgres": "PostgreSQL", "weed": "object store"}
AIMS = {"memory, web": "250 MiB", "memory, all but Keycloak": "700 MiB"}


def memory(stage: Stage, quick: bool) -> list[Measure]:
    """By part; run it last, so that the caches are as full as they get."""
    sizes: defaultdict[str, list[float]] = defaultdict(list)
    for process in processes():
        sizes[part_of(process)].append(process.memory_full_info().pss / MIB)
    whole = {f"memory, {part}": measured for part, measured in sizes.items()}
    whole["memory, all but Keycloak"] = [sum(sum(measured) for measured in sizes.values())]
    return [Measure(name, 0, note=_note(measured), aim=AIMS.get(name, "")) for name, measured in whole.items()]


def part_of(process: psutil.Process) -> str:
    words = [process.name(), *process.cmdline()[-1:]]
    return next((part for word, part in PARTS.items() if word in words), process.name())


def _note(measured: list[float]) -> str:
    if len(measured) == 1:
        return f"{measured[0]:.0f} MiB"
    return f"{sum(measured):.0f} MiB in {len(measured)} processes, the largest {max(measured):.0f}"

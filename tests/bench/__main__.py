"""`python -m tests.bench [NAME ...] [--quick]`: measure, and print one table."""

import argparse
import time
from collections.abc import Callable

from tests.bench import (
    applications,
    baselines,
    cities,
    entering,
    memory,
    pages,
    people,
    rush,
    scale,
    signing_in,
    taking_effect,
    uploading,
    watching,
)
from tests.bench.report import Measure, table
from tests.bench.stage import Stage, staged

Benchmark = Callable[[Stage, bool], list[Measure]]
BENCHMARKS: dict[str, Benchmark] = {
    "pgbench": baselines.transactions,
    "empty": baselines.empty_route,
    "applications": applications.applications,
    "rush": rush.rush,
    "pages": pages.pages,
    "watching": watching.watching,
    "uploading": uploading.uploading,
    "memory": memory.memory,
    "scale": scale.scale,
    "cities": cities.cities,
    "entering": entering.entering,
    "people": people.people,
}
WITH_KEYCLOAK: dict[str, Benchmark] = {
    "signing-in": signing_in.signing_in,
    "taking-effect": taking_effect.taking_effect,
}
"""On an installation of their own, so that its memory and its rounds stand beside nothing else that is measured."""


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    asked.add_argument(
        "names", nargs="*", choices=[[], *BENCHMARKS, *WITH_KEYCLOAK], help="all of them when none is named"
    )
    asked.add_argument("--quick", action="store_true", help="a tenth of the crowd: to see that it works")
    options = asked.parse_args()
    measures: list[Measure] = []
    for benchmarks in (BENCHMARKS, WITH_KEYCLOAK):
        asked_for = [name for name in benchmarks if name in options.names or not options.names]
        if asked_for:
            with staged(keycloak=benchmarks is WITH_KEYCLOAK) as stage:
                for name in asked_for:
                    print(f"{time.strftime('%X')} {name} ...", flush=True)  # noqa: T201  # a program for the terminal
                    stage.rest()
                    measures += benchmarks[name](stage, options.quick)
    print(f"\n{table(measures)}")  # noqa: T201


if __name__ == "__main__":
    main()

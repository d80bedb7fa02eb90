"""A hundred times as many tenants: 3,100 cities with 62,000 runs against the 31 of the sample; no page must notice."""

import time
from itertools import repeat

from tenants.sample import multitude
from tests.bench.load import Crowd, ask_all, request
from tests.bench.report import Measure, Watch
from tests.bench.stage import CITY, Stage

CITIES = 3_100
SAMPLE = 31
SECONDS = 6
PAGES = (
    ("front page", "/", CITY),
    ("list", "/courses", CITY),
    ("style sheet", "/brand.css", CITY),
    ("portal's front page", "/", None),
    ("portal's search", "/search", None),
)


def cities(stage: Stage, quick: bool) -> list[Measure]:
    """The same pages before and after; each is asked for one at a time."""
    wanted = CITIES // (10 if quick else 1)
    before = {name: _ask(stage, path, slug)[0] for name, path, slug in PAGES}
    began = time.perf_counter()
    for _made in multitude.make_cities(stage.config, wanted - SAMPLE):
        pass
    took = time.perf_counter() - began
    with stage.superuser() as connection:
        connection.execute("VACUUM ANALYZE")
    time.sleep(SECONDS)  # what the web remembers of the cities is a few seconds old at most
    made = Measure(f"{wanted:,} cities made", 0, note=f"{wanted * multitude.COURSES:,} runs in {took:.0f} s")
    return [made, *(_against(stage, before[name], name, path, slug, wanted) for name, path, slug in PAGES)]


def _against(stage: Stage, before: Crowd, name: str, path: str, slug: str | None, wanted: int) -> Measure:
    crowd, watch = _ask(stage, path, slug)
    ratio = crowd.percentile(0.5) / before.percentile(0.5)
    return watch.measure(f"{wanted:,} cities, {name}", crowd, note=f"{ratio:.2f} of the time with {SAMPLE}", aim="1.05")


def _ask(stage: Stage, path: str, slug: str | None) -> tuple[Crowd, Watch]:
    watch = Watch(stage)
    return ask_all(stage.address, repeat(request("GET", stage.host(slug), path)), connections=1, seconds=SECONDS), watch

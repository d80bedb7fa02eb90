"""What anybody looks at: lists and courses, each asked again and again, and lists that nobody asked for before."""

from collections.abc import Iterable, Iterator
from itertools import cycle, islice, product, repeat
from urllib.parse import urlencode

from tenants.catalogue.filters import AGES, CATEGORIES, SORTS, TIMES
from tenants.sample import making
from tests.bench.load import ask_all, request
from tests.bench.report import Measure, Watch
from tests.bench.stage import Stage

CONNECTIONS = 32
WORDS = ("수채화", "스마트폰", "영어 회화", "요가", "한국사", "커피", "글쓰기", "사진")


def pages(stage: Stage, quick: bool) -> list[Measure]:
    """Nobody is signed in. `other lists`: every address differs from the ones before."""
    count = 500 if quick else 5000
    run = making.make_runs(stage.database, stage.city().id, 20)[0]
    return [
        _measure(stage, "list page", repeat("/courses", count), aim="1,000"),
        _measure(stage, "list pages, each another", islice(_lists("/courses"), count // 5)),
        _measure(stage, "course page", repeat(f"/courses/{run}", count)),
        _measure(stage, "front page", repeat("/", count)),
        _measure(
            stage, "portal search", (f"/search?{urlencode({'q': word})}" for word in islice(cycle(WORDS), count)), None
        ),
        _measure(stage, "portal searches, each another", islice(_lists("/search"), count // 5), None),
    ]


def _lists(path: str) -> Iterator[str]:
    """Addresses with words, category, time of day, age and order in every combination."""
    for word, category, time, age, sort in product(WORDS, CATEGORIES, TIMES, AGES, SORTS):
        yield f"{path}?{urlencode({'q': word, 'category': category, 'time': time, 'age': age, 'sort': sort})}"


def _measure(stage: Stage, name: str, paths: Iterable[str], slug: str | None = "suwon", aim: str = "") -> Measure:
    requests = [request("GET", stage.host(slug), path) for path in paths]
    ask_all(stage.address, requests[:CONNECTIONS], connections=CONNECTIONS)
    watch = Watch(stage)
    crowd = ask_all(stage.address, requests, connections=CONNECTIONS)
    odd = crowd.unlike(200)
    return watch.measure(name, crowd, aim=aim, note=f"{odd} ODD ANSWERS" if odd else "")

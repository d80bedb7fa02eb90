"""The portal's search at the size of a province: each address another, near a town, with 2,000 items beside; nothing missed."""

import unicodedata
from collections.abc import Iterator
from itertools import cycle, islice, product
from urllib.parse import urlencode

import sqlalchemy as sa

from maru.db import Scope, session
from maru.search import WORD
from tenants.catalogue.conditions import conditions
from tenants.catalogue.filters import Filters
from tenants.catalogue.models import Listing
from tenants.catalogue.moments import Moment
from tests.bench.load import ask_all, request
from tests.bench.report import Measure, Watch
from tests.bench.stage import Stage

ITEMS = """
SET session_replication_role = replica;
INSERT INTO published_items (item_id, number, title, summary, description, category, level, licence, licence_source,
    seconds, languages, published_at)
SELECT uuidv7(), 1, l.title || ' 영상', l.summary, '', l.category, 'first', 'own', '경기도', 600, '{ko}', now() - n * interval '1 hour'
FROM (SELECT *, row_number() OVER () AS n FROM (SELECT * FROM listings LIMIT 2000) AS first) l;
INSERT INTO adoptions (tenant_id, item_id, adopted_by)
SELECT t.id, i.item_id, uuidv7() FROM tenants t CROSS JOIN published_items i ON CONFLICT DO NOTHING;
SET session_replication_role = DEFAULT;
VACUUM ANALYZE published_items, adoptions;
"""
"""2,000 items, each shown by every city."""
RARE = (
    "수채화",
    "스마트폰",
    "영어 회화",
    "요가",
    "한국사",
    "커피 내리기",
    "글쓰기",
    "사진 12",
    "AI",
    "용접",
    "별자리",
    "한글 3",
)
COMMON = ("강좌", "배우기", "처음", "기초", "2", "시")
MISSED = (*RARE, *COMMON, "스마트 폰", "강", "수채화 100", "ＡＩ", "처음 만나는 수채화", "10", "책")
"""Words in Korean, with and without spaces, in English, in figures, of one syllable."""
TOWNS = ("", "41135", "41820", "41110", "41590", "41800", "41273")


def searches(stage: Stage, quick: bool) -> list[Measure]:
    """Every address is new to the web, one at a time: what is measured is the search itself."""
    with stage.superuser() as connection:
        for statement in ITEMS.split(";\n"):
            if statement.strip():
                connection.execute(statement)
    count = 40 if quick else 400
    missed = sum(_missed(stage, words) for words in MISSED)
    return [
        _measure(stage, "portal searches near a town, each another", _rare(), count, f"{missed} titles missed"),
        _measure(stage, "portal searches of common words, each another", _common(), count // 4),
        _measure(stage, "near me tonight, each another town", _tonight(), count // 10),
        _measure(stage, "searches by programs, each another", _programs(), count),
    ]


def _rare() -> Iterator[str]:
    for word, town, sort, free in product(RARE, TOWNS, ("", "starting", "newest"), ("", "1")):
        asked = {"q": word, "from": town, "sort": sort, "free": free}
        yield f"/search?{urlencode({name: value for name, value in asked.items() if value})}"


def _common() -> Iterator[str]:
    for word, town, sort in product(COMMON, TOWNS, ("", "starting", "newest")):
        asked = {"q": word, "from": town, "sort": sort}
        yield f"/search?{urlencode({name: value for name, value in asked.items() if value})}"


def _tonight() -> Iterator[str]:
    for town in TOWNS[1:]:
        for path in ("/tonight", "/free", "/opening"):
            yield f"{path}?from={town}"


def _programs() -> Iterator[str]:
    for path in _rare():
        yield f"/api/v1{path}"


def _measure(stage: Stage, name: str, paths: Iterator[str], count: int, note: str = "") -> Measure:
    asked = [request("GET", stage.host(None), path) for path in islice(cycle(paths), count)]
    watch = Watch(stage)
    crowd = ask_all(stage.address, asked, connections=1)
    odd = f"{crowd.unlike(200)} ODD ANSWERS" if crowd.unlike(200) else ""
    slowest = f"the slowest {crowd.percentile(1):.0f} ms"
    return watch.measure(
        f"100,000 courses, {name}", crowd, aim="p95 20 ms", note=", ".join(filter(None, (note, slowest, odd)))
    )


def _missed(stage: Stage, words: str) -> int:
    """How many rows have every word in their title, by reading them all, and are not found."""
    title = sa.func.lower(sa.func.normalize(Listing.title, sa.text("NFKC")))
    held = [sa.func.strpos(title, word.lower()) > 0 for word in WORD.findall(unicodedata.normalize("NFKC", words))]
    with stage.database.transaction(Scope.PUBLIC):
        session().execute(sa.text("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off"))
        there = set(session().scalars(sa.select(Listing.run_id).where(*held)))
        session().execute(sa.text("SET LOCAL enable_indexscan = on; SET LOCAL enable_bitmapscan = on"))
        asked = conditions(Filters(q=words), Moment(None, None))
        return len(there - set(session().scalars(sa.select(Listing.run_id).where(*asked))))

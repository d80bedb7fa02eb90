"""A hundred thousand courses in 31 cities: lists and searches must not notice."""

from itertools import repeat
from urllib.parse import urlencode

from tenants.catalogue.models import Listing
from tests.bench import portal
from tests.bench.load import ask_all, request
from tests.bench.report import Measure, Watch
from tests.bench.stage import CITY, Stage

LISTINGS = 100_000
MULTIPLY = """
UPDATE tenants SET state = 'live';
INSERT INTO sites (tenant_id, name, name_en) SELECT id, name_ko, name_en FROM tenants ON CONFLICT DO NOTHING;
CREATE TEMP TABLE pattern AS SELECT l.*, row_number() OVER (ORDER BY run_id) - 1 AS n FROM listings l;
CREATE TEMP TABLE made AS
    SELECT t.id AS tenant, uuidv7() AS course, uuidv7() AS run, p.n, k, k % 700 - 560 AS later
    FROM generate_series(1, {listings} / (SELECT count(*) FROM tenants)::integer) AS k
    CROSS JOIN (SELECT id, row_number() OVER () AS n FROM tenants) t
    JOIN pattern p ON p.n = (k * 31 + t.n * 7) % (SELECT count(*) FROM pattern);
INSERT INTO courses (tenant_id, id, title, category)
    SELECT tenant, course, p.title || ' ' || k, p.category FROM made JOIN pattern p USING (n);
INSERT INTO runs (tenant_id, id, course_id, starts_on, ends_on, published_at)
    SELECT tenant, run, course, p.starts_on, p.ends_on, now() FROM made JOIN pattern p USING (n);
INSERT INTO listings ({columns}) SELECT {values} FROM made JOIN pattern p USING (n);
INSERT INTO seats (tenant_id, run_id, capacity, placed) SELECT tenant, run, 20, k % 21 FROM made;
DROP TABLE pattern, made;
VACUUM ANALYZE listings, seats, runs, courses, tenants;
"""
"""Copies of the sample's rows, moved from 560 days back to 139 days ahead: most of them are over, as in a real province."""


MOVED = {
    "tenant_id": "tenant",
    "run_id": "run",
    "course_id": "course",
    "title": "p.title || ' ' || k",
    "search": "bigrams(concat_ws(' ', p.title, k, p.title_en, p.summary, p.field, p.content, p.venue, p.address, p.instructor, p.target))",
    "starts_on": "p.starts_on + later",
    "ends_on": "p.ends_on + later",
    "opens_at": "p.opens_at + later * interval '1 day'",
    "closes_at": "p.closes_at + later * interval '1 day'",
}
COLUMNS = [column.name for column in Listing.__table__.columns if column.computed is None]


def scale(stage: Stage, quick: bool) -> list[Measure]:
    """Each address is asked for one at a time, and only when what was made for it before is forgotten."""
    listings = LISTINGS // (10 if quick else 1)
    columns, values = ", ".join(COLUMNS), ", ".join(MOVED.get(name, f"p.{name}") for name in COLUMNS)
    with stage.superuser() as connection:
        for statement in MULTIPLY.format(listings=listings, columns=columns, values=values).split(";\n"):
            if statement.strip():
                connection.execute(statement)
    return [
        _measure(stage, "a city's list", "/courses"),
        _measure(stage, "a city's search", f"/courses?{urlencode({'q': '수채화'})}"),
        _measure(stage, "the portal's search", f"/search?{urlencode({'q': '수채화'})}", None),
        _measure(stage, "the portal's search of a common word", f"/search?{urlencode({'q': '강좌'})}", None),
        _measure(stage, "the portal's list", "/search", None),
        *portal.searches(stage, quick),
    ]


def _measure(stage: Stage, name: str, path: str, slug: str | None = CITY) -> Measure:
    """Rows are counted anew every 5 s, lists are made anew every second: the slowest answers are those that did."""
    watch = Watch(stage)
    crowd = ask_all(stage.address, repeat(request("GET", stage.host(slug), path)), connections=1, seconds=6)
    return watch.measure(f"100,000 courses, {name}", crowd, note=f"the slowest {crowd.percentile(1):.0f} ms")

"""A hundred thousand members of three cities, a fifth of them in two: rows reported, doubles proposed, none merged."""

import random
import time
from datetime import date, timedelta

from auth.members import service as members
from maru.db import Scope, session
from maru.tables.sheet import MOST_RECORDS
from maru.tenancy import Tenant
from tests.bench.report import Measure
from tests.bench.stage import Stage

CITIES = ("suwon", "seongnam", "goyang")
WHOLE, QUICK = 100_000, 10_000
DOUBLES = 5
"""Every so many-th line is somebody who stands on the list of another city too."""
FAMILY, GIVEN = "김이박최정강조윤장임한오서신권황안송류홍", "영수민지은하준서도윤예린현우진아가온나라미선희경철호"
ODD = ("540302", "", "1954-02-30")
"""What some hundredth of lines has for a birth date."""


def people(stage: Stage, quick: bool) -> list[Measure]:
    """Files of at most 20,000 lines, city by city, as `maru members import` reads them."""
    count, made = QUICK if quick else WHOLE, random.Random(7)
    lists = _lists(count, made)
    with stage.superuser() as connection:
        before = connection.execute(
            "SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM likenesses)"
        ).fetchone()
    began, totals = time.perf_counter(), dict.fromkeys(("records", "accepted", "warned", "refused", "unchanged"), 0)
    for slug, lines in lists.items():
        for at in range(0, len(lines), MOST_RECORDS):
            for name, number in _take(stage, slug, lines[at : at + MOST_RECORDS]).items():
                totals[name] += number
    seconds = time.perf_counter() - began
    with stage.superuser() as connection:
        after = connection.execute("SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM likenesses)").fetchone()
        merged = connection.execute("SELECT count(*) FROM people WHERE merged_into IS NOT NULL").fetchone()
    assert before
    assert after
    assert totals["records"] == count
    assert merged == (0,), "nobody is merged by a file"
    made_now, pairs = after[0] - before[0], after[1] - before[1]
    note = f"{seconds:.1f} s; {made_now:,} IDs, {totals['refused']:,} lines refused, {pairs:,} pairs proposed, 0 merged"
    return [Measure(f"{count:,} members of three cities taken over", count / seconds, note=note)]


def _take(stage: Stage, slug: str, lines: list[str]) -> dict[str, int]:
    data = "\n".join(["회원번호,이름,생년월일,휴대전화,이메일", *lines]).encode()
    with stage.database.transaction(Scope.PUBLIC):
        city = session().query(Tenant.id).filter(Tenant.slug == slug).scalar()
    with stage.database.transaction(Scope.JOB, tenant=city):
        return dict(members.import_file(data, "회원.csv").totals)


def _lists(count: int, made: random.Random) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {slug: [] for slug in CITIES}
    somebody = ""
    for n in range(count):
        if n % DOUBLES or not somebody:
            name = made.choice(FAMILY) + made.choice(GIVEN) + made.choice(GIVEN)
            born = date(1930, 1, 1) + timedelta(days=made.randrange(27_000))
            day = made.choice(ODD) if made.random() < 0.01 else born.isoformat()
            somebody = f"{name},{day},010{made.randrange(10**8):08},"
        lists[CITIES[n % 3]].append(f"{n},{somebody}")
    return lists

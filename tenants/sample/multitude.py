"""Many live cities with twenty published courses each: how Maru behaves with a hundred times as many tenants."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from maru.config import Config
from maru.db import Scope, session
from maru.migrating import SetUp, set_up
from maru.web import dates
from tenants.catalogue.projection import project

COURSES = 20
TITLES = ("수채화", "서예", "스마트폰 기초", "요가", "기타", "영어 회화", "도자기", "글쓰기", "사진", "합창")
COLOURS = ("#2343a0", "#0b7a53", "#e4572e", "#7a3fb0", "#17495e", "#0aa5b5")
AT_A_TIME = 100
CITIES = sa.text("""
    INSERT INTO tenants (slug, name_ko, name_en, region_code, state, onboarded_on)
    SELECT 'many-' || n, '견본' || n || '시', 'Many ' || n, 'M' || n, 'live', walls.today()
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n
    RETURNING id, substr(slug, 6)::integer AS n
""")
SITE = sa.text("""
    INSERT INTO sites (tenant_id, name, name_en, colour, phone)
    VALUES (:tenant, '견본' || CAST(:n AS text) || '시 평생학습관', 'Many ' || CAST(:n AS text) || ' Learning Centre', :colour,
            '031-555-0100')
""")
COURSE = sa.text("""
    WITH named AS (
        SELECT k, t.title || ' ' || k AS title, CAST(:first AS date) + k AS begins
        FROM generate_series(1, :courses) AS k
        JOIN unnest(CAST(:titles AS text[])) WITH ORDINALITY AS t (title, n) ON t.n = 1 + k % cardinality(CAST(:titles AS text[]))),
    taught AS (
        INSERT INTO courses (tenant_id, title, summary, category, content)
        SELECT :tenant, title, '처음 하시는 분도 따라 하실 수 있습니다.', '0' || (1 + k % 6), '' FROM named RETURNING id, title),
    opened AS (
        INSERT INTO runs (tenant_id, course_id, method, target, selection, reception, starts_on, ends_on, starts_at, ends_at,
                          weekdays, capacity, fee, opens_at, closes_at, published_at)
        SELECT :tenant, t.id, '오프라인', '누구나', '선착순', '인터넷', n.begins, n.begins + 21, '10:00', '12:00',
               1 << (extract(isodow FROM n.begins)::integer - 1), 20, 0, now() - interval '1 day',
               n.begins::timestamp AT TIME ZONE 'Asia/Seoul', now()
        FROM taught t JOIN named n USING (title) RETURNING id, starts_on),
    held AS (
        INSERT INTO meetings (tenant_id, run_id, number, starts_at, ends_at)
        SELECT :tenant, o.id, 1 + w, (o.starts_on + 7 * w + time '10:00') AT TIME ZONE 'Asia/Seoul',
               (o.starts_on + 7 * w + time '12:00') AT TIME ZONE 'Asia/Seoul'
        FROM opened o CROSS JOIN generate_series(0, 3) AS w)
    SELECT id FROM opened
""")


def make_cities(config: Config, count: int) -> Iterator[int]:
    """Make `count` more; after each hundred, says how many there are."""
    with set_up(config.database_url) as work:
        work.as_app(Scope.PUBLIC)
        made = session().scalar(sa.text("SELECT count(*) FROM tenants WHERE slug LIKE 'many-%'")) or 0
    for first in range(made + 1, made + count + 1, AT_A_TIME):
        last = min(first + AT_A_TIME - 1, made + count)
        with set_up(config.database_url) as work:
            work.as_app(Scope.PROVINCE)
            cities = session().execute(CITIES, {"first": first, "last": last}).all()
            for city in cities:
                _furnish(work, city.id, city.n)
        yield last


def _furnish(work: SetUp, tenant: UUID, number: int) -> None:
    work.as_app(Scope.JOB, tenant)
    session().execute(SITE, {"tenant": tenant, "n": number, "colour": COLOURS[number % len(COLOURS)]})
    about = {"tenant": tenant, "courses": COURSES, "titles": list(TITLES), "first": dates.today() + timedelta(days=7)}
    project(session().scalars(COURSE, about).all())

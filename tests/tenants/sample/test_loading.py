"""Loading the sample province."""

import secrets
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.embedded.postgres import Postgres
from maru.migrating import migrate
from tenants.sample import loading
from tenants.sample.reading import lines
from tests.conftest import Maker


@pytest.fixture(scope="module")
def loaded(config: Config, postgres: Postgres) -> Iterator[Config]:
    """An installation with the sample province and nothing else."""
    name = f"s{secrets.token_hex(6)}"
    with psycopg.connect(postgres.url("postgres", "postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} OWNER maru_owner")
        fresh = replace(config, database_url=postgres.url(name, "maru_owner"))
        migrate(fresh)
        assert loading.load(fresh).startswith("Loaded 31 cities")
        yield fresh
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_province_with_cities_is_left_alone(config: Config, make: Maker) -> None:
    make.city()
    assert loading.load(config) == "The sample province is already loaded."


def test_a_loaded_province_is_left_alone(loaded: Config) -> None:
    assert loading.load(loaded) == "The sample province is already loaded."


def test_what_was_learned_stands_on_settled_runs_and_attended_meetings(loaded: Config, postgres: Postgres) -> None:
    name = str(sa.make_url(loaded.database_url).database)
    with psycopg.connect(postgres.url(name, "postgres")) as server:
        rows = server.execute("""
            SELECT r.completed_on = p.issued_on AND r.certificate_number = p.number AND r.hours = c.held_minutes / 60.0
                   AND c.in_ledger AND u.ends_on = r.completed_on AND u.settled_at IS NOT NULL
                   AND (SELECT count(*) FROM attendance t WHERE t.application_id = a.id) = 8
            FROM records r LEFT JOIN applications a ON a.id = r.source_id LEFT JOIN runs u ON u.id = a.run_id
            LEFT JOIN completions c ON c.application_id = a.id LEFT JOIN certificates p ON p.source_id = a.id
        """)
        assert rows.fetchall() == [(True,)] * 13


def test_who_moved_goes_on_with_a_course_begun_before(loaded: Config, postgres: Postgres) -> None:
    name = str(sa.make_url(loaded.database_url).database)
    with psycopg.connect(postgres.url(name, "postgres")) as server:
        rows = server.execute("""
            SELECT a.state, a.residence_code, r.resident_only, a.applied_at BETWEEN r.opens_at AND r.closes_at,
                   a.number = s.placed AND s.placed <= s.capacity,
                   (SELECT count(*) FROM attendance t WHERE t.application_id = a.id AND t.mark = 'absent'),
                   (SELECT count(*) FROM attendance t WHERE t.application_id = a.id)
                   = (SELECT count(*) FROM meetings m WHERE m.run_id = r.id AND m.ends_at < now())
            FROM applications a JOIN people p ON p.id = a.person_id AND p.username = 'kim.youngsook'
            JOIN runs r ON r.id = a.run_id JOIN seats s ON s.run_id = r.id WHERE r.ends_on >= CURRENT_DATE
        """)
        assert rows.fetchall() == [("placed", "41110", True, True, True, 1, True)]


def test_every_city_with_a_site_answers_what_is_asked_often(loaded: Config, postgres: Postgres) -> None:
    name = str(sa.make_url(loaded.database_url).database)
    with psycopg.connect(postgres.url(name, "postgres")) as server:
        sites, written = (
            server.execute("SELECT (SELECT count(*) FROM sites), count(*) FROM faqs WHERE published").fetchone() or ()
        )
        assert written == sites * len(list(lines("faqs"))) > sites


def test_questions_wait_are_answered_and_stand_for_everybody(loaded: Config, postgres: Postgres) -> None:
    name, asked = str(sa.make_url(loaded.database_url).database), list(lines("questions"))
    with psycopg.connect(postgres.url(name, "postgres")) as server:
        counted = server.execute("""
            SELECT count(*), count(*) FILTER (WHERE answer = ''), count(run_id), (SELECT count(*) FROM public_answers)
            FROM questions WHERE asked_at < now() AND (answered_at IS NULL OR answered_at < now())
        """).fetchone()
        shown = server.execute(
            "SELECT count(*) FROM banners WHERE published_at <= now() AND ends_at IS NULL OR ends_at > now()"
        )
        assert shown.fetchone() == (len(list(lines("banners"))),)
    waiting, public = (
        [one for one in asked if not one["answer"]],
        [one for one in asked if one["public"] and one["answer"]],
    )
    assert counted == (len(asked), len(waiting), len([one for one in asked if one["course"]]), len(public))
    assert waiting
    assert public


def test_every_run_belongs_to_a_term_that_can_be_opened_anew(loaded: Config, postgres: Postgres) -> None:
    name = str(sa.make_url(loaded.database_url).database)
    with psycopg.connect(postgres.url(name, "postgres")) as server:
        strange = server.execute("SELECT count(*) FROM runs WHERE term !~ '^20[0-9]{2}년 [1-4]기$'").fetchone()
    assert strange == (0,)

"""What a player reports and what is credited: each second once, never faster than the clock allows, in any city.

The engine's clock is moved back by changing when the last report came, which nobody but these tests can.
"""

import time
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auth.consents import service as consents
from contentlib.adoptions import service as adoptions
from contentlib.progress import service as progress
from contentlib.progress.service import MOST_INTERVALS, Progress
from maru.db import Scope, session
from maru.errors import Invalid, NotFound
from maru.migrating import engine_connection
from records.history import service as history
from tests.contentlib.conftest import Office

SECONDS = 600
APPROVER = "library_approver"


class Cinema:
    """Two cities that show a published item, and somebody who watches it."""

    def __init__(self, office: Office, **words: str) -> None:
        self.office, self.make = office, office.make
        self.item = office.ready(**words)
        office.ask("POST", f"/{self.item}/publish", APPROVER)
        self.here, self.there = self.make.city(region=self.make.region()), self.make.city(region=self.make.region())
        self.person = self.make.person()
        for city in (self.here, self.there):
            with self.at_work(city):
                adoptions.adopt(city, self.item, self.make.person())

    def at_work(self, city: UUID) -> Any:
        return self.office.database.transaction(Scope.STAFF, tenant=city)

    def as_person(self, city: UUID, person: UUID | None = None) -> Any:
        return self.office.database.transaction(Scope.PERSON, tenant=city, person=person or self.person)

    def opens(self, city: UUID | None = None) -> None:
        with self.as_person(city or self.here):
            progress.begin(self.item)

    def waits(self, seconds: float) -> None:
        back = sa.text(
            "UPDATE watchings SET reported_at = reported_at - make_interval(secs => :s) WHERE person_id = :p"
        )
        with engine_connection(self.office.config.database_url) as connection:
            connection.execute(back, {"s": seconds, "p": self.person})

    def reports(self, *intervals: tuple[int, int], at: int = 0, city: UUID | None = None) -> Progress:
        with self.as_person(city or self.here):
            return progress.report(self.item, intervals, at)

    def watches(self, begin: int, end: int, city: UUID | None = None) -> Progress:
        """As a player at its usual pace reports it."""
        self.waits(end - begin)
        return self.reports((begin, end), at=end, city=city)

    def history(self, person: UUID | None = None) -> list[history.Line]:
        with self.as_person(self.here, person):
            return list(history.history_of(person or self.person))

    def consents(self) -> None:
        with self.as_person(self.here):
            consents.give(self.person, consents.PROVINCE_HISTORY)
            progress.catch_up()


@pytest.fixture
def cinema(office: Office) -> Cinema:
    return Cinema(office)


def test_what_was_played_counts_once(cinema: Cinema) -> None:
    cinema.opens()
    assert cinema.watches(0, 60).watched == 60
    assert cinema.watches(30, 90).watched == 90, "seen twice is once"
    cinema.waits(60)
    again = cinema.reports((0, 60), (60, 90), at=12)
    assert (again.watched, again.resume_at, again.completed) == (90, 12, False)
    assert again.share == 0.15


def test_seeking_ahead_earns_nothing(cinema: Cinema) -> None:
    cinema.opens()
    cinema.waits(10)
    ahead = cinema.reports((590, 600), at=600)
    assert (ahead.watched, ahead.completed) == (10, False)


def test_no_more_is_credited_than_twice_the_time_that_has_passed(cinema: Cinema) -> None:
    cinema.opens()
    assert cinema.reports((0, 600), at=600).watched == 0
    cinema.waits(30)
    assert 60 <= cinema.reports((0, 600), at=600).watched <= 63
    assert cinema.reports((0, 600), at=600).watched <= 65, "the same time does not count twice"
    assert not cinema.reports((0, 600), at=600).completed


def test_a_film_told_in_many_pieces_is_credited_from_its_beginning(cinema: Cinema) -> None:
    cinema.opens()
    cinema.waits(50)
    begun = time.monotonic()
    far = cinema.reports(*((second, second + 1) for second in range(598, -1, -2)))
    assert 100 <= far.watched <= 101 + 2 * (time.monotonic() - begun)
    with cinema.as_person(cinema.here):
        seen = progress.of(cinema.person, cinema.item, SECONDS).intervals
    assert seen == tuple((second, second + 1) for second in range(0, 2 * far.watched, 2))


def test_two_devices_take_no_time_from_each_other(cinema: Cinema) -> None:
    cinema.opens()
    cinema.waits(10)
    assert cinema.reports((0, 10), at=10).watched == 10
    assert cinema.reports((100, 110), at=110, city=cinema.there).watched == 20, "twice the time, in two places"


def test_several_reports_in_a_second_are_credited_together(cinema: Cinema) -> None:
    cinema.opens()
    for _ in range(10):
        cinema.waits(0.3)
        far = cinema.reports((0, 600), at=1)
    assert far.watched >= 6


def test_time_that_was_not_watched_is_not_kept_for_later(cinema: Cinema) -> None:
    cinema.opens()
    cinema.waits(600)
    begun = time.monotonic()
    assert cinema.reports((0, 10), at=10).watched == 10
    rest = cinema.reports((10, 600), at=600).watched
    assert 70 <= rest <= 71 + 2 * (time.monotonic() - begun), "of half a minute, twice"


def test_who_reports_without_having_opened_it_has_waited_for_nothing(cinema: Cinema) -> None:
    assert cinema.reports((0, 600), at=600).watched == 0


def test_it_goes_on_at_the_same_second_in_another_city_and_enters_the_history_once(cinema: Cinema) -> None:
    cinema.consents()
    cinema.opens()
    cinema.watches(0, 300)
    cinema.opens(cinema.there)
    with cinema.as_person(cinema.there):
        far = progress.of(cinema.person, cinema.item, SECONDS)
    assert (far.watched, far.resume_at, far.intervals) == (300, 300, ((0, 300),))
    assert not cinema.watches(300, 539, cinema.there).completed
    assert cinema.history() == []
    assert cinema.watches(539, 540, cinema.there).completed, "nine tenths"
    (line,) = cinema.history()
    assert (line.kind, line.title, line.run_name, float(line.hours)) == ("item", "처음 만나는 수채화", "1판", 0.17)
    assert line.tenant_slug == cinema.make.slug(cinema.there)
    assert cinema.watches(540, 600, cinema.here).completed
    assert len(cinema.history()) == 1, "once, whichever city showed it"
    cinema.office.ask("POST", f"/{cinema.item}/edit", data={"title": "둘째 판", "summary": "ㄱ", "category": "04",
                      "level": "first", "licence": "own", "licence_source": "경기도"})  # fmt: skip
    cinema.office.ask("POST", f"/{cinema.item}/publish", APPROVER)
    assert cinema.watches(0, 600).completed
    assert [one.run_name for one in cinema.history()] == ["1판"], "what was completed stays as it was"


def test_without_consent_it_waits_for_it(cinema: Cinema) -> None:
    cinema.opens()
    assert cinema.watches(0, 600).completed
    assert cinema.history() == []
    cinema.consents()
    assert len(cinema.history()) == 1
    cinema.consents()
    assert len(cinema.history()) == 1


def test_nobody_is_told_of_a_history_without_consent(cinema: Cinema, office: Office) -> None:
    host, who = f"{cinema.make.slug(cinema.here)}.localhost", cinema.make.session(cinema.person, cinema.here)
    recorded, asked = "학습이력에 남았습니다.", "도의 기록에 동의하시면 학습이력에 남습니다."

    def page() -> str:
        return office.web.get(host, f"/items/{cinema.item}", who).text

    before = page()
    assert (recorded in before, asked in before, "/my#consent" in before) == (False, True, True)
    assert cinema.watches(0, 600).completed
    assert recorded not in page()
    cinema.consents()
    after = page()
    assert (recorded in after, asked in after, "/my#consent" in after) == (True, False, False)
    with cinema.as_person(cinema.here):
        consents.withdraw(cinema.person, consents.PROVINCE_HISTORY)
    assert page().count(recorded) == after.count(recorded), "what was recorded stays"


def test_another_film_begins_anew(cinema: Cinema, office: Office) -> None:
    cinema.opens()
    cinema.watches(0, 300)
    with office.working():
        session().execute(sa.text("UPDATE videos SET state = 'dropped' WHERE item_id = :item"), {"item": cinema.item})
        session().execute(sa.text("UPDATE captions SET dropped_at = now() WHERE item_id = :i"), {"i": cinema.item})
    office.give(cinema.item, seconds=100)
    office.ask("POST", f"/{cinema.item}/publish", APPROVER)
    cinema.opens()
    with cinema.as_person(cinema.here):
        assert progress.of(cinema.person, cinema.item, 100) == Progress(0, 100, False, 0)
    assert cinema.watches(0, 90).completed


@pytest.mark.parametrize("how", ["dropped", "withdrawn", "expired", "never adopted"])
def test_what_a_city_does_not_show_is_not_played_there(cinema: Cinema, office: Office, how: str) -> None:
    cinema.opens()
    cinema.waits(60)
    city = cinema.make.city() if how == "never adopted" else cinema.here
    if how == "dropped":
        with cinema.at_work(city):
            adoptions.drop(city, cinema.item)
    elif how == "withdrawn":
        office.ask("POST", f"/{cinema.item}/withdraw", APPROVER, data={"because": "다시 만듭니다."})
    elif how == "expired":
        with office.working():
            ended = sa.text("UPDATE published_items SET licence_ends_on = '2020-01-01' WHERE item_id = :item")
            session().execute(ended, {"item": cinema.item})
    with pytest.raises(NotFound):
        cinema.reports((0, 60), at=60, city=city)
    with pytest.raises(NotFound), cinema.as_person(city):
        progress.playing(cinema.item)
    with pytest.raises(NotFound), cinema.as_person(city):
        progress.captions(cinema.item, "ko")
    host = f"{cinema.make.slug(city)}.localhost"
    for path in ("", "/master.m3u8", "/240p.m3u8", "/poster.jpg", "/ko.vtt"):
        assert office.web.get(host, f"/items/{cinema.item}{path}").status_code == 404
    assert str(cinema.item) not in office.web.get(host, "/items").text
    with cinema.at_work(cinema.here):
        assert len(adoptions.gone(cinema.here)) == (1 if how in ("withdrawn", "expired") else 0)


@pytest.mark.parametrize("intervals", [[(5, 4)], [(-1, 4)], [(0, 1)] * (MOST_INTERVALS + 1)])
def test_what_cannot_have_been_played_is_refused(cinema: Cinema, intervals: list[tuple[int, int]]) -> None:
    with pytest.raises(Invalid):
        cinema.reports(*intervals)


def test_a_program_reports_and_is_told(cinema: Cinema, office: Office) -> None:
    host = f"{cinema.make.slug(cinema.here)}.localhost"
    who = cinema.make.session(cinema.person, cinema.here)
    path = f"/api/v1/items/{cinema.item}"
    played = office.web.get(host, f"{path}/playback", who).get_json()
    assert (played["seconds"], played["needed"], played["resume_at"]) == (SECONDS, 0.9, 0)
    assert played["captions"] == [{"language": "ko", "label": "한국어", "url": f"/items/{cinema.item}/ko.vtt"}]
    cinema.waits(60)
    body = {"intervals": [[0, 30], [20, 60]], "at": 60}
    answer = office.web.post(host, f"{path}/progress", who, json=body)
    assert answer.get_json() == {"watched": 60, "share": 0.1, "completed": False, "resume_at": 60}
    assert office.web.post(host, f"{path}/progress", who, json=body).get_json()["watched"] == 60
    assert office.web.ask("POST", host, f"{path}/progress", json=body).status_code == 401
    for wrong in ({"intervals": [[0]], "at": 1}, {"intervals": "x", "at": 1}, {"intervals": [], "at": -1}, {}):
        assert office.web.post(host, f"{path}/progress", who, json=wrong).status_code == 422
    said = office.web.post(host, f"{path}/progress", who, json={"intervals": [[0]], "at": 1}).get_json()["errors"]
    assert said == {"intervals": "구간마다 시작과 끝, 두 수를 적어 주세요."}
    assert office.web.post(host, f"/api/v1/items/{uuid4()}/progress", who, json=body).status_code == 404
    for odd in ("[" * 100_000, '{"at":' + "9" * 5000 + "}", "{", "\xff"):
        sent = office.web.post(host, f"{path}/progress", who, data=odd, content_type="application/json")
        assert sent.status_code == 400, "what cannot be read is no crash"
    everyone = office.web.get(host, f"{path}/playback").get_json()
    assert (everyone["watched"], everyone["progress_url"]) == ([], ""), "watching needs no account, credit does"


def test_my_learning_shows_what_i_am_watching_and_then_what_i_have_watched(cinema: Cinema, office: Office) -> None:
    host = f"{cinema.make.slug(cinema.there)}.localhost"
    who = cinema.make.session(cinema.person, cinema.there)
    cinema.opens()
    cinema.watches(0, 150)
    page = office.web.get(host, "/my", who).text
    assert f"{cinema.make.slug(cinema.here)}.localhost:8000/items/{cinema.item}" in page
    assert "25% 보셨습니다" in page
    cinema.watches(150, 600)
    assert "도의 기록에 동의하시면 학습이력에 남습니다" in office.web.get(host, "/my", who).text
    assert (
        office.web.post(
            host, "/my/consents", who, data={"seen.province-history": "2026-11", "agree.province-history": "1"}
        ).status_code
        == 303
    )
    page = office.web.get(host, "/my", who).text
    assert "is-done is-video" in page
    assert "보셨습니다" not in page


def test_nobody_sees_how_far_somebody_else_is(cinema: Cinema) -> None:
    cinema.opens()
    cinema.watches(0, 60)
    with cinema.as_person(cinema.here, cinema.make.person()):
        assert progress.of(cinema.person, cinema.item, SECONDS).watched == 0
        progress.catch_up()
    assert cinema.history() == []


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.STAFF, Scope.PROVINCE, Scope.JOB])
def test_watching_is_for_persons(cinema: Cinema, scope: Scope) -> None:
    calls = [
        ("engine.begin_watching(:item)", {"item": cinema.item}),
        ("engine.watch(:item, '{}', 0)", {"item": cinema.item}),
        ("engine.remember_all_watched()", {}),
        ("engine.remember_watched(:item)", {"item": cinema.item}),
    ]
    for call, values in calls:
        with (
            pytest.raises(sa.exc.ProgrammingError, match=r"needs a person|nobody is signed in|permission denied"),
            cinema.office.database.transaction(scope, tenant=cinema.here, person=cinema.person),
        ):
            session().execute(sa.text(f"SELECT * FROM {call}"), values)

"""Consent texts: dated versions that never change, each tick by itself, and who is asked again (PRV 7.2, §15②, §17②, §22)."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.consents import service as consents
from auth.consents import texts
from auth.consents.service import PROVINCE_HISTORY
from auth.consents.wording import KINDS, PARTS, digest, faults, parts_of
from maru.config import Config
from maru.db import Database, Scope
from maru.errors import Invalid, Refused
from maru.jobs import Tools, having
from maru.migrating import engine_connection, owner_connection
from maru.storage import connect
from maru.web import dates
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL, OFFICE = "localhost", "/province/consents"
WORDS = {
    language: {part: f"{part} {language}" if part != "recipient" else "" for part in PARTS} for language in ("ko", "en")
}


@dataclass
class House:
    """The privacy officer, who writes texts."""

    config: Config
    database: Database
    make: Maker
    officer: UUID

    def publishes(
        self, purpose: str = "", *, until: int | None = None, words: Mapping[str, dict[str, str]] = WORDS
    ) -> str:
        """A new purpose from today on; or its next version, which a day has then brought into force."""
        with self.database.transaction(Scope.PROVINCE, person=self.officer):
            draft = texts.draft_from(purpose, self.officer) if purpose else texts.begin("marketing", self.officer)
            texts.save(draft.id, words)
            begins = dates.today() + timedelta(days=1 if purpose else 0)
            texts.publish(
                draft.id, begins, begins + timedelta(days=until or 0), substantial=until is not None, by=self.officer
            )
            named = draft.purpose
        if purpose:
            self.ages(purpose, 1)
        return named

    def ages(self, purpose: str, days: int) -> None:
        """Let the versions of a purpose have come into force so many days earlier than they did."""
        shift = (
            "ALTER TABLE consent_texts DISABLE TRIGGER published_stays;"
            " UPDATE consent_texts SET in_force_on = in_force_on - {0} - 900, old_until = old_until - {0} - 900"
            " WHERE purpose = '{1}'; UPDATE consent_texts SET in_force_on = in_force_on + 900, old_until = old_until + 900"
            " WHERE purpose = '{1}';"
            " ALTER TABLE consent_texts ENABLE TRIGGER published_stays"
        )
        with owner_connection(self.config.database_url) as connection, connection.begin():
            connection.exec_driver_sql("ALTER TABLE consent_texts NO FORCE ROW LEVEL SECURITY")
            connection.exec_driver_sql(shift.format(days, purpose))
            connection.exec_driver_sql("ALTER TABLE consent_texts FORCE ROW LEVEL SECURITY")

    def agrees(self, person: UUID, purpose: str) -> None:
        with self.database.transaction(Scope.PERSON, person=person):
            consents.give(person, purpose)

    def asked(self, person: UUID, purpose: str) -> tuple[bool, bool]:
        """Whether the person's consent stands, and whether they are asked again."""
        with self.database.transaction(Scope.PERSON, person=person):
            one = next(one for one in consents.asked(person) if one.text.purpose == purpose)
            return one.stands, one.again

    def told(self, person: UUID) -> list[str]:
        """What was written to the person."""
        with engine_connection(self.config.database_url) as connection:
            kinds = sa.text("SELECT kind FROM messages WHERE person_id = :person ORDER BY id")
            return list(connection.scalars(kinds, {"person": person}))

    def round(self) -> None:
        """The worker's, which ends what has to end."""
        with having(Tools(self.config, connect(self.config.s3), self._job)):
            consents.end_outdated()

    def _job(self, **_more: UUID | None):  # type: ignore[no-untyped-def]
        return self.database.transaction(Scope.JOB)


@pytest.fixture
def house(config: Config, database: Database, make: Maker) -> House:
    officer = make.person()
    make.grant(officer, "privacy_officer")
    return House(config, database, make, officer)


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


def test_the_first_text_has_the_hash_of_its_words(database: Database) -> None:
    with database.transaction(Scope.PUBLIC):
        first = texts.version_of(PROVINCE_HISTORY, consents.FIRST_VERSION)
        assert first.text_hash == digest(first.words)
        assert faults(first.kind, first.words) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_states_what_the_law_asks(kind: str) -> None:
    empty = {language: dict.fromkeys(PARTS, "") for language in ("ko", "en")}
    wanted = {"title", "aim", "items", "period", "refusal"} | ({"recipient"} if kind == "third_party" else set())
    assert set(parts_of(kind)) == wanted
    assert set(faults(kind, empty)) == {f"{part}_{language}" for part in wanted for language in ("ko", "en")}


def test_a_resident_number_stands_in_no_text() -> None:
    words = {language: {**said, "items": "800101-1234567"} for language, said in WORDS.items()}
    assert set(faults("marketing", words)) == {"items_ko", "items_en"}


def test_one_letter_more_is_another_hash() -> None:
    other = {**WORDS, "ko": {**WORDS["ko"], "aim": WORDS["ko"]["aim"] + "."}}
    assert digest(other) != digest(WORDS)


def test_what_is_published_never_changes(house: House, config: Config) -> None:
    purpose = house.publishes()
    with house.database.transaction(Scope.PROVINCE, person=house.officer):
        text = texts.current()[purpose]
        with pytest.raises(Refused, match="고칠 수 없습니다"):
            texts.save(text.id, WORDS)
    for attempt in ("UPDATE consent_texts SET words = '{}'", "DELETE FROM consent_texts"):
        with (
            pytest.raises(sa.exc.IntegrityError, match="never changes"),
            house.database.transaction(Scope.PROVINCE, person=house.officer) as opened_,
        ):
            opened_.execute(sa.text(f"{attempt} WHERE id = :id"), {"id": text.id})


def test_a_text_that_leaves_something_out_does_not_come_into_force(house: House) -> None:
    with house.database.transaction(Scope.PROVINCE, person=house.officer):
        draft = texts.begin("third_party", house.officer)
        texts.save(draft.id, WORDS)
        with pytest.raises(Invalid) as refused:
            texts.publish(draft.id, dates.today(), None, substantial=False, by=house.officer)
    assert set(refused.value.errors) == {"recipient_ko", "recipient_en"}


def test_no_consent_to_a_text_that_is_not_in_force(house: House, config: Config) -> None:
    person = house.make.person()
    with pytest.raises(sa.exc.IntegrityError, match="no such text"), engine_connection(config.database_url) as engine:
        engine.execute(
            sa.text(
                "INSERT INTO consents (person_id, purpose, text_version) VALUES (:p, 'province-history', '2030-01')"
            ),
            {"p": person},
        )


def test_a_changed_text_is_asked_again_and_the_old_consent_stands_until_its_day(house: House) -> None:
    stays, person = house.publishes(), house.make.person()
    house.agrees(person, stays)
    house.publishes(stays, until=10)
    assert house.asked(person, stays) == (True, True)
    house.round()
    assert house.asked(person, stays) == (True, True)
    house.ages(stays, 10)
    house.round()
    assert house.asked(person, stays) == (False, True), "it has ended on its day, and is still asked about"
    assert house.told(person) == ["consents.ended"]
    house.agrees(person, stays)
    assert house.asked(person, stays) == (True, False)
    house.round()
    assert house.asked(person, stays) == (True, False)


def test_other_words_alone_ask_nobody(house: House) -> None:
    purpose, person = house.publishes(), house.make.person()
    house.agrees(person, purpose)
    house.publishes(purpose)
    house.round()
    assert house.asked(person, purpose) == (True, False)


def test_who_says_no_is_not_asked_a_third_time(house: House) -> None:
    purpose, person = house.publishes(), house.make.person()
    house.agrees(person, purpose)
    house.publishes(purpose, until=0)
    house.round()
    with house.database.transaction(Scope.PERSON, person=person):
        version = texts.current()[purpose].version
        assert version
        consents.answer(person, {purpose: (version, False)}, None)
    assert house.asked(person, purpose) == (False, False)


def test_who_took_it_back_is_not_asked(house: House) -> None:
    purpose, person = house.publishes(), house.make.person()
    house.agrees(person, purpose)
    with house.database.transaction(Scope.PERSON, person=person):
        consents.withdraw(person, purpose)
    house.publishes(purpose, until=0)
    assert house.asked(person, purpose) == (False, False)


def test_a_consent_that_was_taken_back_does_not_come_back(house: House) -> None:
    purpose, person = house.publishes(), house.make.person()
    house.agrees(person, purpose)
    with house.database.transaction(Scope.PERSON, person=person):
        consents.withdraw(person, purpose)
    with (
        pytest.raises(sa.exc.IntegrityError, match="set once"),
        house.database.transaction(Scope.PERSON, person=person) as opened_,
    ):
        opened_.execute(sa.text("UPDATE consents SET withdrawn_at = NULL WHERE person_id = :p"), {"p": person})


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.PROVINCE])
def test_only_the_worker_ends_consents(database: Database, make: Maker, scope: Scope) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="jobs only"),
        database.transaction(scope, tenant=make.city(), person=make.person()) as opened_,
    ):
        opened_.execute(sa.select(sa.func.engine.end_outdated_consents()))


def test_whoever_signs_in_reads_the_changed_text_first(house: House, web: Web) -> None:
    purpose, person = house.publishes(), house.make.person()
    who = house.make.session(person, None)
    token = who.cookie.split("=")[1]

    def asks() -> bool:
        with house.database.transaction(Scope.PUBLIC):
            return consents.asks_again(token)

    house.agrees(person, purpose)
    assert not asks()
    assert web.get(PORTAL, "/my/consents/again?next=/courses", who).headers["Location"] == "/courses"
    house.publishes(purpose, until=5)
    assert asks()
    with house.database.transaction(Scope.PUBLIC):
        assert not consents.asks_again("A" * 43)
    page = web.get(PORTAL, "/my/consents/again?next=//evil.example", who)
    assert 'name="next" value="/"' in page.text
    assert "checked" not in page.text, "no answer is chosen for anybody"
    version = (dates.today() + timedelta(days=1)).isoformat()
    shown = {f"seen.{purpose}": version, "next": "/my"}
    assert web.post(PORTAL, "/my/consents/again", who, data=shown).headers["Location"] == "/my"
    assert asks(), "who does not answer now is asked at the next visit"
    web.post(PORTAL, "/my/consents/again", who, data={**shown, f"answer.{purpose}": "yes"})
    assert not asks()
    assert house.asked(person, purpose) == (True, False)


def test_the_officer_writes_and_publishes_on_pages(house: House, web: Web) -> None:
    who = house.make.session(house.officer, None)
    assert web.post(PORTAL, OFFICE, who, data={}).status_code == 422
    page = web.post(PORTAL, OFFICE, who, data={"kind": "third_party"}).headers["Location"]
    words = {f"{part}_{language}": f"{part} {language}" for part in PARTS for language in ("ko", "en")}
    missing = web.post(PORTAL, page, who, data={**words, "recipient_ko": "", "act": "publish", "in_force_on": "x"})
    assert missing.status_code == 422
    assert "법이 알리라고 정한 것입니다" in missing.text
    assert web.post(PORTAL, page, who, data={**words, "seen": "somebody else's"}).status_code == 409
    today = dates.today().isoformat()
    assert web.post(PORTAL, page, who, data={**words, "act": "publish", "in_force_on": today}).status_code == 303
    assert "이제 이 판은 고칠 수 없습니다" in web.get(PORTAL, OFFICE, who).text
    assert "글의 지문" in web.get(PORTAL, page, who).text
    assert web.post(PORTAL, page, who, data=words).status_code == 409
    resident = house.make.session(house.make.person(), None)
    assert "받는 곳이 쓰는 목적" in web.get(PORTAL, "/my/consents", resident).text


def test_a_draft_is_begun_once_however_often_it_is_pressed(house: House, web: Web) -> None:
    who = house.make.session(house.officer, None)
    purpose = house.publishes()
    for data in ({"kind": "sensitive"}, {"purpose": purpose}):
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda _, d=data: web.post(PORTAL, OFFICE, who, data=d), range(4)))
        assert {one.status_code for one in made} == {303}
        assert len({one.location for one in made}) == 1

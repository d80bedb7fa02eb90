"""Proving who somebody is, by a counterpart of an agency that signs for real, and at the desk (PRV-01 to PRV-06)."""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
import requests
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, OctKey

from auth.roles.permissions import CITY_ROLES, permits
from auth.verification.agencies import AUDIENCE, ProofRefused, SignedAgency
from auth.verification.sealing import SealedCi, Sealer
from maru.config import Config
from maru.db import Scope, session
from maru.embedded.agency import NAME, Agency
from maru.migrating import engine_connection
from tenants.courses.models import Run
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL, BORN = "localhost", date(1954, 3, 2)
SECRET = "s" * 48


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    started = Agency(tmp_path_factory.mktemp("agency"), SECRET, "http://localhost:8000")
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def settings(config: Config, agency: Agency) -> Config:
    return replace(
        config, identity_key="k" * 48, agency_url=agency.url, agency_secret=SECRET, agency_name=NAME, public_port=8000
    )


@pytest.fixture(scope="module")
def web(settings: Config) -> Iterator[Web]:
    with opened(settings) as asked:
        yield asked


@dataclass
class Someone:
    """Somebody with an ID, as yet unproven, on the portal."""

    web: Web
    config: Config
    agency: Agency
    who: Resident

    def begins(self, **form: str) -> str:
        """The number under which they went to the agency."""
        answer = self.web.post(PORTAL, "/my/identity", self.who, data=form)
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        there = urlsplit(answer.headers["Location"])
        assert f"{there.scheme}://{there.netloc}" == self.agency.url
        return parse_qs(there.query)["number"][0]

    def comes_back(self, number: str, answer: str) -> Any:
        return self.web.get(PORTAL, f"/my/identity/answer/{number}", self.who, query_string={"answer": answer})

    def proves(self, name: str, born: date = BORN, phone: str = "") -> Any:
        number = self.begins()
        return self.comes_back(number, self.agency.result(number, name, born, phone))

    def row(self) -> Any:
        return one(self.config, "SELECT * FROM people WHERE id = :id", id=self.who.person_id)


def one(config: Config, query: str, **values: Any) -> Any:
    with engine_connection(config.database_url) as connection:
        return connection.execute(sa.text(query), values).one_or_none()


def change(config: Config, statement: str, **values: Any) -> None:
    with engine_connection(config.database_url) as connection:
        connection.execute(sa.text(statement), values)


@pytest.fixture
def someone(web: Web, settings: Config, agency: Agency, make: Maker) -> Someone:
    return newcomer(web, settings, agency, make)


def newcomer(web: Web, settings: Config, agency: Agency, make: Maker) -> Someone:
    person = make.person()
    change(settings, "UPDATE people SET verified_at = NULL, birth_date = NULL WHERE id = :id", id=person)
    return Someone(web, settings, agency, make.session(person, None))


def fresh_name() -> str:
    """A name that nobody else of the run has."""
    return "김" + "".join(chr(0xAC00 + secrets.randbelow(11_000)) for _ in range(3))


def test_a_proof_names_the_person_and_the_ci_is_kept_sealed(someone: Someone) -> None:
    name = fresh_name()
    answer = someone.proves(name, phone="010-2222-3333")
    assert (answer.status_code, answer.headers["Location"]) == (HTTPStatus.SEE_OTHER, "/my/identity")
    row = someone.row()
    assert (row.name, row.birth_date, row.phone, row.verified_at is None) == (name, BORN, "01022223333", False)
    kept = one(someone.config, "SELECT * FROM cis WHERE person_id = :id", id=someone.who.person_id)
    sealer = Sealer(someone.config.identity_key)
    ci = sealer.open(SealedCi(kept.ci_hash, kept.ci_sealed, kept.key_id))
    assert len(ci) == 88
    assert len(base64.b64decode(ci)) == 64
    assert ci.encode() not in kept.ci_sealed
    assert sealer.seal(ci).hash == kept.ci_hash
    assert sealer.seal(ci).sealed != kept.ci_sealed, "two seals of one CI do not show that it is one"
    assert kept.agency == NAME
    page = someone.web.get(PORTAL, "/my/identity", someone.who).text
    assert name in page
    assert NAME in page
    assert ci not in page


def test_another_key_neither_opens_nor_finds(someone: Someone) -> None:
    kept = Sealer("one " * 12).seal("A" * 86 + "==")
    other = Sealer("two " * 12)
    assert other.seal("A" * 86 + "==").hash != kept.hash
    assert other.key_id != kept.key_id
    with pytest.raises(InvalidTag):
        other.open(kept)


def test_they_go_on_to_where_they_were_asked_for_it(someone: Someone) -> None:
    number = someone.begins(next="/courses?q=1")
    answer = someone.comes_back(number, someone.agency.result(number, fresh_name(), BORN))
    assert answer.headers["Location"] == "/courses?q=1"
    number = someone.begins(next="//evil.example/")
    answer = someone.comes_back(number, someone.agency.result(number, someone.row().name, BORN))
    assert answer.headers["Location"] == "/my/identity"


def test_an_answer_is_taken_once_and_by_nobody_else(someone: Someone, web: Web, settings: Config, make: Maker) -> None:
    number, victim = someone.begins(), newcomer(web, settings, someone.agency, make)
    answer = someone.agency.result(number, fresh_name(), BORN)
    assert victim.comes_back(number, answer).status_code == HTTPStatus.FORBIDDEN
    assert victim.row().verified_at is None
    assert someone.comes_back(number, answer).status_code == HTTPStatus.SEE_OTHER
    assert someone.comes_back(number, answer).status_code == HTTPStatus.FORBIDDEN


def forged(agency: Agency, number: str, secret: str = SECRET, key: ECKey | None = None, **claims: Any) -> str:
    """An answer like the agency's, with something else in it."""
    signer = key or agency._key
    said = {
        "iss": agency.url, "aud": AUDIENCE, "nonce": number, "iat": int(time.time()), "exp": int(time.time()) + 60,
        "ci": "B" * 86 + "==", "name": "김가짜", "birthdate": "1954-03-02", "phone": "",
    } | claims  # fmt: skip
    signed = jwt.encode({"alg": "ES256", "kid": agency._key.kid}, said, signer, algorithms=["ES256"])
    box = OctKey.import_key(hashlib.sha256(secret.encode()).digest())
    return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, signed.encode(), box)


@pytest.mark.parametrize(
    ("wrong", "how"),
    [
        ({"secret": "another secret"}, "sealed by somebody else"),
        ({"key": ECKey.generate_key("P-256")}, "signed by somebody else"),
        ({"nonce": "another request"}, "for another request"),
        ({"aud": "another service"}, "for another service"),
        ({"iss": "http://127.0.0.1:1"}, "of another agency"),
        ({"exp": 1}, "too late"),
        ({"ci": "short"}, "without a CI"),
        ({"ci": "B" * 88}, "with a CI that is none"),
        ({"name": " "}, "without a name"),
        ({"name": None}, "with no name"),
        ({"birthdate": "2999-01-01"}, "born in times to come"),
        ({"birthdate": "540302"}, "born on no day"),
    ],
)
def test_a_forged_answer_proves_nothing(someone: Someone, wrong: dict[str, Any], how: str) -> None:
    number = someone.begins()
    answer = someone.comes_back(number, forged(someone.agency, number, **wrong))
    assert answer.status_code == HTTPStatus.FORBIDDEN, how
    assert someone.row().verified_at is None
    assert one(someone.config, "SELECT 1 FROM cis WHERE person_id = :id", id=someone.who.person_id) is None


@pytest.mark.parametrize("answer", ["", "x", "a.b.c.d.e", "x" * 20_000])
def test_an_answer_that_is_none_is_refused(agency: Agency, answer: str) -> None:
    with pytest.raises(ProofRefused):
        SignedAgency(agency.url, SECRET, NAME).read(answer, "number")


def test_a_signed_answer_that_is_not_sealed_is_refused(agency: Agency) -> None:
    plain = jwt.encode({"alg": "ES256", "kid": agency._key.kid}, {"ci": "B" * 88}, agency._key, algorithms=["ES256"])
    with pytest.raises(ProofRefused):
        SignedAgency(agency.url, SECRET, NAME).read(plain, "number")


def test_an_agency_that_is_away_says_so_and_the_person_begins_anew(settings: Config, make: Maker) -> None:
    with opened(replace(settings, agency_url="http://127.0.0.1:9")) as web:
        who = make.session(make.person(), None)
        sent = web.post(PORTAL, "/my/identity", who)
        number = parse_qs(urlsplit(sent.headers["Location"]).query)["number"][0]
        box = OctKey.import_key(hashlib.sha256(SECRET.encode()).digest())
        key = ECKey.generate_key("P-256", auto_kid=True)
        signed = jwt.encode({"alg": "ES256", "kid": key.kid}, {"nonce": number}, key, algorithms=["ES256"])
        sealed = jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, signed.encode(), box)
        answer = web.get(PORTAL, f"/my/identity/answer/{number}", who, query_string={"answer": sealed})
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "본인확인기관이 지금 대답하지 않습니다" in answer.text


def test_without_an_agency_the_desk_is_named(config: Config, make: Maker) -> None:
    with opened(config) as web:
        who = make.session(make.person(), None)
        page = web.get(PORTAL, "/my/identity", who).text
        assert "창구에서 확인하기" in page
        assert "휴대전화나 인증서로 확인하기" not in page
        assert web.post(PORTAL, "/my/identity", who).status_code == HTTPStatus.CONFLICT


def test_an_id_that_was_proven_stays_that_humans(someone: Someone) -> None:
    name = fresh_name()
    someone.proves(name)
    answer = someone.proves(fresh_name())
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "다른 분의 것으로 이미 확인되었습니다" in answer.text
    assert someone.row().name == name


def test_a_check_is_begun_five_times_in_a_quarter_of_an_hour(someone: Someone) -> None:
    for _ in range(5):
        someone.begins()
    refused = someone.web.post(PORTAL, "/my/identity", someone.who)
    assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "15분 뒤에" in refused.text


def test_the_counterpart_sends_people_home_only(agency: Agency) -> None:
    good = "http://suwon.localhost:8000/my/identity/answer/x"
    form = {"name": "김하늘", "birthdate": "1954-03-02", "phone": ""}
    for back in (
        "http://evil.example/x",
        "https://localhost:8000/x",
        "http://localhost:9/x",
        "http://localhost.evil.kr:8000/x",
        "",
    ):
        asked = requests.get(f"{agency.url}/check", params={"number": "n", "back": back}, timeout=5)
        assert asked.status_code == HTTPStatus.NOT_FOUND
    sent = requests.post(
        f"{agency.url}/check", params={"number": "n", "back": good}, data=form, timeout=5, allow_redirects=False
    )
    assert sent.headers["Location"].startswith(f"{good}?answer=")
    odd = requests.post(f"{agency.url}/check", params={"number": "n", "back": good}, data={"name": "<b>"}, timeout=5)
    assert odd.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "&lt;b&gt;" in odd.text


def test_the_same_human_with_a_second_id_is_asked_and_merges(
    someone: Someone, web: Web, settings: Config, make: Maker
) -> None:
    name, city = fresh_name(), make.city()
    someone.proves(name)
    make.enrolment(city, someone.who.person_id)
    second = newcomer(web, settings, someone.agency, make)
    answer = second.proves(name)
    assert answer.headers["Location"].startswith("/my/identity/same")
    assert second.row().verified_at is None, "nothing is joined before they say so"
    page = web.get(PORTAL, "/my/identity/same", second.who).text
    assert "1건" in page
    assert str(someone.who.person_id) not in page
    merged = web.post(PORTAL, "/my/identity/same", second.who)
    assert merged.status_code == HTTPStatus.SEE_OTHER, merged.text
    row = second.row()
    assert (row.name, row.verified_at is not None, row.aliases) == (name, True, [someone.who.person_id])
    assert someone.row().merged_into == second.who.person_id
    assert web.get(PORTAL, "/my", someone.who).status_code != HTTPStatus.OK, "the merged ID's sessions are over"
    assert web.get(PORTAL, "/my", second.who).status_code == HTTPStatus.OK
    told = one(
        settings,
        "SELECT tenant_id FROM messages WHERE person_id = :id AND kind = 'people.merged'",
        id=second.who.person_id,
    )
    assert told is not None


def test_nobody_merges_what_was_not_proven_just_now(someone: Someone, web: Web, settings: Config, make: Maker) -> None:
    name = fresh_name()
    someone.proves(name)
    second, third = (newcomer(web, settings, someone.agency, make) for _ in range(2))
    second.proves(name)
    for who in (third.who, someone.who):
        answer = web.post(PORTAL, "/my/identity/same", who)
        assert answer.status_code == HTTPStatus.CONFLICT
    change(
        settings,
        "UPDATE likenesses SET found_at = now() - interval '31 minutes' WHERE proven_by = :id",
        id=second.who.person_id,
    )
    assert web.post(PORTAL, "/my/identity/same", second.who).status_code == HTTPStatus.CONFLICT
    assert someone.row().merged_into is None


def test_a_seat_for_proven_people_leads_to_the_check_and_back(someone: Someone, settings: Config, make: Maker) -> None:
    city = make.city()
    run, host = make.run(city), f"{make.slug(city)}.localhost"
    with make.database.transaction(Scope.STAFF, tenant=city):
        session().get_one(Run, (city, run)).verified_only = True
    who = make.session(someone.who.person_id, city)
    refused = someone.web.post(host, f"/api/v1/runs/{run}/applications", who)
    assert refused.status_code == HTTPStatus.FORBIDDEN, refused.text
    where = refused.get_json()["remedies"][0]["href"]
    assert where == f"/my/identity?next=%2Fcourses%2F{run}"
    sent = someone.web.post(host, "/my/identity", who, data={"next": f"/courses/{run}"})
    number = parse_qs(urlsplit(sent.headers["Location"]).query)["number"][0]
    answer = {"answer": someone.agency.result(number, fresh_name(), BORN)}
    back = someone.web.get(host, f"/my/identity/answer/{number}", who, query_string=answer)
    assert back.headers["Location"] == f"/courses/{run}"
    assert someone.web.post(host, f"/api/v1/runs/{run}/applications", who).status_code == HTTPStatus.CREATED


@dataclass
class Desk:
    web: Web
    host: str
    city: UUID
    clerk: Resident
    person: UUID

    def proves(self, who: Resident | None = None, **form: str) -> Any:
        data = {"document": "resident-card", "name": "박가온", "birth_date": "1948-07-01", "seen": "1"} | form
        path = f"/console/people/{self.person}/identity"
        return self.web.post(self.host, path, who or self.clerk, data={key: said for key, said in data.items() if said})


@pytest.fixture
def desk(web: Web, settings: Config, make: Maker) -> Desk:
    city, clerk, person = make.city(), make.person(), make.person()
    make.grant(clerk, "desk_clerk", city)
    make.enrolment(city, person)
    change(settings, "UPDATE people SET verified_at = NULL WHERE id = :id", id=person)
    return Desk(web, f"{make.slug(city)}.localhost", city, make.session(clerk, city), person)


def test_the_desk_proves_with_a_document_of_which_only_the_kind_is_kept(desk: Desk, settings: Config) -> None:
    assert desk.proves().status_code == HTTPStatus.SEE_OTHER
    row = one(settings, "SELECT * FROM people WHERE id = :id", id=desk.person)
    assert (row.name, row.birth_date, row.verified_at is not None) == ("박가온", date(1948, 7, 1), True)
    said = one(settings, "SELECT * FROM verifications WHERE person_id = :id", id=desk.person)
    assert (said.method, said.document, said.tenant_id, said.verified_by) == (
        "document", "resident-card", desk.city, desk.clerk.person_id,
    )  # fmt: skip
    look = one(settings, "SELECT DISTINCT task FROM access_log WHERE person_id = :id", id=desk.person)
    assert look.task == "신분증으로 본인확인"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"document": ""}, "document"),
        ({"document": "letter"}, "document"),
        ({"name": ""}, "name"),
        ({"name": "박가온 480701-1234567"}, "name"),
        ({"name": "박가온1"}, "name"),
        ({"name": "<b>x</b>"}, "name"),
        ({"birth_date": ""}, "birth_date"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"birth_date": "480701"}, "birth_date"),
        ({"seen": ""}, "seen"),
    ],
)
def test_what_the_desk_writes_wrongly_is_said_at_its_field(
    desk: Desk, settings: Config, form: dict[str, str], field: str
) -> None:
    answer = desk.proves(**form)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f'href="#{field}"' in answer.text
    assert "1234567" not in answer.text or field == "name"
    assert one(settings, "SELECT verified_at FROM people WHERE id = :id", id=desk.person).verified_at is None


def test_the_desk_proves_nobody_of_another_city_and_not_itself(desk: Desk, make: Maker) -> None:
    desk.person = make.person()
    assert desk.proves().status_code == HTTPStatus.NOT_FOUND
    desk.person = desk.clerk.person_id
    make.enrolment(desk.city, desk.person)
    assert desk.proves().status_code == HTTPStatus.CONFLICT


def test_the_desk_proves_somebody_whom_it_has_just_met(desk: Desk, settings: Config, make: Maker) -> None:
    met, name = make.person(birth=date(1948, 7, 1)), fresh_name()
    change(
        settings,
        "UPDATE people SET name = :name, phone = '010-5151-5151', verified_at = NULL WHERE id = :id",
        id=met,
        name=name,
    )
    desk.person = met
    assert desk.proves().status_code == HTTPStatus.NOT_FOUND
    said = {"name": name, "born": "1948-07-01", "contact": "01051515151"}
    page = desk.web.post(desk.host, "/console/residence", desk.clerk, data=said)
    assert f"/console/people/{met}/identity" in page.text
    assert desk.web.get(desk.host, f"/console/people/{met}/identity", desk.clerk).status_code == HTTPStatus.OK
    assert desk.proves(birth_date="").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    elsewhere, other = make.city(), make.person()
    make.grant(other, "desk_clerk", elsewhere)
    there = f"{make.slug(elsewhere)}.localhost"
    refused = desk.web.get(there, f"/console/people/{met}/identity", make.session(other, elsewhere))
    assert refused.status_code == HTTPStatus.NOT_FOUND
    colleague = make.person()
    make.grant(colleague, "desk_clerk", desk.city)
    assert desk.proves(make.session(colleague, desk.city)).status_code == HTTPStatus.NOT_FOUND
    done = desk.proves()
    assert (done.status_code, done.headers["Location"]) == (HTTPStatus.SEE_OTHER, "/console/residence")
    assert one(settings, "SELECT verified_at FROM people WHERE id = :id", id=met).verified_at is not None


def test_the_desk_does_not_overrule_an_agency(
    desk: Desk, web: Web, settings: Config, agency: Agency, make: Maker
) -> None:
    Someone(web, settings, agency, make.session(desk.person, None)).proves(fresh_name())
    assert desk.proves().status_code == HTTPStatus.CONFLICT


@pytest.mark.parametrize("role", CITY_ROLES)
def test_only_those_who_may_prove_do(desk: Desk, make: Maker, role: str) -> None:
    other = make.person()
    make.grant(other, role, desk.city)
    status = desk.proves(make.session(other, desk.city)).status_code
    assert (status == HTTPStatus.SEE_OTHER) == permits(frozenset({role}), "people:verify")


def test_whom_the_desk_has_proven_does_not_become_another_human(
    desk: Desk, web: Web, settings: Config, agency: Agency, make: Maker
) -> None:
    """Neither name nor birth date agree: nobody decides that by a form alone. A new name alone is taken over."""
    assert desk.proves().status_code == HTTPStatus.SEE_OTHER
    told = one(settings, "SELECT kind FROM messages WHERE person_id = :id AND kind LIKE 'verif%'", id=desk.person)
    assert told.kind == "verification.at-the-desk"
    themselves = Someone(web, settings, agency, make.session(desk.person, None))
    assert themselves.proves(fresh_name(), born=date(1999, 9, 9)).status_code == HTTPStatus.CONFLICT
    assert (themselves.row().name, themselves.row().birth_date) == ("박가온", date(1948, 7, 1))
    assert one(settings, "SELECT FROM cis WHERE person_id = :id", id=desk.person) is None
    assert desk.proves(name=fresh_name(), birth_date="1999-09-09").status_code == HTTPStatus.CONFLICT
    assert desk.proves(birth_date="1948-07-02").status_code == HTTPStatus.SEE_OTHER
    renamed = fresh_name()
    assert themselves.proves(renamed, born=date(1948, 7, 2)).status_code == HTTPStatus.CONFLICT, "both in two steps"
    assert themselves.proves(renamed, born=date(1948, 7, 1)).status_code == HTTPStatus.SEE_OTHER
    assert themselves.row().name == renamed

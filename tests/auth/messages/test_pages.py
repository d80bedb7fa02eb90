"""One's own messages, and a city's: its words, what became of each message, sending one again."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.access_log.models import Look
from auth.messages import service as messages
from maru.config import Config
from maru.db import Database, Scope, session
from tenants.enrolments.messages import PLACED
from tenants.sample.making import Resident
from tenants.sites.models import Site
from tests.auth.messages.conftest import Deliver, Writing
from tests.client import Web, opened
from tests.conftest import Maker
from tests.post import PostOffice, text_of


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@dataclass
class City:
    """A city with a resident who was told of a place, and staff of each kind with a session."""

    tenant: UUID
    host: str
    resident: UUID
    make: Maker

    def staff(self, role: str) -> Resident:
        person = self.make.person()
        self.make.grant(person, role, self.tenant)
        return self.make.session(person, self.tenant)

    def name(self, writing: Writing) -> str:
        with writing.database.transaction(Scope.PUBLIC):
            return session().scalars(sa.select(Site.name).where(Site.tenant_id == self.tenant)).one()

    def me(self) -> Resident:
        return self.make.session(self.resident, self.tenant)


@pytest.fixture
def city(make: Maker, writing: Writing) -> City:
    tenant, resident = make.city(), writing.person(phone="010-1234-2847")
    writing.apply(resident, tenant, make.run(tenant))
    return City(tenant, f"{make.slug(tenant)}.localhost", resident, make)


def message(writing: Writing, city: City) -> UUID:
    return UUID(str(writing.rows(city.resident)[-1].id))


def test_i_read_what_was_written_to_me_on_every_host(
    web: Web, writing: Writing, city: City, deliver: Deliver, post: PostOffice, make: Maker
) -> None:
    assert "자리가 정해졌을 때" in web.get(city.host, "/my/messages", city.me()).text, "before it is written out"
    deliver(mail_url=post.url)
    elsewhere = make.city()
    for tenant, host in (
        (city.tenant, city.host),
        (elsewhere, f"{make.slug(elsewhere)}.localhost"),
        (None, "localhost"),
    ):
        me = make.session(city.resident, tenant)
        listed = web.get(host, "/my/messages", me).text
        assert "신청되었습니다: 선착순 강좌 견본" in listed
        assert f"{city.name(writing)} · " in listed, "who wrote it"
        page = web.get(host, f"/my/messages/{message(writing, city)}", me).text
        assert "자리가 정해졌습니다" in page
        assert f"{city.resident}@example.kr" in page, "one's own address is not masked"


def test_nobody_else_reads_it(web: Web, writing: Writing, city: City, make: Maker) -> None:
    stranger = make.session(make.person(), city.tenant)
    assert web.get(city.host, f"/my/messages/{message(writing, city)}", stranger).status_code == 404
    assert "신청되었습니다" not in web.get(city.host, "/my/messages", stranger).text


def test_who_chooses_texts_gets_texts(
    web: Web, writing: Writing, city: City, deliver: Deliver, post: PostOffice, tmp_path: Path
) -> None:
    answer = web.post(city.host, "/my/messages/channel", city.me(), data={"channel": "sms"})
    assert (answer.status_code, answer.location) == (303, "/my/messages")
    deliver(mail_url=post.url, sms_url=f"file:{tmp_path}")
    assert post.letters == []
    (file,) = tmp_path.glob("*.txt")
    phone, words = file.read_text("utf-8").strip().split("\n")
    assert phone == "010-1234-2847"
    assert words.startswith(f"[{city.name(writing)}] ‘선착순 강좌 견본’ 신청되었습니다."), "it says who writes"
    (row,) = writing.rows(city.resident)
    assert (row.channel, row.address, row.body) == ("sms", "010-1234-2847", words)
    assert web.post(city.host, "/my/messages/channel", city.me(), data={"channel": "pigeon"}).status_code == 422


@pytest.mark.parametrize(
    ("chosen", "email", "phone", "said"),
    [
        ("sms", "a@example.kr", "010-1234-2847", "앞으로 짧은 소식은 문자로"),
        ("sms", "a@example.kr", None, "휴대전화 번호가 아직 없어 그때까지는 이메일로"),
        ("sms", None, None, "휴대전화 번호가 아직 없어 보내 드릴 수 없습니다."),
        ("email", "a@example.kr", None, "앞으로 이메일로"),
        ("email", None, "010-1234-2847", "이메일 주소가 아직 없어 그때까지는 문자로"),
        ("email", None, None, "이메일 주소가 아직 없어 보내 드릴 수 없습니다."),
    ],
)
def test_who_chooses_is_told_whether_it_reaches_them(
    web: Web, writing: Writing, city: City, chosen: str, email: str | None, phone: str | None, said: str
) -> None:
    me = city.make.session(writing.person(email, phone=phone), city.tenant)
    web.post(city.host, "/my/messages/channel", me, data={"channel": chosen})
    assert said in web.get(city.host, "/my/messages", me).text


def test_without_an_address_a_text_is_sent(
    writing: Writing, city: City, deliver: Deliver, post: PostOffice, tmp_path: Path
) -> None:
    writing.execute("UPDATE people SET email = NULL WHERE id = :id", id=city.resident)
    deliver(mail_url=post.url, sms_url=f"file:{tmp_path}")
    assert len(list(tmp_path.glob("*.txt"))) == 1


TEXT = "/console/messages/kinds/applications.placed/ko"


def test_a_city_says_it_in_its_own_words(
    web: Web, writing: Writing, city: City, deliver: Deliver, post: PostOffice, make: Maker
) -> None:
    admin = city.staff("city_admin")
    words = {"subject": "어서 오세요, {name} 님", "body": "{course}\n\n{page}", "sms": ""}
    page = web.post(city.host, TEXT, admin, data={**words, "do": "preview"})
    assert "어서 오세요, 김영숙 님" in page.text
    assert "처음 문구" in web.get(city.host, "/console/messages", admin).text
    assert web.post(city.host, TEXT, admin, data=words).status_code == 303
    deliver(mail_url=post.url)
    (letter,) = post.letters
    assert letter["Subject"] == "어서 오세요, 김영숙 님"
    assert text_of(letter).startswith("선착순 강좌 견본\n\nhttp://")
    other = make.city()
    neighbour = writing.person()
    writing.apply(neighbour, other, make.run(other))
    assert web.post(city.host, TEXT, admin, data={"do": "reset"}).status_code == 303
    deliver(mail_url=post.url)
    assert post.letters[-1]["Subject"] == "신청되었습니다: 선착순 강좌 견본", "another city's words are its own"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"subject": "{cuorse}", "body": "글"}, "제목의 {cuorse} 자리는 이 안내에 없습니다"),
        ({"subject": "제목", "body": "{강좌} {}"}, "내용의 {강좌}, {} 자리는 이 안내에 없습니다"),
        ({"subject": "제목", "body": "글", "sms": "{x}"}, "문자의 {x} 자리는 이 안내에 없습니다"),
        ({"subject": "제목", "body": "{name 님"}, "중괄호의 짝이 맞지 않습니다. {name}처럼"),
        ({"subject": "", "body": "글"}, "제목을 적어 주세요."),
        ({"subject": "제목", "body": " "}, "내용을 적어 주세요."),
        ({"subject": "가" * 151, "body": "글"}, "150자까지"),
        ({"subject": "100% {0.__class__}", "body": "글"}, "{0.__class__} 자리는"),
    ],
)
def test_a_text_that_cannot_be_is_named(web: Web, city: City, words: dict[str, str], said: str) -> None:
    admin = city.staff("city_admin")
    answer = web.post(city.host, TEXT, admin, data=words)
    assert answer.status_code == 422
    assert said in answer.text
    assert "우리 문구" not in web.get(city.host, "/console/messages", admin).text


@pytest.mark.parametrize(
    "address", ["/console/messages/kinds/none/ko", "/console/messages/kinds/applications.placed/fr"]
)
def test_what_is_no_kind_is_not_found(web: Web, city: City, address: str) -> None:
    assert web.get(city.host, address, city.staff("city_admin")).status_code == 404


def test_staff_see_what_became_of_it_masked_and_the_look_is_logged(
    web: Web, database: Database, city: City, deliver: Deliver, post: PostOffice
) -> None:
    deliver(mail_url=post.url)
    clerk = city.staff("desk_clerk")
    page = web.get(city.host, "/console/messages/outbox", clerk).text
    assert "김영숙" in page
    assert f"{str(city.resident)[:2]}***@example.kr" in page
    assert f"{city.resident}@" not in page
    with database.transaction(Scope.PERSON, person=city.resident):
        looks = session().scalars(sa.select(Look).where(Look.person_id == city.resident)).all()
    assert [(look.actor_id, look.task) for look in looks] == [(clerk.person_id, "보낸 안내 보기")]


def test_what_failed_is_listed_and_sent_again(
    web: Web, writing: Writing, city: City, deliver: Deliver, post: PostOffice
) -> None:
    post.answers[str(city.resident)] = "550 no"
    deliver(mail_url=post.url)
    operator = city.staff("course_operator")
    page = web.get(city.host, "/console/messages/outbox?show=troubles", operator).text
    assert "받는 쪽 서버가 거절했습니다" in page
    post.answers.clear()
    address = f"/console/messages/outbox/{message(writing, city)}"
    assert web.post(city.host, f"{address}/resend", operator).status_code == 303
    assert web.post(city.host, f"{address}/resend", operator).status_code == 409, "it is on its way"
    deliver(mail_url=post.url)
    assert len(post.letters) == 1
    assert writing.told(city.resident) == [("applications.placed", "sent", "")]
    assert "자리가 정해졌습니다" in web.get(city.host, address, operator).text


def test_another_citys_staff_see_nothing_of_it(web: Web, writing: Writing, city: City, make: Maker) -> None:
    other = make.city()
    stranger, host = make.person(), f"{make.slug(other)}.localhost"
    make.grant(stranger, "city_admin", other)
    who = make.session(stranger, other)
    address = f"/console/messages/outbox/{message(writing, city)}"
    assert "김영숙" not in web.get(host, "/console/messages/outbox", who).text
    assert web.get(host, address, who).status_code == 404
    assert web.post(host, f"{address}/resend", who).status_code == 404


def test_a_message_for_later_waits_for_its_time(
    writing: Writing, city: City, deliver: Deliver, post: PostOffice, database: Database, web: Web
) -> None:
    application = writing.rows(city.resident)[0].about
    writing.execute("DELETE FROM messages WHERE person_id = :p", p=city.resident)
    with database.transaction(Scope.PERSON, tenant=city.tenant, person=city.resident) as opened_:
        later = opened_.scalar(sa.text("SELECT now() + interval '1 day'"))
        for _ in range(2):
            messages.send(PLACED, city.resident, {}, about=application, tenant=city.tenant, at=later)
    deliver(mail_url=post.url)
    assert post.letters == []
    assert "자리가 정해졌을 때" not in web.get(city.host, "/my/messages", city.me()).text
    writing.execute("UPDATE messages SET due_at = now(), since = now() WHERE person_id = :p", p=city.resident)
    deliver(mail_url=post.url)
    assert len(post.letters) == 1


def test_somebody_who_is_no_person_yet_is_written_to_once(
    deliver: Deliver, post: PostOffice, database: Database, make: Maker, city: City, writing: Writing
) -> None:
    """The province invites for a city, whose rows it does not read."""
    about, address = writing.rows(city.resident)[0].about, f"new-{make.code()}@example.kr"
    with database.transaction(Scope.PROVINCE, person=make.person()):
        for _ in range(2):
            messages.write_to(PLACED, address, "en", {"name": "Lee"}, about=about, tenant=city.tenant)
    deliver(mail_url=post.url)
    (letter,) = post.to(address)
    assert "Dear Lee," in text_of(letter)
    assert "/my/messages" not in text_of(letter)

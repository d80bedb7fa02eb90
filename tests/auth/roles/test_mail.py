"""The mail of an invitation, to a real server: one link that works, no secret left behind, tried again when nobody answers."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

import tenants.sites.letterhead  # noqa: F401  # says who writes
from auth.roles import accounts
from auth.roles import service as roles
from maru import jobs
from maru.config import Config
from maru.db import Scope
from maru.jobs import Tools
from maru.mail import Unreachable
from maru.migrating import engine_connection
from maru.storage import connect
from tests.auth.roles.conftest import Office
from tests.post import PostOffice, text_of

LINK = re.compile(r"http://\S+/invitations/(\S+)")


def work(office: Office, config: Config, invitation: UUID) -> None:
    """As the worker does it."""
    transaction = partial(office.database.transaction, Scope.JOB, tenant=office.city)
    with jobs.having(Tools(config, connect(config.s3), transaction)), transaction():
        accounts.send_invitation(invitation)


def test_the_link_of_the_mail_is_the_invitation(office: Office, post: PostOffice) -> None:
    email = f"{uuid4().hex}@example.go.kr"
    invitation, config = office.invite(email), replace(office.config, mail_url=post.url)
    work(office, config, invitation)
    work(office, config, invitation)  # a second run, after the first was committed, sends nothing
    (letter,) = post.to(email)
    said = text_of(letter)
    for words in ("이도담 님께", "강좌 담당자", "7일 동안 한 번만", f"{office.make.slug(office.city)}.localhost"):
        assert words in said
    assert "초대합니다" in letter["Subject"]
    found = LINK.search(said)
    assert found
    person = office.person(email)
    with office.as_person(person):
        assert roles.accept(found[1], person) == "course_operator"


def test_nothing_of_the_secret_rests_in_the_database(office: Office, post: PostOffice) -> None:
    email = f"{uuid4().hex}@example.go.kr"
    invitation = office.invite(email)
    work(office, replace(office.config, mail_url=post.url), invitation)
    found = LINK.search(text_of(post.to(email)[0]))
    assert found
    with engine_connection(office.config.database_url) as connection:
        kept = connection.execute(
            sa.text("SELECT i::text FROM invitations i WHERE id = :id"), {"id": invitation}
        ).scalar_one()
        assert found[1] not in kept
        connection.exec_driver_sql("RESET ROLE")
        queued = connection.exec_driver_sql(
            "SELECT coalesce(string_agg(args::text, ' '), '') FROM queue.procrastinate_jobs"
        )
        assert found[1] not in queued.scalar_one()


def test_while_no_server_answers_the_invitation_waits(office: Office, post: PostOffice) -> None:
    email = f"{uuid4().hex}@example.go.kr"
    invitation = office.invite(email)
    with pytest.raises(Unreachable):
        work(office, replace(office.config, mail_url="smtp://127.0.0.1:9"), invitation)
    with office.at_work():
        (waiting,) = roles.invitations(office.city)
        assert (waiting.sent_at, waiting.open) == (None, True)
    work(office, replace(office.config, mail_url=post.url), invitation)
    assert len(post.to(email)) == 1


def test_what_was_withdrawn_before_it_was_sent_is_not_sent(office: Office, post: PostOffice) -> None:
    email = f"{uuid4().hex}@example.go.kr"
    invitation = office.invite(email)
    with office.at_work():
        roles.withdraw(invitation, office.city)
    work(office, replace(office.config, mail_url=post.url), invitation)
    assert post.to(email) == []


def test_without_a_server_letters_lie_in_the_outbox(office: Office, tmp_path: Path) -> None:
    invitation = office.invite(f"{uuid4().hex}@example.go.kr")
    work(office, replace(office.config, mail_url=f"file:{tmp_path}"), invitation)
    assert len(list(tmp_path.glob("*.eml"))) == 1

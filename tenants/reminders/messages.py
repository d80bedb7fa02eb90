"""What is said before a run opens."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa

from auth.messages.kinds import Field, Kind, Text, declare
from maru.db import session
from maru.errors import N_, NotFound
from maru.web import dates
from tenants.catalogue import service as catalogue
from tenants.reminders.models import Reminder


def find(telling: UUID, language: str) -> Mapping[str, str]:
    """The facts as they are now; NotFound, so that nothing is sent, once it is over, called off, or asked for no more."""
    asked = session().scalar(sa.select(Reminder).where(Reminder.telling == telling))
    run = catalogue.get(asked.run_id, asked.tenant_id) if asked else None
    if run is None or run.cancelled_at or run.opens_at is None or run.opens_at <= datetime.now(UTC):
        raise NotFound(N_("접수가 이미 시작되었거나 알림을 거두셨습니다."))
    english = language == "en"
    return {
        "course": run.title_en if english and run.title_en else run.title,
        "city": run.name_en if english else run.city,
        "opens": str(dates.moment(run.opens_at, dates.today(), language)),
        "page": f"/courses/{run.run_id}",
        "reminders": "/my#reminders",
    }


def _field(name: str, title: str, ko: str, en: str) -> Field:
    return Field(name, title, {"ko": ko, "en": en})


OPENING = declare(
    Kind(
        "reminders.opening",
        N_("접수가 시작되기 전 알림"),
        (
            _field("name", N_("받는 분 이름"), "김영숙", "Kim Youngsook"),
            _field("course", N_("강좌 이름"), "처음 배우는 스마트폰", "Smartphones for Beginners"),
            _field("city", N_("시군"), "수원시", "Suwon"),
            _field("opens", N_("접수를 시작하는 때"), "12월 3일(목) 오전 10:00", "Thursday 3 December, 10:00 am"),
            _field("page", N_("강좌 주소"), "/courses/1", "/courses/1"),
            _field("reminders", N_("알림 목록 주소"), "/my#reminders", "/my#reminders"),
        ),
        {
            "ko": Text(
                "{opens}에 접수를 시작합니다: {course}",
                "{name} 님, 알림을 부탁하신 {city}의 ‘{course}’가 {opens}에 접수를 시작합니다.\n\n"
                "신청하는 곳: {page}\n\n먼저 기다린다고 순서가 빨라지지 않습니다.\n\n알림 보기, 거두기: {reminders}",
                "‘{course}’ 접수가 {opens}에 시작됩니다.",
            ),
            "en": Text(
                "Applications for “{course}” open {opens}",
                "Dear {name},\n\nyou asked to be reminded: applications for “{course}” in {city} open on {opens}.\n\n"
                "Apply here: {page}\n\nWaiting beforehand does not make anybody faster.\n\n"
                "See or remove your reminders: {reminders}",
                "“{course}” opens for applications on {opens}.",
            ),
        },
        find,
    )
)

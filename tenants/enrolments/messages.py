"""What residents are told of their applications. The kinds are written by triggers on applications and runs."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.messages.kinds import Facts, Field, Kind, Text, declare
from maru.db import session
from maru.errors import N_, NotFound
from maru.web import dates
from tenants.catalogue import service as catalogue
from tenants.catalogue.service import PublicChange
from tenants.courses.models import Run
from tenants.courses.schedule import from_bits
from tenants.enrolments.models import Application

NO_TIMES = ((None, None), (time.min, time.min))
"""As some files have them."""


def find(application: UUID, language: str) -> Facts:
    """What the texts below may name, as it is now."""
    found = session().scalar(sa.select(Application).where(Application.id == application))
    if found is None:
        raise NotFound(N_("찾으시는 신청이 없습니다."))
    run = catalogue.get(found.run_id, found.tenant_id)
    return {
        **_of_run(run, language),
        "number": str(found.number),
        "reason": run.cancel_reason,
        "phone": run.institution_phone,
        "page": f"/applications/{application}",
        "others": f"/courses?state=open&category={run.category}" if run.category else "/courses?state=open",
    }


def find_change(telling: UUID, language: str) -> Facts:
    """A changed run as it is now; NotFound, so that nothing is sent, once it or the reader's application is called off."""
    applied = sa.exists().where(
        Application.tenant_id == Run.tenant_id,
        Application.run_id == Run.id,
        Application.person_id == sa.any_(sa.func.walls.people()),
        Application.state != "cancelled",
    )
    found = session().scalar(sa.select(Run).where(Run.telling == telling, Run.cancelled_at.is_(None), applied))
    if found is None:
        raise NotFound(N_("찾으시는 강좌가 없습니다."))
    run = catalogue.get(found.id, found.tenant_id)
    days = "\n".join(_class_day(one, language) for one in catalogue.changes(run) if _is_news(one))
    return {**_of_run(run, language), "teacher": run.instructor, "days": days, "page": f"/courses/{run.run_id}"}


def _of_run(run: Any, language: str) -> Facts:
    english = language == "en"
    return {
        "course": run.title_en if english and run.title_en else run.title,
        "when": _when(run, language),
        "where": " ".join(filter(None, (run.venue, run.room)))
        or ("to be announced" if english else "나중에 알려 드립니다"),
    }


def _is_news(change: PublicChange) -> bool:
    return max(change.starts_at, change.moved_from or change.starts_at) >= datetime.now(UTC)


def _class_day(change: PublicChange, language: str) -> str:
    """One line of a letter: a class day that is not as it was planned, and why."""
    today, english = dates.today(), language == "en"
    now = dates.moment(change.starts_at, today, language)
    if change.called_off:
        said = f"{now}: no class" if english else f"{now} 수업은 쉽니다"
    else:
        before = dates.moment(change.moved_from or change.starts_at, today, language)
        said = f"{before}: moved to {now}" if english else f"{before} 수업을 {now}로 옮깁니다"
    return f"- {said} ({change.reason})" if change.reason else f"- {said}"


def _when(run: Any, language: str) -> str:
    today = dates.today()
    days = str(dates.day_span(run.starts_on, run.ends_on, today, language))
    if run.starts_on == run.ends_on:
        days = dates.day(run.starts_on, today, language)
    hours = ""
    if (run.starts_at, run.ends_at) not in NO_TIMES and run.starts_at and run.ends_at:
        hours = str(dates.clock_span(run.starts_at, run.ends_at, language))
    weekly = dates.every_week(from_bits(run.weekdays), language) if run.starts_on != run.ends_on else ""
    return ", ".join(filter(None, (days, f"{weekly} {hours}".strip())))


def _field(name: str, title: str, ko: str, en: str) -> Field:
    return Field(name, title, {"ko": ko, "en": en})


NAME = _field("name", N_("받는 분 이름"), "김영숙", "Kim Youngsook")
COURSE = _field("course", N_("강좌 이름"), "처음 배우는 스마트폰", "Smartphones for Beginners")
WHEN = _field(
    "when",
    N_("날짜와 시간"),
    "12월 3일(목)~12월 24일(목), 매주 목요일 오전 10:00~낮 12:00",
    "Thursday 3 December to Thursday 24 December, every Thursday 10:00 am to 12:00 noon",
)
WHERE = _field("where", N_("장소"), "평생학습관 301호", "Learning Centre, room 301")
NUMBER = _field("number", N_("신청 순서"), "18", "18")
REASON = _field("reason", N_("폐강한 까닭"), "신청하신 분이 너무 적었습니다.", "Too few people applied.")
PAGE = _field("page", N_("신청 내용 주소"), "/applications/1", "/applications/1")
TEACHER = _field("teacher", N_("강사"), "이도담", "Lee Dodam")
DAYS = _field(
    "days",
    N_("옮기거나 쉬는 날"),
    "- 12월 10일(목) 오전 10:00 수업은 쉽니다 (강사 사정)",
    "- Thursday 10 December, 10:00 am: no class (the teacher is ill)",
)
COURSE_PAGE = _field("page", N_("강좌 주소"), "/courses/1", "/courses/1")
OTHERS = _field("others", N_("다른 강좌 주소"), "/courses?state=open", "/courses?state=open")
FACTS = (NAME, COURSE, WHEN, WHERE, NUMBER, PAGE)

PLACED = declare(
    Kind(
        "applications.placed",
        N_("자리가 정해졌을 때"),
        FACTS,
        {
            "ko": Text(
                "신청되었습니다: {course}",
                "{name} 님, ‘{course}’에 자리가 정해졌습니다.\n\n언제: {when}\n어디서: {where}\n\n"
                "신청하신 내용 보기, 취소하기: {page}\n\n오실 수 없게 되면 미리 취소해 주세요. 기다리는 분께 자리가 돌아갑니다.",
                "‘{course}’ 신청되었습니다. {when}",
            ),
            "en": Text(
                "You have a place: {course}",
                "Dear {name},\n\nyou have a place in “{course}”.\n\nWhen: {when}\nWhere: {where}\n\n"
                "See or cancel your application: {page}\n\nIf you cannot come, please cancel in time: your place goes to"
                " somebody who is waiting.",
                "You have a place in “{course}”. {when}",
            ),
        },
        find,
    )
)
WAITING = declare(
    Kind(
        "applications.waiting",
        N_("대기 순서를 받았을 때"),
        FACTS,
        {
            "ko": Text(
                "대기 신청되었습니다: {course}",
                "{name} 님, ‘{course}’의 자리가 모두 차서 대기 순서를 받으셨습니다.\n\n"
                "자리가 나면 순서대로 바로 옮겨 드리고 다시 알려 드립니다. 다시 누르지 않으셔도 됩니다.\n\n"
                "언제: {when}\n어디서: {where}\n\n지금 몇 번째인지 보기: {page}",
                "‘{course}’ 대기 신청되었습니다. 자리가 나면 알려 드립니다.",
            ),
            "en": Text(
                "You are on the waiting list: {course}",
                "Dear {name},\n\nall places in “{course}” are taken, and you are on its waiting list.\n\n"
                "When a place becomes free, it goes to the next in line, and we write to you. You need not apply again.\n\n"
                "When: {when}\nWhere: {where}\n\nSee your place in line: {page}",
                "You are on the waiting list of “{course}”. We write to you when you have a place.",
            ),
        },
        find,
    )
)
MOVED_UP = declare(
    Kind(
        "applications.moved-up",
        N_("대기에서 자리로 옮겨졌을 때"),
        FACTS,
        {
            "ko": Text(
                "자리가 났습니다: {course}",
                "{name} 님, 기다리시던 ‘{course}’에 자리가 정해졌습니다.\n\n언제: {when}\n어디서: {where}\n\n"
                "따로 하실 일은 없습니다. 오실 수 없게 되면 다음 분을 위해 취소해 주세요: {page}",
                "기다리시던 ‘{course}’에 자리가 정해졌습니다. {when}",
            ),
            "en": Text(
                "A place has become free for you: {course}",
                "Dear {name},\n\nyou were waiting for “{course}”, and now you have a place.\n\nWhen: {when}\nWhere: {where}\n\n"
                "There is nothing for you to do. If you cannot come, please cancel for the next in line: {page}",
                "You now have a place in “{course}”. {when}",
            ),
        },
        find,
    )
)
CANCELLED = declare(
    Kind(
        "applications.cancelled",
        N_("신청이 취소되었을 때"),
        FACTS,
        {
            "ko": Text(
                "신청이 취소되었습니다: {course}",
                "{name} 님, ‘{course}’ 신청이 취소되었습니다.\n\n다시 신청하시면 순서는 맨 뒤가 됩니다.\n\n"
                "취소하신 적이 없다면 아래 연락처로 바로 알려 주세요.\n\n신청 내용 보기: {page}",
                "‘{course}’ 신청이 취소되었습니다.",
            ),
            "en": Text(
                "Your application is cancelled: {course}",
                "Dear {name},\n\nyour application for “{course}” is cancelled.\n\nIf you apply again, you are last in line.\n\n"
                "If you did not cancel it, please tell us at once: our contact is below.\n\nSee the application: {page}",
                "Your application for “{course}” is cancelled.",
            ),
        },
        find,
    )
)
CALLED_OFF = declare(
    Kind(
        "runs.called-off",
        N_("강좌가 폐강되었을 때"),
        (*FACTS, REASON, OTHERS),
        {
            "ko": Text(
                "폐강 안내: {course}",
                "{name} 님, 신청하신 ‘{course}’ 강좌를 열지 못하게 되었습니다. 죄송합니다.\n\n까닭: {reason}\n"
                "열려던 때: {when}\n\n신청하신 자리는 없어졌고, 따로 취소하지 않으셔도 됩니다.\n\n"
                "비슷한 강좌 찾아보기: {others}",
                "신청하신 ‘{course}’ 강좌가 폐강되었습니다. 까닭: {reason}",
            ),
            "en": Text(
                "Called off: {course}",
                "Dear {name},\n\nwe are sorry: “{course}”, for which you applied, will not take place.\n\nReason: {reason}\n"
                "It was planned for: {when}\n\nYour place is gone, and you need not cancel it.\n\n"
                "Find a similar course: {others}",
                "“{course}” will not take place. Reason: {reason}",
            ),
        },
        find,
    )
)
CHANGED = declare(
    Kind(
        "runs.changed",
        N_("강좌의 날짜나 장소가 바뀌었을 때"),
        (NAME, COURSE, WHEN, WHERE, TEACHER, DAYS, COURSE_PAGE),
        {
            "ko": Text(
                "바뀐 것이 있습니다: {course}",
                "{name} 님, 신청하신 ‘{course}’ 강좌에 바뀐 것이 있습니다. 지금은 아래와 같습니다.\n\n"
                "언제: {when}\n어디서: {where}\n강사: {teacher}\n\n{days}\n\n강좌 보기: {page}\n\n"
                "오실 수 없게 되면 내 학습에서 미리 취소해 주세요. 기다리는 분께 자리가 돌아갑니다.",
                "‘{course}’ 강좌에 바뀐 것이 있습니다. {when}, {where}",
            ),
            "en": Text(
                "Something has changed: {course}",
                "Dear {name},\n\nsomething has changed in “{course}”, for which you applied. It is now as follows.\n\n"
                "When: {when}\nWhere: {where}\nTeacher: {teacher}\n\n{days}\n\nSee the course: {page}\n\n"
                "If you cannot come, please cancel under My learning in time: your place goes to somebody who is waiting.",
                "“{course}” has changed. {when}, {where}",
            ),
        },
        find_change,
    )
)
TOLD_BY_TRIGGERS: Mapping[str, Kind] = {kind.name: kind for kind in (PLACED, WAITING, MOVED_UP, CANCELLED, CALLED_OFF)}

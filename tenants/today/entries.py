"""What waits, as lines that a clerk can act on: when, what, why, one verb, and the page that mends it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from maru.dispatch import here
from maru.web import dates
from maru.web.mount import language
from tenants.console.reach import may, mine_alone
from tenants.courses.models import Run
from tenants.domains import names
from tenants.domains.service import GRACE
from tenants.today import service
from tenants.today.service import Held, Licences, Waiting

NEEDS: Mapping[str, str] = {
    "to-close": "runs:close",
    "lines": "applicants:read",
    "closing": "applicants:read",
    "opening": "applicants:read",
    "no-teacher": "courses:write",
    "drafts": "courses:write",
}
"""Kinds of waiting runs (waiting.py), and who has something to do with each throughout the city."""

NO_LICENCES = Licences((), 0)


@dataclass(frozen=True)
class Entry:
    """One line; `late` is said in words too. One with `more` stands for so many that are not shown."""

    when: str
    title: str
    url: str
    since: str = ""
    text: str = ""
    act: str = ""
    late: bool = False
    more: int = 0


@dataclass(frozen=True)
class Group:
    """What belongs together; `total` counts also what is not shown."""

    label: str
    entries: list[Entry]
    total: int


def groups() -> list[Group]:
    """What the reader should do now, and what comes soon."""
    kinds = [kind for kind, needed in NEEDS.items() if may(needed) and mine_alone(needed) is None]
    waiting = service.runs(here(), kinds)
    licences = service.licences(here()) if may("library:adopt") else NO_LICENCES
    now = [
        *_to_close(waiting),
        *_unmarked(),
        *_questions(),
        *_refused(),
        *_unsent(),
        *_domains(),
        *_lines(waiting),
        *_gone(licences),
    ]
    soon = [*_closing(waiting), *_opening(waiting), *_ending(licences), *_unassigned(waiting), *_drafts(waiting)]
    found = [Group(_("지금"), now, _total(now)), Group(_("곧"), soon, _total(soon))]
    return [group for group in found if group.entries]


def _total(entries: list[Entry]) -> int:
    return sum(entry.more or 1 for entry in entries)


def _to_close(waiting: Mapping[str, Waiting]) -> Iterator[Entry]:
    spoken, today = language(), dates.today()
    for run, seats in _first(waiting, "to-close"):
        yield Entry(
            dates.overdue(run.ends_on, today, spoken), _("%(title)s 마치기", title=run.course.title),
            f"{_page(run)}/close", since=dates.staff_day(run.ends_on, spoken), text=_seats(seats), act=_("마치기"),
            late=True,
        )  # fmt: skip
    yield from _rest(waiting, "to-close", _("마치지 않은 강좌"))


def _unmarked() -> Iterator[Entry]:
    if not may("attendance:write"):
        return
    found, total = service.unmarked(here(), mine_alone("attendance:write"))
    yield from (unmarked_entry(held) for held in found)
    if total > len(found):
        yield Entry(
            "",
            ngettext("출석을 적지 않은 수업 %(num)s번 모두 보기", "출석을 적지 않은 수업 %(num)s번 모두 보기", total),
            "/console/unmarked",
            more=total - len(found),
        )


def unmarked_entry(held: Held) -> Entry:
    """A class that is over, and of which nobody has a mark."""
    nobody = ngettext(
        "%(num)s명의 출석을 아직 적지 않았습니다.", "%(num)s명의 출석을 아직 적지 않았습니다.", held.placed
    )
    return Entry(
        dates.staff_day(dates.in_seoul(held.meeting.starts_at).date(), language()),
        _("%(title)s 출석 적기", title=held.run.course.title),
        f"/console/runs/{held.run.id}/attendance?meeting={held.meeting.id}",
        since=dates.staff_clock(held.meeting.starts_at, language()),
        text=nobody,
        act=_("적기"),
    )


def _questions() -> Iterator[Entry]:
    if not may("questions:answer"):
        return
    asked = service.asked(here())
    if asked.oldest is not None:
        title = ngettext("답하지 않은 문의 %(num)s건", "답하지 않은 문의 %(num)s건", asked.total)
        since = dates.staff_day(dates.in_seoul(asked.oldest.asked_at).date(), language())
        oldest = _("가장 오래된 것: %(title)s", title=asked.oldest.title)
        yield Entry(since, title, "/console/questions", since=_("부터"), text=oldest, act=_("답하기"))


def _refused() -> Iterator[Entry]:
    if not may("courses:write"):
        return
    for report in service.refused_files():
        refused, page = report.totals.get("refused", 0), f"/console/imports/{report.id}"
        day = dates.staff_day(dates.in_seoul(report.imported_at).date(), language())
        if report.state == "refused":
            yield Entry(day, _("읽지 못한 파일"), page, text=report.filename, act=_("까닭 보기"))
        else:
            title = ngettext("넣지 못한 줄 %(num)s개", "넣지 못한 줄 %(num)s개", refused)
            yield Entry(day, title, f"{page}?outcome=refused", text=report.filename, act=_("고치기"))


def _unsent() -> Iterator[Entry]:
    if may("messages:read") and (total := service.unsent(here())):
        title = ngettext("보내지 못한 안내 %(num)s건", "보내지 못한 안내 %(num)s건", total)
        text = _("주소를 고치거나 전화로 알려 주세요.")
        yield Entry(_("지금"), title, "/console/messages/outbox?show=troubles", text=text, act=_("보기"))


def _domains() -> Iterator[Entry]:
    if not may("site:write"):
        return
    for claim in service.failing_domains(here()):
        if claim.failing_since is not None:
            until = dates.in_seoul(claim.failing_since + GRACE).date()
            yield Entry(
                dates.staff_day(until, language()),
                _("%(host)s 도메인의 증명 레코드가 사라졌습니다", host=names.shown(claim.host)),
                "/console/site/domains",
                since=_("부터"),
                text=_("다시 넣지 않으시면 이 도메인으로 누리집이 열리지 않습니다."),
                act=_("고치기"),
                late=True,
            )


def _lines(waiting: Mapping[str, Waiting]) -> Iterator[Entry]:
    for run, seats in _first(waiting, "lines"):
        free = seats.capacity - seats.placed
        text = (
            _("자리가 %(free)s개 비어 있는데 기다리는 분이 있습니다.", free=free)
            if free > 0
            else _("대기 자리도 모두 찼습니다. 반을 하나 더 여실 수 있습니다.")
        )
        when = _("대기 %(waiting)s", waiting=seats.waiting)
        capacity = _("정원 %(capacity)s", capacity=seats.capacity)
        title = _("%(title)s 대기", title=run.course.title)
        yield Entry(when, title, f"{_page(run)}/applicants#waiting", since=capacity, text=text, act=_("대기 보기"))
    yield from _rest(waiting, "lines", _("대기가 찬 강좌"))


def _gone(licences: Licences) -> Iterator[Entry]:
    if gone := licences.gone:
        title = ngettext(
            "더 보여 드릴 수 없는 온라인 콘텐츠 %(num)s개", "더 보여 드릴 수 없는 온라인 콘텐츠 %(num)s개", gone
        )
        text = _("도가 거두었거나 이용 기간이 끝났습니다.")
        yield Entry(_("지금"), title, "/console/library?mine=1", text=text, act=_("보기"))


def _closing(waiting: Mapping[str, Waiting]) -> Iterator[Entry]:
    for run, seats in _first(waiting, "closing"):
        at = run.closes_at
        title = _("%(title)s 접수 마감", title=run.course.title)
        yield Entry(
            dates.staff_deadline(at, language()) if at else "",
            title,
            f"{_page(run)}/applicants",
            text=_seats(seats),
            act=_("신청자 보기"),
        )
    yield from _rest(waiting, "closing", _("곧 접수가 끝나는 강좌"))


def _opening(waiting: Mapping[str, Waiting]) -> Iterator[Entry]:
    for run, seats in _first(waiting, "opening"):
        title = _("%(title)s 접수 시작", title=run.course.title)
        when = dates.staff_moment(run.opens_at, language()) if run.opens_at else ""
        yield Entry(when, title, _page(run), text=_("정원 %(capacity)s", capacity=seats.capacity), act=_("점검"))
    yield from _rest(waiting, "opening", _("곧 접수를 시작하는 강좌"))


def _ending(licences: Licences) -> Iterator[Entry]:
    for item in licences.ending:
        title = _("%(title)s 이용 기간 끝", title=item.title)
        when = dates.staff_day(item.ends_on, language())
        text = _("그날이 지나면 누리집에서 저절로 빠집니다.")
        yield Entry(when, title, "/console/library?mine=1", text=text, act=_("보기"))


def _unassigned(waiting: Mapping[str, Waiting]) -> Iterator[Entry]:
    if "no-teacher" in waiting:
        total = waiting["no-teacher"].total
        title = ngettext(
            "출석을 적을 강사를 정하지 않은 강좌 %(num)s개", "출석을 적을 강사를 정하지 않은 강좌 %(num)s개", total
        )
        text = _("강사를 정하시면 강사가 출석을 적을 수 있습니다.")
        yield Entry(_("곧"), title, "/console/courses?show=no-teacher", text=text, act=_("정하기"))


def _drafts(waiting: Mapping[str, Waiting]) -> Iterator[Entry]:
    if "drafts" in waiting:
        total = waiting["drafts"].total
        title = ngettext("아직 공개하지 않은 강좌 %(num)s개", "아직 공개하지 않은 강좌 %(num)s개", total)
        yield Entry(_("초안"), title, "/console/courses?show=drafts", act=_("보기"))


def _rest(waiting: Mapping[str, Waiting], kind: str, label: str) -> Iterator[Entry]:
    found = waiting.get(kind)
    if found and found.total > len(found.first):
        more = _("%(label)s %(count)s개 모두 보기", label=label, count=found.total)
        yield Entry("", more, f"/console/courses?show={kind}", more=found.total - len(found.first))


def _first(waiting: Mapping[str, Waiting], kind: str) -> list[tuple[Run, Any]]:
    return list(waiting[kind].first) if kind in waiting else []


def _seats(seats: Any) -> str:
    words = _("신청 %(placed)s/%(capacity)s", placed=seats.placed, capacity=seats.capacity)
    return f"{words} · {_('대기 %(waiting)s', waiting=seats.waiting)}" if seats.waiting else words


def _page(run: Run) -> str:
    return f"/console/runs/{run.id}"

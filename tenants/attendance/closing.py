"""Closing a run: who completed it, their certificates, and their lines in the one history; once, all or nothing (6.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import sqlalchemy as sa

from auth.consents import service as consents
from auth.people import service as people
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused, Remedy
from maru.tenancy import Tenant
from maru.web import dates
from records.certificates import service as certificates
from records.certificates.models import Certificate
from records.certificates.service import Content
from records.history import service as history
from tenants.attendance import ledger
from tenants.attendance import service as attendance
from tenants.attendance.completion import Result, decide
from tenants.attendance.models import Completion
from tenants.attendance.service import Learner
from tenants.catalogue import service as catalogue
from tenants.catalogue.projection import project
from tenants.courses import service as courses
from tenants.courses.models import Meeting, Run
from tenants.sites.brand import derive
from tenants.sites.models import Site


@dataclass(frozen=True)
class Outcome:
    """What closing means, or meant, for one person; `papers` are the certificates: those revoked, then the one in force."""

    application_id: UUID
    person_id: UUID
    name: str
    birth_date: date | None
    result: Result
    in_ledger: bool = False
    papers: Sequence[Certificate] = ()

    @property
    def certificate(self) -> Certificate | None:
        """The certificate in force, else the one revoked last."""
        return self.papers[-1] if self.papers else None


@dataclass(frozen=True)
class Closing:
    """A run as it would be closed now, or as it was; `blanks` are cells without a mark, which count as absences."""

    run: Run
    outcomes: Sequence[Outcome]
    blanks: int
    obstacle: Refused | None

    @property
    def completed(self) -> Sequence[Outcome]:
        return [one for one in self.outcomes if one.result.completed]

    @property
    def not_completed(self) -> Sequence[Outcome]:
        return [one for one in self.outcomes if not one.result.completed]


def preview(run: UUID) -> Closing:
    """What closing a run now would do, and what stands against it; log the look first where it is shown."""
    return _judged(courses.get(run))


def outcome(run: UUID) -> Closing:
    """What closing a run did; log the look first where it is shown."""
    found = courses.get(run)
    completions = session().scalars(sa.select(Completion).where(Completion.run_id == run)).all()
    names = {person.id: person for person in people.several({one.person_id for one in completions})}
    papers = certificates.every_paper([one.application_id for one in completions])
    by_name = sorted(completions, key=lambda one: (names[one.person_id].name, one.person_id))
    outcomes = [
        Outcome(
            application_id=one.application_id,
            person_id=one.person_id,
            name=names[one.person_id].name,
            birth_date=names[one.person_id].birth_date,
            result=Result(one.held_minutes, one.attended_minutes, one.completed),
            in_ledger=one.in_ledger,
            papers=papers.get(one.application_id, ()),
        )
        for one in by_name
    ]
    return Closing(found, outcomes, 0, None)


def close(run: UUID, by: UUID, *, agreed_blanks: int | None = None) -> Closing:
    """Decide who completed, issue their certificates, write what may be written into the one history, settle the run.

    Refused while a meeting is still to come, without any meeting, and a second time. Who has no birth date on record
    completes without a certificate: the paper must say it (see `issue_certificate`). `agreed_blanks` is the number of
    cells without a mark that whoever closes takes for absences; another number is Invalid, None does not ask.
    """
    closing = _judged(catalogue.hold(run))
    if closing.obstacle:
        raise closing.obstacle
    if agreed_blanks is not None and agreed_blanks != closing.blanks:
        words = N_("빈칸을 결석으로 봐도 되는지 확인하고 표시해 주세요. 아니라면 출석부를 먼저 채워 주세요.")
        raise Invalid(words, {"blanks": words})
    day = _last_day(closing.run)
    completed = [one.person_id for one in closing.completed]
    grounds = consents.grounds(completed, consents.PROVINCE_HISTORY, dates.today())
    for one in closing.outcomes:
        completion = _completion(closing.run, one, day, by)
        if one.result.completed:
            paper = _issue(closing.run, completion, one.name, one.birth_date)
            if one.person_id in grounds:
                ledger.enter(closing.run, completion, grounds[one.person_id], paper.number if paper else None)
    closing.run.settled_at = datetime.now(UTC)
    session().flush()
    if closing.run.published_at is not None:
        project([run])
    return closing


def issue_certificate(run: UUID, application: UUID) -> Certificate:
    """Issue a certificate for a completion of `run` that has none in force; the history then names the new number."""
    of_run = sa.select(Completion).where(Completion.application_id == application, Completion.run_id == run)
    completion = session().scalar(of_run)
    if completion is None or not completion.completed:
        raise NotFound(N_("수료하신 분의 수료증만 낼 수 있습니다."))
    person = people.get(completion.person_id)
    paper = _issue(courses.hold(run), completion, person.name, person.birth_date)
    if paper is None:
        raise Refused(
            N_("생년월일이 없는 분의 수료증은 낼 수 없습니다."),
            slug="birth-date-missing",
            remedies=[Remedy(N_("본인에게 생년월일을 확인해 달라고 알려 주세요"))],
        )
    line = history.standing(application)
    if line is not None:
        history.correct(line, N_("수료증을 다시 냄"), certificate_number=paper.number)
    return paper


def _judged(run: Run) -> Closing:
    learners = attendance.learners(run)
    meetings = attendance.meetings_of(run)
    outcomes = [_judge(run, meetings, learner) for learner in learners]
    blanks = sum(meeting.id not in learner.marks for learner in learners for meeting in meetings)
    return Closing(run, outcomes, blanks, _obstacle(run))


def _judge(run: Run, meetings: Sequence[Meeting], learner: Learner) -> Outcome:
    return Outcome(
        application_id=learner.application_id,
        person_id=learner.person_id,
        name=learner.name,
        birth_date=learner.birth_date,
        result=decide(meetings, learner.marks, run),
    )


def _obstacle(run: Run) -> Refused | None:
    """Why the run cannot be closed now."""
    if run.published_at is None:
        return Refused(N_("공개하지 않은 강좌입니다."), slug="run-not-published")
    if run.cancelled_at is not None:
        return Refused(N_("폐강한 강좌는 마칠 것이 없습니다."), slug="run-cancelled")
    if run.settled_at is not None:
        return Refused(N_("이미 수료 처리를 마친 강좌입니다."), slug="run-settled")
    meetings = attendance.meetings_of(run)
    if not meetings:
        return Refused(
            N_("열린 회차가 없어 수료를 정할 수 없습니다."),
            slug="no-meetings",
            rule=N_("수료는 열린 회차 가운데 나오신 시간으로 정합니다."),
            remedies=[Remedy(N_("날짜와 시각을 적은 표준 파일을 다시 올리기"), "/console/imports")],
        )
    now = datetime.now(UTC)
    ahead = [meeting for meeting in meetings if meeting.ends_at > now]
    if ahead:
        return Refused(
            N_("아직 끝나지 않은 회차가 %(count)s번 있습니다. 마지막은 %(last)s에 끝납니다."),
            slug="meetings-ahead",
            rule=N_("모든 회차가 끝난 뒤에 마칩니다."),
            remedies=[Remedy(N_("그때까지 출석을 적어 두실 수 있습니다"), f"/console/runs/{run.id}/attendance")],
            values={"count": len(ahead), "last": max(meeting.ends_at for meeting in ahead)},
        )
    return None


def _last_day(run: Run) -> date:
    """The day on which the run's last meeting was held."""
    return dates.in_seoul(max(meeting.ends_at for meeting in attendance.meetings_of(run))).date()


def _completion(run: Run, outcome: Outcome, day: date, by: UUID) -> Completion:
    completion = Completion(
        tenant_id=run.tenant_id,
        application_id=outcome.application_id,
        run_id=run.id,
        person_id=outcome.person_id,
        held_minutes=outcome.result.held,
        attended_minutes=outcome.result.attended,
        completed=outcome.result.completed,
        completed_on=day,
        decided_by=by,
        in_ledger=False,
    )
    session().add(completion)
    return completion


def _issue(run: Run, completion: Completion, name: str, birth_date: date | None) -> Certificate | None:
    if birth_date is None:
        return None
    site = session().get_one(Site, run.tenant_id)
    city = session().get_one(Tenant, run.tenant_id)
    content = Content(
        holder_name=name,
        birth_date=birth_date,
        course_title=run.course.title,
        run_name=ledger.run_name(run.starts_on.year, run.number),
        period_start=run.starts_on,
        period_end=run.ends_on,
        hours=ledger.hours(completion.held_minutes),
        completed_on=completion.completed_on,
        tenant_name=city.name_ko,
        institution_name=run.institution.name if run.institution else site.name,
        head_title=site.head_title or site.name,
        head_name=site.head_name,
        colour=derive(site.colour).line,
    )
    return certificates.issue(run.tenant_id, completion.person_id, completion.application_id, content)

"""My learning: what I do now, what I have learned anywhere, where I live, who looked at me."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.consents import service as consents
from auth.consents.wording import wording
from auth.consents_at_desk import service as consenting
from auth.families import guardians
from auth.families import service as families
from auth.families.service import Represented
from auth.messages import service as messages
from auth.messages.kinds import declared
from auth.people import service as people
from auth.residence import service as residence
from auth.residence import sharing
from auth.residence.words import OUTSIDE, SOURCES
from contentlib.progress import service as progress
from maru import forms
from maru.access import signed_in
from maru.dispatch import me, settings
from maru.errors import N_, Invalid, NotFound, Refused
from maru.problems import say
from maru.web import dates, notices
from maru.web.mount import language
from records.certificates import service as certificates
from records.history import service as history
from tenants.attendance import ledger
from tenants.learners import service as learners
from tenants.learners.boards import board, boards
from tenants.learners.timeline import total_of, years
from tenants.questions import service as questions
from tenants.reminders import service as reminders

blueprint = Blueprint("learners", __name__, template_folder="templates")


@consents.follows(consents.PROVINCE_HISTORY)
def catch_up(person: UUID) -> None:
    """What cities and films have kept of the person until now enters the one history."""
    ledger.catch_up(person)
    progress.catch_up()


@consenting.follows(consents.PROVINCE_HISTORY)
def catch_up_from(person: UUID, cities: Sequence[UUID]) -> None:
    """The same where a desk has recorded it."""
    ledger.catch_up_from(person, cities)


@blueprint.get("/my")
@signed_in()
def overview() -> str:
    """Everything of mine on one page."""
    current, after = learners.current(me()), request.args.get("after")
    past, following = learners.applications(me(), cursor=after, without={one.id for one in current})
    attended = ledger.attended(me())
    lines = history.history_of(me())
    kept = ledger.kept_by_cities(me())
    papers = certificates.of_sources([*(line.source_id for line in lines), *(one.source_id for one in kept)])
    homes = residence.history(me())
    regions = {code: _region_name(region) for code, region in residence.known().items()}
    return render_template(
        "learners/overview.html",
        current=boards(current, attended),
        past=[board(one, attended) for one in past],
        paged=bool(after),
        following=following,
        years=years(lines, kept, papers, homes, regions, attended),
        learned=total_of(sum(line.hours for line in lines) + sum(line.hours for line in kept)),
        completed=len(lines) + len(kept),
        papers=sum(paper.revoked_at is None for paper in papers.values()),
        consented=consents.has(me(), consents.PROVINCE_HISTORY),
        watching=progress.mine(me()),
        reminders=reminders.mine(me()),
        questions=questions.mine(me()),
        origin=settings().origin,
        home=regions.get(homes[0].region_code) if homes else None,
    )


@blueprint.get("/my/for/<uuid:person_id>")
@signed_in()
def of_another(person_id: UUID) -> str:
    """What stands and was learned of somebody for whom I stand, as far as I may see it."""
    whom = families.act_for(person_id, families.SEE)
    current = learners.current(whom.id)
    past = learners.applications(whom.id, without={one.id for one in current})[0] if whom.may_see else []
    attended = ledger.attended(whom.id)
    lines = history.history_of(whom.id) if whom.may_see else []
    kept = ledger.kept_by_cities(whom.id) if whom.may_see else []
    papers = certificates.of_sources([*(line.source_id for line in lines), *(one.source_id for one in kept)])
    return render_template(
        "learners/represented.html",
        whom=whom,
        current=boards(current, attended),
        past=[board(one, attended) for one in past],
        years=years(lines, kept, papers, [], {}, attended, for_whom=whom.id),
        messages=messages.mine(whom.id) if whom.guarded else [],
        kinds=declared,
        consented=whom.guarded and consents.has(whom.id, consents.PROVINCE_HISTORY),
        text=consents.text_of(consents.PROVINCE_HISTORY),
        home=_home_of(whom.id) if whom.guarded else None,
        **wording(),
    )


def _home_of(person: UUID) -> str:
    today = dates.today()
    home = residence.home_on(person, today)
    named = {region.code: _region_name(region) for region in residence.homes(today)}
    return named.get(home.region_code, home.region_code) if home else ""


@blueprint.post("/my/for/<uuid:person_id>/consent")
@signed_in()
def consent_for(person_id: UUID) -> Response:
    """A guardian gives or withdraws the consent under which the child's completions enter the one history."""
    whom, answer = families.act_for(person_id, families.SEE), request.form.get("answer")
    if not whom.guarded:
        raise Refused(N_("자녀의 법정대리인만 동의하거나 거둘 수 있습니다."), slug="guardians-only")
    if answer == "give":
        guardians.consent(consents.PROVINCE_HISTORY, request.form.get("shown", ""))
        ledger.catch_up(whom.id)
        notices.leave(_("동의하셨습니다."), _("마치신 강좌가 도의 기록에 모입니다. 언제든지 거두실 수 있습니다."))
    elif answer == "withdraw":
        guardians.withdraw(consents.PROVINCE_HISTORY)
        notices.leave(_("동의를 거두셨습니다."), _("이제 새로 모으지 않습니다. 그동안 모인 기록은 그대로입니다."))
    else:
        raise Invalid(consents.UNCLEAR)
    return redirect(f"/my/for/{person_id}", code=303)


@blueprint.get("/my/residence")
@signed_in()
def home() -> str:
    """Where I live, or the child in `for`."""
    return _home_page({}, {}, _child())


def _child() -> Represented | None:
    """The child whom the request is about, if it is about one."""
    whom = request.args.get("for", type=UUID)
    if whom is None:
        return None
    found = families.act_for(whom, families.SEE)
    if not found.guarded:
        raise NotFound(N_("찾으시는 분이 없습니다."))
    return found


@blueprint.post("/my/residence")
@signed_in()
def move() -> Response | tuple[str, int]:
    """I have moved: rights change from that day, the account and the past do not (GP-09). A guardian says it for a child."""
    child = _child()
    entered = {name: request.form.get(name, "").strip() for name in ("region", "district", "since")}
    errors = {}
    if not entered["region"]:
        errors["region"] = _("이사하신 시군을 골라 주세요.")
    since = forms.day(entered["since"])
    if since is None:
        errors["since"] = _("이사한 날을 적어 주세요. 예: 2026-11-22")
    if not errors and since is not None:
        try:
            residence.move(entered["region"], entered["district"] or None, since)
            _say_moved(entered["region"], since)
            return redirect(f"/my/residence?for={child.id}" if child else "/my/residence", code=303)
        except Invalid as invalid:
            errors = {name: say(words, invalid.values) for name, words in invalid.errors.items()}
    return _home_page(entered, errors, child), 422


@blueprint.post("/my/residence/share")
@signed_in()
def share() -> Response | tuple[str, int]:
    """Have the administrative data share asked, on my consent; the answer comes to this page and as a message."""
    try:
        sharing.ask(me(), settings(), agreed=request.form.get("agreed") == "1", shown=request.form.get("shown", ""))
    except Invalid as invalid:
        return _home_page({}, {name: say(words, invalid.values) for name, words in invalid.errors.items()}, None), 422
    notices.leave(_("행정정보로 확인하고 있습니다."), _("결과는 이 화면과 안내로 알려 드립니다."))
    return redirect("/my/residence", code=303)


@blueprint.post("/my/residence/share/withdraw")
@signed_in()
def withdraw_share() -> Response:
    """Take that consent back: nothing more is asked; what was confirmed stays."""
    consents.withdraw(me(), consents.RESIDENCE_SHARE)
    notices.leave(_("동의를 거두셨습니다."), _("이제 행정정보에 묻지 않습니다. 이미 확인된 곳은 그대로입니다."))
    return redirect("/my/residence", code=303)


def _say_moved(code: str, since: date) -> None:
    city = next((_region_name(region) for region in residence.homes(since) if region.code == code), code)
    more = N_(
        "%(day)s부터 %(city)s 시민 강좌를 신청하실 수 있습니다. 그 전에 신청하신 강좌는 그대로 들으실 수 있습니다."
    )
    if code == OUTSIDE:
        more = N_("기록은 그대로 남고, 시민만 듣는 강좌가 아니면 %(day)s 뒤에도 신청하실 수 있습니다.")
    notices.leave(
        _("%(city)s에 사시는 것으로 적었습니다.", city=city),
        _(more, day=dates.day(since, dates.today(), language()), city=city),
    )


@blueprint.get("/my/looks")
@signed_in()
def looks() -> str:
    """Who looked at my data, when and for what."""
    after = request.args.get("after")
    found, following = learners.looks(me(), after)
    return render_template("learners/looks.html", looks=found, next=following, later=bool(after))


@blueprint.post("/my/language")
@signed_in()
def speak() -> Response:
    """The language that pages and messages use for me."""
    people.speak(me(), request.form.get("language", "ko"))
    return redirect("/my", code=303)


def _home_page(entered: dict[str, str], errors: dict[str, str], child: Represented | None) -> str:
    today = dates.today()
    regions = residence.homes(today)
    named = {code: _region_name(region) for code, region in residence.known().items()}
    homes = [
        (named.get(one.region_code, one.region_code), one, one.valid.upper and one.valid.upper - timedelta(days=1))
        for one in residence.history(child.id if child else me())
    ]
    return render_template(
        "learners/residence.html",
        child=child,
        homes=homes,
        sources=SOURCES,
        sharing=bool(settings().data_share_url),
        questions=sharing.mine(me()),
        share_text=consents.text_of(consents.RESIDENCE_SHARE),
        agreed=consents.has(me(), consents.RESIDENCE_SHARE),
        options=[("", _("골라 주세요")), *((region.code, _region_name(region)) for region in regions)],
        districts=_by_city(residence.districts(today), named),
        entered=entered,
        errors=errors,
        today=today,
        **wording(),
    )


def _by_city(districts: Sequence[Any], named: dict[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    grouped = groupby(districts, key=lambda district: district.parent_code)
    return [
        (named.get(city, city), [(district.code, _region_name(district)) for district in group])
        for city, group in grouped
    ]


def _region_name(region: Any) -> str:
    return str(region.name_en if language() == "en" else region.name_ko)

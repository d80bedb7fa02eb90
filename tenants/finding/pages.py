"""The console's search: a page for everybody, and while one types, suggestions for the box in its bar (palette.js)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, jsonify, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from auth.people import service as people
from maru.access import staff
from maru.dispatch import here, me
from maru.errors import N_
from maru.web import dates
from maru.web.mount import language
from tenants.console.reach import may, mine_alone
from tenants.finding import service as finding
from tenants.finding.places import PLACES
from tenants.finding.service import LEAST_LETTERS, CourseHit, PersonHit

blueprint = Blueprint("finding", __name__, template_folder="templates")
LONGEST, MOST_PLACES, MOST_LISTED = 100, 6, 30


@blueprint.get("/console/search")
@staff("console:enter")
def search() -> str | Response:
    """Courses, people and pages. Suggestions name no people: typing a name is no look at everybody of that name."""
    words = " ".join(request.args.get("q", "").split())[:LONGEST]
    places = _places(words)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(groups=_suggestions(words, finding.courses(here(), words), places))
    courses = finding.courses(here(), words, MOST_LISTED)
    return render_template(
        "finding/search.html",
        words=words,
        sought=words,
        courses=courses,
        places=places,
        found=_people(words),
        knows=may("applicants:read"),
        too_short=len(words) < LEAST_LETTERS,
    )


def _places(words: str) -> list[tuple[str, str]]:
    """Pages that the reader may open, with every one of the words in their names."""
    asked = [word.casefold() for word in words.split()]
    named = [
        (_(place.label), place.url, f"{_(place.label)} {_(place.also) if place.also else ''}")
        for place in PLACES
        if may(place.permission)
    ]
    return [(label, url) for label, url, known in named if all(word in known.casefold() for word in asked)][
        :MOST_PLACES
    ]


def _people(words: str) -> list[dict[str, Any]]:
    """Whom the reader may know, with the year of birth that tells namesakes apart; each is a look."""
    if not may("applicants:read"):
        return []
    hits = finding.people(here(), words, mine_alone("applicants:read"))
    access_log.look(
        me(),
        [hit.id for hit in hits],
        tenant=here(),
        task=N_("업무실에서 이름으로 찾기"),
        purpose=_("이름으로 찾음"),
        fields=[N_("이름"), N_("생년월일")],
        address=request.remote_addr,
        request_id=g.request_id,
    )
    known = {person.id: person for person in people.several({hit.id for hit in hits})}
    return [{"person": known[hit.id], "url": _page_of(hit), "course": hit.course} for hit in hits if hit.id in known]


def _page_of(hit: PersonHit) -> str:
    """All that the city knows of a person; a teacher may open the class alone."""
    return f"/console/people/{hit.id}" if may("people:read") else f"/console/runs/{hit.run_id}/applicants"


def _suggestions(words: str, courses: Sequence[CourseHit], places: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    groups = [
        {"label": _("화면"), "hits": [{"label": label, "url": url} for label, url in places]},
        {"label": _("강좌"), "hits": [_course(hit) for hit in courses]},
    ]
    if may("applicants:read") and len(words) >= LEAST_LETTERS:
        label = _("이름이 ‘%(words)s’인 분 찾기", words=words)
        groups.append(
            {"label": _("사람"), "hits": [{"label": label, "url": f"/console/search?{urlencode({'q': words})}"}]}
        )
    return [group for group in groups if group["hits"]]


def _course(hit: CourseHit) -> dict[str, str]:
    parts = [_("%(number)s기", number=hit.number), dates.staff_day(hit.starts_on, language()), hit.instructor]
    return {"label": hit.title, "note": " · ".join(filter(None, parts)), "url": f"/console/runs/{hit.id}"}

"""What is asked often: the public page with its search, and where staff write it."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from maru import seen
from maru.access import everyone, staff
from maru.dispatch import here, me
from maru.errors import Invalid
from maru.web import notices
from tenants.faqs import service as faqs
from tenants.faqs.models import Faq
from tenants.faqs.words import CATEGORIES

blueprint = Blueprint("faqs", __name__, template_folder="templates")
FIELDS = ("question", "answer", "category", "position", "published")


@blueprint.get("/faq")
@everyone("city")
def public_list() -> str:
    words, category = request.args.get("q", "").strip()[:100], request.args.get("category", "")
    found = faqs.published(here(), words, category if category in CATEGORIES else "")
    groups = [(_(CATEGORIES[kind]), list(rows)) for kind, rows in groupby(found, key=lambda one: one.category)]
    return render_template("faqs/public.html", groups=groups, words=words, category=category, categories=CATEGORIES)


@blueprint.get("/console/faq")
@staff("questions:answer")
def written() -> str:
    return render_template("faqs/written.html", rows=faqs.written(here()), categories=CATEGORIES)


@blueprint.get("/console/faq/new")
@staff("questions:answer")
def new() -> str:
    return _form(None, {"category": "applying", "published": "1"}, {})


@blueprint.post("/console/faq/new")
@staff("questions:answer")
def add() -> Response | tuple[str, int]:
    return _write(None)


@blueprint.get("/console/faq/<uuid:faq_id>")
@staff("questions:answer")
def one(faq_id: UUID) -> str:
    held = faqs.get(here(), faq_id)
    return _form(held, {name: getattr(held, name) for name in FIELDS}, {})


@blueprint.post("/console/faq/<uuid:faq_id>")
@staff("questions:answer")
def change(faq_id: UUID) -> Response | tuple[str, int]:
    held = faqs.get(here(), faq_id, hold=True)
    if seen.outdated(held, FIELDS, request.form.get("seen", "")):
        saved = [(_("질문"), held.question), (_("답"), held.answer)]
        return _form(held, request.form, {}, saved), 409
    return _write(held)


@blueprint.get("/console/faq/<uuid:faq_id>/delete")
@staff("questions:answer")
def ask_delete(faq_id: UUID) -> str:
    return render_template("faqs/delete.html", row=faqs.get(here(), faq_id))


@blueprint.post("/console/faq/<uuid:faq_id>/delete")
@staff("questions:answer")
def delete(faq_id: UUID) -> Response:
    faqs.remove(here(), faq_id)
    notices.leave(_("지웠습니다."))
    return redirect("/console/faq", 303)


def _write(held: Faq | None) -> Response | tuple[str, int]:
    try:
        faqs.write(here(), held.id if held else None, request.form, me())
    except Invalid as invalid:
        return _form(held, request.form, {name: _(words) for name, words in invalid.errors.items()}), 422
    notices.leave(_("저장했습니다."))
    return redirect("/console/faq", 303)


def _form(held: Faq | None, given: Any, errors: dict[str, str], saved: Sequence[tuple[str, str]] = ()) -> str:
    kinds = [(kind, _(words)) for kind, words in CATEGORIES.items()]
    mark = seen.mark_of(held, FIELDS) if held else ""
    return render_template("faqs/form.html", row=held, given=given, errors=errors, kinds=kinds, saved=saved, seen=mark)

"""Asking and reading answers, on the site; answering, in the console."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from auth.people import service as people
from maru import masking, seen
from maru.access import everyone, signed_in, staff
from maru.dispatch import here, me
from maru.errors import N_, Invalid, NotFound
from maru.web import notices
from tenants.catalogue import service as catalogue
from tenants.courses import service as courses
from tenants.questions import service as questions
from tenants.questions.models import Question

blueprint = Blueprint("questions", __name__, template_folder="templates")
ANSWER = ("answer", "answered_at")


@blueprint.get("/questions")
@everyone("city")
def public_list() -> str:
    """What others have asked, of the city or about one run, with the answers; one's own stand under my learning."""
    words, run = request.args.get("q", "").strip()[:100], _run_id(request.args.get("run", ""))
    course = str(catalogue.get(run, here()).title) if run else ""
    answers = questions.public(here(), words, run)
    return render_template("questions/public.html", answers=answers, words=words, run=run, course=course)


@blueprint.get("/questions/new")
@signed_in("city")
def new() -> str:
    return _ask_page({"run": request.args.get("run", "")}, {})


@blueprint.post("/questions/new")
@signed_in("city")
def ask() -> Response | tuple[str, int]:
    """Send it; then the page on which the answer will stand."""
    given = request.form
    run, openly = _run_id(given.get("run", "")), bool(given.get("openly"))
    try:
        made = questions.ask(run, given.get("title", ""), given.get("body", ""), openly=openly)
    except Invalid as invalid:
        return _ask_page(given, {name: _(words) for name, words in invalid.errors.items()}), 422
    notices.leave(_("문의를 보냈습니다."), _("답이 오면 여기와 내 학습에서 보실 수 있습니다."))
    return redirect(f"/questions/{made}", 303)


@blueprint.get("/questions/<uuid:question_id>")
@signed_in("city")
def mine(question_id: UUID) -> str:
    """My question, and its answer once it is there."""
    return render_template("questions/mine.html", **_shown(questions.get(here(), question_id)))


@blueprint.get("/questions/<uuid:question_id>/delete")
@signed_in("city")
def ask_delete(question_id: UUID) -> str:
    return render_template("questions/delete.html", question=questions.get(here(), question_id))


@blueprint.post("/questions/<uuid:question_id>/delete")
@signed_in("city")
def delete(question_id: UUID) -> Response:
    """Take my question back."""
    questions.take_back(here(), question_id)
    notices.leave(_("문의를 지웠습니다."))
    return redirect("/my", 303)


@blueprint.get("/console/questions")
@staff("questions:answer")
def asked() -> str:
    """What waits for an answer, or what was answered; without the names of those who asked."""
    answered = request.args.get("show") == "answered"
    found, following = questions.asked(here(), answered=answered, cursor=request.args.get("after"))
    titles = {run.id: run.course.title for run in courses.several({one.run_id for one in found if one.run_id})}
    return render_template(
        "questions/asked.html", asked=found, answered=answered, next=following, titles=titles,
        waiting=questions.count_waiting(here()),
    )  # fmt: skip


@blueprint.get("/console/questions/<uuid:question_id>")
@staff("questions:answer")
def one_asked(question_id: UUID) -> str:
    """One question with its asker; the look is written to the access log."""
    return _answer_page(questions.get(here(), question_id), {}, {})


@blueprint.post("/console/questions/<uuid:question_id>")
@staff("questions:answer")
def answer(question_id: UUID) -> Response | tuple[str, int]:
    """Answer it, for its asker or for everybody."""
    given, held = request.form, questions.get(here(), question_id, hold=True)
    if seen.outdated(held, ANSWER, request.form.get("seen", "")):
        return _answer_page(held, given, {}, [(_("답"), held.answer)]), 409
    try:
        held = questions.answer(here(), question_id, given.get("answer", ""), me())
    except Invalid as invalid:
        errors = {name: _(words) for name, words in invalid.errors.items()}
        return _answer_page(held, given, errors), 422
    if held.may_be_public and given.get("public"):
        questions.publish(held, given.get("title", ""), given.get("question", ""), _names(held))
    else:
        questions.withdraw(held)
    notices.leave(_("답을 보냈습니다."))
    return redirect("/console/questions", 303)


def _ask_page(given: Any, errors: dict[str, str]) -> str:
    run = _run_id(given.get("run", ""))
    title = catalogue.get(run, here()).title if run else ""
    return render_template("questions/ask.html", given=given, errors=errors, run=run, course=title)


def _answer_page(question: Question, given: Any, errors: dict[str, str], saved: Sequence[tuple[str, str]] = ()) -> str:
    course = next((run.course.title for run in courses.several([question.run_id] if question.run_id else [])), "")
    _log_look(question)
    asker = people.get(question.person_id)
    return render_template(
        "questions/answer.html",
        question=question,
        course=course,
        asker=asker,
        phone=masking.phone(asker.phone) if asker.phone else "",
        public=questions.public_of(question),
        plain={
            "title": masking.words(question.title, [asker.name]),
            "question": masking.words(question.body, [asker.name]),
        },
        given=given,
        errors=errors,
        saved=saved,
        seen=seen.mark_of(question, ANSWER),
    )


def _names(question: Question) -> list[str]:
    _log_look(question)
    return [people.get(question.person_id).name]


def _shown(question: Question) -> dict[str, Any]:
    return {"question": question, "public": questions.public_of(question), "course": _course(question)}


def _course(question: Question) -> str:
    """The title of the course that was asked about, where everybody may still read it."""
    if question.run_id is None:
        return ""
    try:
        return str(catalogue.get(question.run_id, here()).title)
    except NotFound:
        return ""


def _run_id(written: str) -> UUID | None:
    if not written:
        return None
    try:
        return UUID(written)
    except ValueError as error:
        raise NotFound(N_("찾으시는 강좌가 없습니다.")) from error


def _log_look(question: Question) -> None:
    access_log.look(
        me(),
        [question.person_id],
        tenant=here(),
        task=N_("문의 보기"),
        purpose="",
        fields=[N_("이름"), N_("전화번호"), N_("문의 내용")],
        address=request.remote_addr,
        request_id=g.request_id,
    )

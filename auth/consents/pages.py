"""What I agree to, with its proof; and for the privacy officer the texts that people are asked to agree to (PRV 7.2)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.consents import service as consents
from auth.consents import texts
from auth.consents.models import ConsentText
from auth.consents.wording import KINDS, LANGUAGES, PARTS, label, parts_of, wording
from auth.people import service as people
from maru import forms, masking, security, seen
from maru.access import province, signed_in
from maru.dispatch import me
from maru.errors import Invalid
from maru.problems import say
from maru.web import dates, notices

blueprint = Blueprint("consents", __name__, template_folder="templates")
OFFICE = "/province/consents"


@blueprint.get("/my/consents")
@signed_in()
def mine() -> str:
    """Every text in force with a tick of its own, and everything I ever agreed to."""
    given = [(one, texts.version_of(one.purpose, one.text_version)) for one in consents.of(me())]
    return render_template("consents/mine.html", asked=consents.asked(me()), given=given, **_words())


@blueprint.post("/my/consents")
@signed_in()
def tick() -> Response:
    """Agree to what is ticked, take back what is not; only texts that the form has shown."""
    shown = _shown()
    ticked = {purpose: (version, f"agree.{purpose}" in request.form) for purpose, version in shown.items()}
    if consents.answer(me(), ticked, request.remote_addr):
        notices.leave(_("저장했습니다."), _("언제든지 여기에서 다시 바꾸실 수 있습니다."))
    else:
        notices.leave(_("바뀐 것이 없습니다."))
    return redirect("/my/consents", 303)


@blueprint.get("/my/consents/again")
@signed_in(before_opening=True)
def again() -> Response | str:
    """Texts that have changed in substance; where there are none, on to where the visit was going."""
    following = security.safe_path(request.args.get("next"))
    changed = [one for one in consents.asked(me()) if one.again]
    if not changed:
        return redirect(following)
    return render_template("consents/again.html", changed=changed, next=following, today=dates.today(), **_words())


@blueprint.post("/my/consents/again")
@signed_in(before_opening=True)
def answer_again() -> Response:
    """Yes or no to each changed text; what is left open is asked at the next visit."""
    answers = {}
    for purpose, version in _shown().items():
        said = request.form.get(f"answer.{purpose}", "")
        if said not in ("", "yes", "no"):
            raise Invalid(consents.UNCLEAR)
        if said:
            answers[purpose] = (version, said == "yes")
    if answers:
        consents.answer(me(), answers, request.remote_addr)
        notices.leave(_("저장했습니다."), _("언제든지 내 학습의 ‘동의’에서 다시 바꾸실 수 있습니다."))
    return redirect(security.safe_path(request.form.get("next")), 303)


@blueprint.get("/my/consents/<uuid:consent_id>")
@signed_in()
def proof(consent_id: UUID) -> str:
    """One consent as it can be proved: who, to which text, when, how and from where; to read or to print."""
    consent = consents.get(consent_id)
    text = texts.version_of(consent.purpose, consent.text_version)
    return render_template(
        "consents/proof.html", consent=consent, text=text, person=people.get(me()), desk=consents.desk_of(consent_id),
        evidence=consents.EVIDENCE, masked=masking.name, **_words(),
    )  # fmt: skip


@blueprint.get(OFFICE)
@province("consent-texts:write")
def all_texts() -> str:
    """All texts by purpose: drafts, what is in force, and what was."""
    return _list_page({})


@blueprint.post(OFFICE)
@province("consent-texts:write")
def begin() -> Response | tuple[str, int]:
    """A draft: for a new purpose, or the next version of one."""
    purpose = request.form.get("purpose", "")
    try:
        made = texts.draft_from(purpose, me()) if purpose else texts.begin(request.form.get("kind", ""), me())
    except Invalid as invalid:
        return _list_page(_said(invalid)), 422
    return redirect(f"{OFFICE}/{made.id}", 303)


@blueprint.get(f"{OFFICE}/<uuid:text_id>")
@province("consent-texts:write")
def one_text(text_id: UUID) -> str:
    """A version as it stays, or a draft to write at."""
    text = texts.get(text_id)
    if text.published_at:
        return render_template("consents/text.html", text=text, office=OFFICE, **_words())
    return _draft_page(text, _entered(text), {})


@blueprint.post(f"{OFFICE}/<uuid:text_id>")
@province("consent-texts:write")
def write(text_id: UUID) -> Response | tuple[str, int]:
    """Keep the draft, or let it come into force."""
    given, text = request.form, texts.get(text_id)
    if seen.outdated(text, ("words",), given.get("seen", "")):
        saved = [(f"{_(label(text.kind, part))} ({code})", text.words[code][part])
                 for code in LANGUAGES for part in parts_of(text.kind)]  # fmt: skip
        return _draft_page(text, given, {}, saved), 409
    words = {code: {part: given.get(f"{part}_{code}", "") for part in PARTS} for code in LANGUAGES}
    texts.save(text_id, words)
    if given.get("act") != "publish":
        notices.leave(_("초안을 저장했습니다."), _("아직 아무에게도 보이지 않습니다."))
        return redirect(f"{OFFICE}/{text_id}", 303)
    begins, until = forms.day(given.get("in_force_on", "")), forms.day(given.get("old_until", ""))
    try:
        texts.publish(text_id, begins, until, substantial=given.get("substantial") == "yes", by=me())
    except Invalid as invalid:
        return _draft_page(text, given, _said(invalid)), 422
    notices.leave(_("동의서를 냈습니다."), _("이제 이 판은 고칠 수 없습니다."))
    return redirect(OFFICE, 303)


@blueprint.post(f"{OFFICE}/<uuid:text_id>/drop")
@province("consent-texts:write")
def drop(text_id: UUID) -> Response:
    """Throw a draft away."""
    texts.drop(text_id)
    notices.leave(_("초안을 버렸습니다."))
    return redirect(OFFICE, 303)


def _list_page(errors: dict[str, str]) -> str:
    return render_template(
        "consents/texts.html", every=texts.every(), current=texts.current(), today=dates.today(), errors=errors,
        office=OFFICE, **_words(),
    )  # fmt: skip


def _draft_page(
    text: ConsentText, entered: Mapping[str, Any], errors: dict[str, str], saved: list[tuple[str, str]] | None = None
) -> str:
    return render_template(
        "consents/draft.html", text=text, entered=entered, errors=errors, saved=saved or [], office=OFFICE,
        replaces=text.purpose in {one.purpose for one in texts.every() if one.published_at},
        seen=seen.mark_of(text, ("words",)), **_words(),
    )  # fmt: skip


def _entered(text: ConsentText) -> dict[str, str]:
    return {f"{part}_{code}": text.words[code][part] for code in LANGUAGES for part in PARTS}


def _shown() -> dict[str, str]:
    """The version of each text that the form has shown, by purpose."""
    return {name.removeprefix("seen."): value for name, value in request.form.items() if name.startswith("seen.")}


def _words() -> dict[str, Any]:
    return {"kinds": KINDS} | wording()


def _said(invalid: Invalid) -> dict[str, str]:
    return {name: say(words, invalid.values) for name, words in invalid.errors.items()}

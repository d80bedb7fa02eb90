"""Proving who I am, and the desk that has looked at a document."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, current_app, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from auth.people import service as people
from auth.verification import correcting
from auth.verification import service as verification
from auth.verification.agencies import Agency, Proof, ProofRefused
from auth.verification.sealing import Keyring, SealedCi
from maru.access import signed_in, staff
from maru.dispatch import apart_as_me, caller, here, me, settings
from maru.errors import N_, Invalid, Refused
from maru.problems import say
from maru.security import new_token, safe_path
from maru.web import notices

blueprint = Blueprint("verification", __name__, template_folder="templates")
NUMBER = 43
"""Letters of a request's number, which goes along in the address that the agency sends the browser back to."""


@blueprint.get("/my/identity")
@signed_in()
def mine() -> str:
    """Whether my identity is proven, what for, and how."""
    return render_template(
        "verification/mine.html",
        person=people.get(me()),
        latest=verification.latest(me()),
        former=verification.former(me()),
        documents=verification.DOCUMENTS,
        agency=_agency(),
        back=safe_path(request.args.get("next")),
    )


@blueprint.post("/my/identity")
@signed_in()
def begin() -> Response:
    """Off to the agency."""
    agency, number = _demand_agency(), new_token()
    verification.begin(number, agency.name, safe_path(request.form.get("next")))
    back = f"{settings().scheme}://{caller().host}{settings().port_suffix}/my/identity/answer/{number}"
    return redirect(agency.address(number, back), 303)


@blueprint.get("/my/identity/answer/<number>")
@signed_in(calls_out=True)
def answer(number: str) -> Response:
    """Back from the agency, with what it says."""
    agency = _demand_agency()
    with apart_as_me():
        back = verification.take(number, agency.name) if len(number) == NUMBER else _refuse()
    proof = agency.read(request.args.get("answer", ""), number)
    with apart_as_me():
        outcome = verification.prove(proof, _sealed(proof), agency.name)
    if outcome.kind in ("other-human", "not-alike"):
        raise Refused(
            N_(
                "이 ID는 다른 분의 것으로 이미 확인되었습니다. 내 ID로 로그인하셨는지 보시고, 맞다면 신분증을 가지고 창구로 와 주세요."
            ),
            slug="identity-of-somebody-else",
        )
    if outcome.kind == "has-an-id":
        return redirect(f"/my/identity/same?{urlencode({'next': back})}", 303)
    notices.leave(_("본인확인을 마쳤습니다."), _("%(name)s 님으로 확인했습니다.", name=proof.name))
    return redirect(back if back != "/" else "/my/identity", 303)


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """An answer's address is nobody else's business."""
    response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return response


@blueprint.get("/console/people/<uuid:person_id>/identity")
@staff("people:verify")
def ask_desk(person_id: UUID) -> str:
    """Which document, and what it says."""
    person = verification.at_desk(person_id)
    _look(person_id)
    return _desk(person_id, {"name": person.name, "birth_date": person.birth_date} if person else {}, {})


@blueprint.post("/console/people/<uuid:person_id>/identity")
@staff("people:verify")
def prove_at_desk(person_id: UUID) -> Response | tuple[str, int]:
    """The desk has seen it; or has to ask a second person, for it says something else than what was proven."""
    known = verification.at_desk(person_id)
    _look(person_id)
    entered = {name: request.form.get(name, "").strip() for name in ("document", "name", "birth_date", "reason")}
    said, seen = (entered["document"], entered["name"], entered["birth_date"]), "seen" in request.form
    asks = request.form.get("act") == "ask"
    try:
        if asks:
            correcting.ask(person_id, *said, entered["reason"], seen=seen)
        else:
            verification.prove_at_desk(person_id, *said, seen=seen)
    except Invalid as invalid:
        errors = {field: say(words, invalid.values) for field, words in invalid.errors.items()}
        return _desk(person_id, dict(entered), errors, two=asks), 422
    except Refused as refused:
        if refused.slug not in correcting.NEEDS_TWO:
            raise
        return _desk(person_id, dict(entered), {"reason": say(refused.detail, refused.values)}, two=True), 409
    if asks:
        notices.leave(
            _("다른 담당자의 승인을 부탁했습니다."),
            _("신분증을 함께 보고 승인하면 바로 바뀌고, 본인에게도 안내가 갑니다."),
        )
    else:
        notices.leave(_("%(name)s 님의 신분을 확인한 것으로 적었습니다.", name=entered["name"]))
    return redirect(f"/console/people/{known.id}" if known else "/console/residence", 303)


def _look(person: UUID) -> None:
    access_log.look(
        me(),
        [person],
        tenant=here(),
        task=N_("신분증으로 본인확인"),
        purpose="",
        fields=[N_("이름"), N_("생년월일")],
        address=request.remote_addr,
        request_id=g.request_id,
    )


def _desk(person_id: UUID, entered: dict[str, object], errors: dict[str, str], *, two: bool = False) -> str:
    """`two`: what was entered needs a second person, and a reason for them."""
    known = verification.at_desk(person_id)
    return render_template(
        "verification/desk.html",
        back=f"/console/people/{known.id}" if known else "/console/residence",
        two=two,
        latest=verification.latest(person_id),
        documents=[(code, _(words)) for code, words in verification.DOCUMENTS.items()],
        entered=entered,
        errors=errors,
    )


def _sealed(proof: Proof) -> SealedCi:
    try:
        return Keyring(settings().identity_key, settings().identity_keys_old).seal(proof.ci)
    except ValueError as error:
        raise ProofRefused("ci") from error


def _agency() -> Agency | None:
    agency: Agency | None = current_app.extensions["maru-agency"]
    return agency


def _demand_agency() -> Agency:
    agency = _agency()
    if agency is None:
        raise Refused(
            N_("지금은 창구에서만 본인확인을 하실 수 있습니다. 신분증을 가지고 와 주세요."), slug="no-identity-agency"
        )
    return agency


def _refuse() -> str:
    raise ProofRefused("number")

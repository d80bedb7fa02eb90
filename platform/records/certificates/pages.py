"""Checking a certificate, downloading one's own, and revoking one in the console."""

from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from auth.access_log import service as access_log
from auth.families import service as families
from auth.verification import service as verification
from maru.access import everyone, signed_in, staff
from maru.dispatch import here, me
from maru.errors import N_, Invalid, NotEligible, Remedy
from maru.limits import limit
from maru.storage import Storage
from maru.web import notices
from records.certificates import revoking
from records.certificates import service as certificates
from records.certificates.models import Certificate
from records.certificates.numbering import grouped, read_number
from records.certificates.service import Content, Verdict

blueprint = Blueprint("certificates", __name__, template_folder="templates")
SECONDS_UNTIL_RETRY = 3


@blueprint.get("/certificates")
@everyone()
def ask() -> AnyResponse | str:
    """The form; what was typed goes on to the certificate's own address, or is not found here."""
    typed = {name: request.args.get(name, "").strip() for name in ("number", "code")}
    number = read_number(typed["number"])
    if number is not None and typed["code"]:
        return redirect(url_for("certificates.show", number=str(number), code=typed["code"]))
    return _verify_page(typed, _missing(typed), Verdict("not-found") if all(typed.values()) else None)


@blueprint.get("/certificates/<number>")
@everyone()
def show(number: str) -> Response:
    """The verdict; the address in the QR code."""
    code = request.args.get("code", "")
    page = _verify_page({"number": number, "code": code}, {}, certificates.verify(number, code))
    return Response(page, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


@blueprint.get("/my/certificates/<uuid:certificate_id>.pdf")
@signed_in()
def download(certificate_id: UUID) -> Response:
    """One's own certificate as a PDF, or that of the person in `for`; a page that opens it by itself while it is being made.

    For people whose identity is proven: the paper says who they are to whoever reads it. Who acts for somebody answers for
    that with an identity of their own.
    """
    actor, whom = me(), request.args.get("for", type=UUID)
    proven = verification.verified(actor)
    if whom:
        families.act_for(whom, families.SEE)
    certificate = certificates.get(certificate_id)
    if not proven:
        raise NotEligible(
            N_("수료증을 받으시려면 본인확인을 먼저 해 주세요. 한 번만 하시면 됩니다."),
            rule=N_("수료증에는 본인확인한 이름이 들어갑니다."),
            remedies=[
                Remedy(
                    N_("본인확인하고 돌아오기"), f"/my/identity?{urlencode({'next': request.full_path.rstrip('?')})}"
                )
            ],
        )
    return _paper(certificate, "attachment")


@blueprint.get("/console/certificates/<uuid:certificate_id>.pdf")
@staff("certificates:read")
def open_paper(certificate_id: UUID) -> Response:
    """The same for the city's staff, to read and print; the look is written to the access log."""
    certificate = certificates.get(certificate_id)
    _log_look(certificate)
    return _paper(certificate, "inline")


def _paper(certificate: Certificate, disposition: str) -> Response:
    storage: Storage = current_app.extensions["maru-storage"]
    pdf = certificates.paper(certificate, storage)
    if pdf is None:
        headers = {"Refresh": str(SECONDS_UNTIL_RETRY), "Cache-Control": "no-store"}
        return Response(render_template("certificates/waiting.html"), 202, headers)
    headers = {
        "Content-Disposition": f'{disposition}; filename="{certificate.number}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Response(pdf, mimetype="application/pdf", headers=headers)


@blueprint.get("/console/certificates/<uuid:certificate_id>/revoke")
@staff("certificates:revoke")
def ask_revoke(certificate_id: UUID) -> str:
    """The question before a certificate is taken out of force."""
    return _revoke_page(certificates.get(certificate_id), {})


@blueprint.post("/console/certificates/<uuid:certificate_id>/revoke")
@staff("certificates:revoke")
def revoke(certificate_id: UUID) -> AnyResponse | tuple[str, int]:
    """Take it out of force, so that whoever checks it reads the reason from now on; or ask for a second person."""
    try:
        asked = revoking.revoke([certificate_id], request.form.get("reason", ""), me())
    except Invalid as invalid:
        errors = {name: _(words) for name, words in invalid.errors.items()}
        return _revoke_page(certificates.get(certificate_id), errors), 422
    if asked:
        notices.leave(_("다른 담당자의 승인을 부탁했습니다."), _("승인될 때까지 수료증은 그대로 쓰입니다."))
        return redirect(f"/console/approvals/{asked}", 303)
    return redirect(url_for("certificates.ask_revoke", certificate_id=certificate_id, back=_back()), 303)


def _verify_page(typed: dict[str, str], errors: dict[str, str], verdict: Verdict | None) -> str:
    return render_template(
        "certificates/verify.html", typed=typed, errors=errors, verdict=verdict, checked=datetime.now(UTC)
    )


def _missing(typed: dict[str, str]) -> dict[str, str]:
    """What still has to be typed, once the form was sent."""
    if not typed.keys() & request.args.keys():
        return {}
    words = {"number": _("수료증 번호를 적어 주세요."), "code": _("확인 코드를 적어 주세요.")}
    return {name: words[name] for name, value in typed.items() if not value}


def _revoke_page(certificate: Certificate, errors: dict[str, str]) -> str:
    _log_look(certificate)
    return render_template(
        "certificates/revoke.html",
        certificate=certificate,
        content=Content.read(certificate.content),
        code=grouped(certificate.code),
        errors=errors,
        alone=limit("revoke-alone"),
        reason=request.form.get("reason", ""),
        longest=certificates.LONGEST_REASON,
        back=_back(),
    )


def _log_look(certificate: Certificate) -> None:
    access_log.look(
        me(),
        [certificate.person_id],
        tenant=here(),
        task=N_("수료증 보기"),
        purpose=certificate.number,
        fields=[N_("이름"), N_("생년월일"), N_("학습이력")],
        address=request.remote_addr,
        request_id=g.request_id,
    )


def _back() -> str:
    """Where in the console the reader came from."""
    path = request.args.get("back", "")
    return path if path.startswith("/console/") and path.replace("/", "").replace("-", "").isalnum() else "/console"

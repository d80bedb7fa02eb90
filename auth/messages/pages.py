"""What was written to me; and for a city's staff the words of its messages, and what became of them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from auth.messages import letters, outbox, texts
from auth.messages import service as messages
from auth.messages.kinds import Kind, Text, declared
from auth.messages.words import CHANNELS, GIVEN_UP, PROBLEMS, STATES
from auth.people import service as people
from maru.access import signed_in, staff
from maru.dispatch import here, me, settings
from maru.errors import N_, Invalid
from maru.problems import say
from maru.web import notices
from maru.web.mount import language

blueprint = Blueprint("messages", __name__, template_folder="templates")
WORDS = {"kinds": declared, "states": STATES, "channels": CHANNELS, "problems": PROBLEMS, "given_up": GIVEN_UP}
REACHED = {
    ("email", "email"): N_("앞으로 이메일로 보내 드리겠습니다."),
    ("sms", "sms"): N_("앞으로 짧은 소식은 문자로 보내 드리겠습니다."),
    ("sms", "email"): N_("휴대전화 번호가 아직 없어 그때까지는 이메일로 보내 드립니다."),
    ("email", "sms"): N_("이메일 주소가 아직 없어 그때까지는 문자로 보내 드립니다."),
    ("email", ""): N_("이메일 주소가 아직 없어 보내 드릴 수 없습니다. 안내는 이 쪽에서 언제든지 보실 수 있습니다."),
    ("sms", ""): N_("휴대전화 번호가 아직 없어 보내 드릴 수 없습니다. 안내는 이 쪽에서 언제든지 보실 수 있습니다."),
}
"""What somebody who chose a way is told, by the way in which they are reached."""


@blueprint.get("/my/messages")
@signed_in()
def mine() -> str:
    """Everything that was written to me, whichever city wrote it."""
    written = messages.mine(me())
    account = f"{settings().oidc_issuer}/account" if "/realms/" in settings().oidc_issuer else ""
    return render_template(
        "messages/mine.html",
        written=written,
        writers={tenant: _writer(tenant) for tenant in {one.tenant_id for one in written}},
        person=people.get(me()),
        channel=messages.channel(me()),
        account=account,
        **WORDS,
    )


@blueprint.get("/my/messages/<uuid:message_id>")
@signed_in()
def one(message_id: UUID) -> str:
    found = messages.get(message_id)
    return render_template("messages/message.html", message=found, writer=_writer(found.tenant_id), **WORDS)


@blueprint.post("/my/messages/channel")
@signed_in()
def choose() -> Response:
    """How I want to be written to."""
    chosen = request.form.get("channel", "")
    messages.choose(me(), chosen)
    way = messages.way_to(me())
    notices.leave(_("받는 방법을 바꾸었습니다."), _(REACHED[chosen, way]))
    return redirect("/my/messages", 303)


@blueprint.get("/console/messages")
@staff("messages:read")
def kinds() -> str:
    """Every kind of message, and which the city says in its own words."""
    return render_template("messages/kinds.html", own=texts.own(here()), languages=texts.LANGUAGES, **WORDS)


@blueprint.get("/console/messages/kinds/<kind>/<language>")
@staff("messages:write")
def text(kind: str, language: str) -> str:
    """The words of one kind in one language."""
    found = texts.kind_of(kind, language)
    return _text_page(found, language, letters.text_of(found, here(), language), {})


@blueprint.post("/console/messages/kinds/<kind>/<language>")
@staff("messages:write")
def change_text(kind: str, language: str) -> Response | str | tuple[str, int]:
    """Look at the words with sample facts, keep them, or go back to those that Maru came with."""
    found = texts.kind_of(kind, language)
    wanted = request.form.get("do", "save")
    if wanted == "reset":
        texts.reset(found, here(), language)
        notices.leave(_("처음 문구로 되돌렸습니다."))
        return redirect(request.path, 303)
    entered = Text(*(request.form.get(part, "").replace("\r\n", "\n").strip() for part in ("subject", "body", "sms")))
    try:
        if wanted == "preview":
            texts.check(found, entered)
            return _text_page(found, language, entered, {})
        texts.save(found, here(), language, entered, me())
    except Invalid as invalid:
        errors = {part: say(words, invalid.values) for part, words in invalid.errors.items()}
        return _text_page(found, language, entered, errors), 422
    notices.leave(_("문구를 저장했습니다. 이제부터 보내는 안내에 쓰입니다."))
    return redirect(request.path, 303)


def _writer(tenant: UUID | None) -> str:
    """In whose name something was written."""
    return letters.head_of(tenant, language(), settings()).name


def _text_page(kind: Kind, language: str, said: Text, errors: dict[str, str]) -> str:
    head = letters.head_of(here(), language, settings())
    return render_template(
        "messages/text.html",
        kind=kind,
        spoken=language,
        entered=said,
        errors=errors,
        changed=(kind.name, language) in texts.own(here()),
        preview=None if errors else texts.preview(kind, said, head, language),
        longest=texts.LONGEST,
    )


@blueprint.get("/console/messages/outbox")
@staff("messages:read")
def sent() -> str:
    """What was written in the name of the city, and what became of it; the look is written to the access log."""
    troubled = request.args.get("show") == "troubles"
    lines, following = outbox.lines(here(), troubled=troubled, cursor=request.args.get("after"))
    _log_look(lines)
    return render_template(
        "messages/outbox.html",
        lines=lines,
        next=following,
        troubled=troubled,
        troubles=outbox.count_troubles(here()),
        **WORDS,
    )


@blueprint.get("/console/messages/outbox/<uuid:message_id>")
@staff("messages:read")
def sent_one(message_id: UUID) -> str:
    """One message as it was sent, for somebody who asks about it."""
    line = outbox.line(message_id)
    _log_look([line])
    return render_template("messages/sent.html", line=line, **WORDS)


@blueprint.post("/console/messages/outbox/<uuid:message_id>/resend")
@staff("messages:send")
def resend(message_id: UUID) -> Response:
    """Send it once more."""
    outbox.send_again(message_id)
    notices.leave(_("다시 보냅니다."), _("잠시 뒤에 이 쪽에서 어떻게 되었는지 보실 수 있습니다."))
    return redirect(f"/console/messages/outbox/{message_id}", 303)


def _log_look(lines: list[Any]) -> None:
    access_log.look(
        me(),
        {line.message.person_id for line in lines if line.name},
        tenant=here(),
        task=N_("보낸 안내 보기"),
        purpose="",
        fields=[N_("이름"), N_("받은 안내")],
        address=request.remote_addr,
        request_id=g.request_id,
    )

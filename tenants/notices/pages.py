"""Notices, strips and banners: what everybody reads, and where staff write it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from maru import seen
from maru.access import everyone, staff
from maru.dispatch import here, me, settings
from maru.errors import Invalid
from maru.limits import limit
from maru.problems import say
from maru.storage import Storage
from maru.web import notices as said
from tenants.announcements import service as announcements
from tenants.notices import closed, files, form
from tenants.notices import service as notices
from tenants.notices.models import Banner, Notice, NoticeFile

blueprint = Blueprint("notices", __name__, template_folder="templates")
LISTED = 100
NOTICE = ("title", "body", "published_at", "ends_at", "pinned", "strip")
BANNER = ("title", "body", "published_at", "ends_at", "link", "drawing", "position")
"""What a form of each changes."""
Saved = Sequence[tuple[str, str]]


@blueprint.get("/notices")
@everyone("city")
def public_list() -> str:
    shared = announcements.shown_in(here(), LISTED)
    return render_template("notices/notices.html", news=notices.published(here(), LISTED), shared=shared)


@blueprint.get("/notices/<uuid:notice_id>")
@everyone("city")
def public_one(notice_id: UUID) -> str:
    found = notices.one_published(here(), notice_id)
    return render_template("notices/notice.html", notice=found, files=files.of(here(), notice_id))


@blueprint.get("/notices/<uuid:notice_id>/files/<uuid:file_id>")
@everyone("city")
def public_file(notice_id: UUID, file_id: UUID) -> Response:
    """A file of a notice that is shown, to be saved from the object store: never opened as a page of this site."""
    notices.one_published(here(), notice_id)
    return redirect(files.address(here(), notice_id, file_id, _storage()))


@blueprint.post("/notices/<uuid:notice_id>/close")
@everyone("city")
def close_strip(notice_id: UUID) -> Response:
    """This browser's front page shows the strip no more; the notice itself stays in the list."""
    notices.one_published(here(), notice_id)
    answer = redirect("/", 303)
    closed.close(request, answer, settings(), notice_id)
    return answer


@blueprint.get("/console/notices")
@staff("console:enter")
def written() -> str:
    """Everything that was written, and where it stands."""
    rows = notices.written(Notice, here())
    return render_template("notices/written.html", kind="notices", rows=rows, now=datetime.now(UTC))


@blueprint.get("/console/notices/new")
@staff("notices:write")
def new_notice() -> str:
    return _notice_form(None, form.entered(None), {})


@blueprint.post("/console/notices/new")
@staff("notices:write", uploads=True)
def add_notice() -> Response | tuple[str, int]:
    return _write_notice(None)


@blueprint.get("/console/notices/<uuid:notice_id>")
@staff("notices:write")
def notice(notice_id: UUID) -> str:
    held = notices.get(Notice, here(), notice_id)
    return _notice_form(held, form.entered(held), {})


@blueprint.post("/console/notices/<uuid:notice_id>")
@staff("notices:write", uploads=True)
def change_notice(notice_id: UUID) -> Response | tuple[str, int]:
    held = notices.get(Notice, here(), notice_id, hold=True)
    if seen.outdated(held, NOTICE, request.form.get("seen", "")):
        again = _("파일을 다시 골라 주세요.") if request.files.getlist("files") else ""
        return _notice_form(held, request.form, {}, again, _saved(held)), 409
    return _write_notice(held)


@blueprint.get("/console/notices/<uuid:notice_id>/delete")
@staff("notices:write")
def ask_delete_notice(notice_id: UUID) -> str:
    return render_template("notices/delete.html", kind="notices", row=notices.get(Notice, here(), notice_id))


@blueprint.post("/console/notices/<uuid:notice_id>/delete")
@staff("notices:write")
def delete_notice(notice_id: UUID) -> Response:
    files.take_off(here(), notice_id, _storage())
    notices.remove(Notice, here(), notice_id)
    said.leave(_("소식을 지웠습니다."))
    return redirect("/console/notices", 303)


@blueprint.get("/console/banners")
@staff("console:enter")
def written_banners() -> str:
    """The banners of the front page, and where each stands."""
    rows = notices.written(Banner, here())
    return render_template("notices/written.html", kind="banners", rows=rows, now=datetime.now(UTC))


@blueprint.get("/console/banners/new")
@staff("notices:write")
def new_banner() -> str:
    return _banner_form(None, form.entered(None), {})


@blueprint.post("/console/banners/new")
@staff("notices:write")
def add_banner() -> Response | tuple[str, int]:
    return _write_banner(None)


@blueprint.get("/console/banners/<uuid:banner_id>")
@staff("notices:write")
def banner(banner_id: UUID) -> str:
    held = notices.get(Banner, here(), banner_id)
    return _banner_form(held, form.entered(held), {})


@blueprint.post("/console/banners/<uuid:banner_id>")
@staff("notices:write")
def change_banner(banner_id: UUID) -> Response | tuple[str, int]:
    held = notices.get(Banner, here(), banner_id, hold=True)
    if seen.outdated(held, BANNER, request.form.get("seen", "")):
        return _banner_form(held, request.form, {}, _saved(held)), 409
    return _write_banner(held)


@blueprint.get("/console/banners/<uuid:banner_id>/delete")
@staff("notices:write")
def ask_delete_banner(banner_id: UUID) -> str:
    return render_template("notices/delete.html", kind="banners", row=notices.get(Banner, here(), banner_id))


@blueprint.post("/console/banners/<uuid:banner_id>/delete")
@staff("notices:write")
def delete_banner(banner_id: UUID) -> Response:
    notices.remove(Banner, here(), banner_id)
    said.leave(_("배너를 지웠습니다."))
    return redirect("/console/banners", 303)


def _write_notice(held: Notice | None) -> Response | tuple[str, int]:
    values, errors = form.read_notice(request.form, held)
    dropped = {one.id for one in _files_of(held) if str(one.id) in request.form.getlist("drop")}
    sent = [files.Sent.read(one.filename or "", one.read()) for one in request.files.getlist("files") if one.filename]
    try:
        files.check(sent, len(_files_of(held)) - len(dropped))
    except Invalid as invalid:
        return _notice_form(held, request.form, errors, say(invalid.detail, invalid.values)), 422
    if errors:
        return _notice_form(held, request.form, errors, _("파일을 다시 골라 주세요.") if sent else ""), 422
    row = notices.write(Notice, here(), held.id if held else None, values, me())
    files.take_off(here(), row.id, _storage(), dropped)
    files.add(row, sent, me(), _storage())
    _say(row)
    return redirect("/console/notices", 303)


def _write_banner(held: Banner | None) -> Response | tuple[str, int]:
    values, errors = form.read_banner(request.form, held)
    if errors:
        return _banner_form(held, request.form, errors), 422
    row = notices.write(Banner, here(), held.id if held else None, values, me())
    _say(row)
    return redirect("/console/banners", 303)


def _say(row: Notice | Banner) -> None:
    match row.standing(datetime.now(UTC)):
        case "draft":
            said.leave(_("초안으로 저장했습니다."), _("아직 누구에게도 보이지 않습니다."))
        case "planned":
            said.leave(_("저장했습니다."), _("정하신 때에 저절로 올라갑니다."))
        case "over":
            said.leave(_("저장했습니다."), _("내리는 날이 지나 누리집에는 보이지 않습니다."), "soon")
        case _:
            said.leave(_("누리집에 올렸습니다."))


def _saved(held: Notice | Banner) -> Saved:
    """What a colleague has saved, for who was about to overwrite it."""
    return [(_("제목"), held.title), (_("내용"), held.body)]


def _notice_form(
    held: Notice | None, entered: Any, errors: dict[str, str], of_files: str = "", saved: Saved = ()
) -> str:
    shown = {name: _(sentence) for name, sentence in errors.items()} | ({"files": of_files} if of_files else {})
    return render_template(
        "notices/form.html",
        kind="notices",
        row=held,
        entered=entered,
        errors=shown,
        now=datetime.now(UTC),
        files=_files_of(held),
        accept=",".join(f".{kind}" for kind in files.KINDS),
        most=limit("notice-files"),
        megabytes=limit("notice-file-megabytes"),
        saved=saved,
        seen=seen.mark_of(held, NOTICE) if held else "",
    )


def _files_of(held: Notice | None) -> Sequence[NoticeFile]:
    return files.of(here(), held.id) if held else []


def _storage() -> Storage:
    storage: Storage = current_app.extensions["maru-storage"]
    return storage


def _banner_form(held: Banner | None, entered: Any, errors: dict[str, str], saved: Saved = ()) -> str:
    shown = {name: _(sentence) for name, sentence in errors.items()}
    drawings = [(key, _(words)) for key, words in form.DRAWINGS.items()]
    return render_template(
        "notices/form.html",
        kind="banners",
        row=held,
        entered=entered,
        errors=shown,
        drawings=drawings,
        saved=saved,
        seen=seen.mark_of(held, BANNER) if held else "",
    )

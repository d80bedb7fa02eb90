"""An item's video and captions in the province's console: uploading, replacing, looking at how far the video is."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from contentlib.items import service as library
from contentlib.media import captions as webvtt
from contentlib.media import playback
from contentlib.media import service as media
from contentlib.media.caption_findings import CaptionsRefused
from contentlib.media.words import LANGUAGES
from maru import security
from maru.access import province
from maru.dispatch import me
from maru.errors import N_, Invalid, NotFound
from maru.storage import Storage
from maru.web import notices

blueprint = Blueprint("uploads", __name__, template_folder="templates", url_prefix="/province/library/<uuid:item_id>")
MOST_LETTERS = 200


@blueprint.post("/video")
@province("library:write")
def begin(item_id: UUID) -> ResponseReturnValue:
    """Begin an upload, or go on with the same file: what script needs to send its parts (static/js/upload.js)."""
    library.open_to_changes(library.hold(item_id))
    name = request.form.get("filename", "")[:MOST_LETTERS] or _("영상")
    mark = f"{name} {request.form.get('modified', '')}"[:MOST_LETTERS]
    video, arrived = media.begin(item_id, name, _whole(request.form.get("bytes")), mark, me(), _storage())
    here = f"{url_for('library.item', item_id=item_id)}/video/{video.id}"
    ways = {f"{way}_url": f"{here}/{way}" for way in ("parts", "finish", "cancel")}
    return jsonify(part_bytes=video.part_bytes, done=arrived, **ways)


@blueprint.get("/video/<uuid:video_id>/parts")
@province("library:write")
def parts(item_id: UUID, video_id: UUID) -> ResponseReturnValue:
    """Signed addresses for the parts of these numbers."""
    numbers = [_whole(written) for written in request.args.get("numbers", "").split(",")]
    found = media.addresses(media.hold_video(item_id, video_id), numbers, _storage())
    return jsonify(urls={str(number): address for number, address in found.items()})


@blueprint.post("/video/<uuid:video_id>/finish")
@province("library:write")
def finish(item_id: UUID, video_id: UUID) -> ResponseReturnValue:
    """All parts are there: the worker makes of them what players read."""
    media.finish(media.hold_video(item_id, video_id), _storage())
    return jsonify(next=url_for("library.item", item_id=item_id))


@blueprint.post("/video/<uuid:video_id>/cancel")
@province("library:write")
def cancel(item_id: UUID, video_id: UUID) -> ResponseReturnValue:
    """Give an upload up, or take the video away."""
    library.open_to_changes(library.hold(item_id))
    media.drop(media.hold_video(item_id, video_id), _storage())
    if request.accept_mimetypes.best == "application/json":
        return jsonify()
    return redirect(url_for("library.item", item_id=item_id), 303)


@blueprint.post("/video/<uuid:video_id>/again")
@province("library:write")
def again(item_id: UUID, video_id: UUID) -> ResponseReturnValue:
    """Try once more to make the video ready."""
    media.again(media.hold_video(item_id, video_id))
    return redirect(url_for("library.item", item_id=item_id), 303)


@blueprint.get("/video/<uuid:video_id>/master.m3u8")
@province("library:read")
def master(item_id: UUID, video_id: UUID) -> Response:
    """What a player of the preview reads first."""
    return Response(playback.master(media.video(item_id, video_id)), mimetype=playback.PLAYLIST)


@blueprint.get("/video/<uuid:video_id>/<name>.m3u8")
@province("library:read")
def variant(item_id: UUID, video_id: UUID, name: str) -> Response:
    """One size of the preview."""
    return Response(playback.variant(media.video(item_id, video_id), name, _storage()), mimetype=playback.PLAYLIST)


@blueprint.get("/video/<uuid:video_id>/poster.jpg")
@province("library:read")
def poster(item_id: UUID, video_id: UUID) -> ResponseReturnValue:
    return redirect(playback.poster(media.video(item_id, video_id), _storage()))


@blueprint.get("/preview")
@province("library:read")
def preview(item_id: UUID) -> str:
    """The item's video as it would be played, with its captions, before anybody else sees it."""
    found = library.get(item_id)
    video, captions = library.parts(found)
    if video is None or video.state != "ready":
        raise NotFound(N_("아직 볼 수 있는 영상이 없습니다."))
    security.allow_store(_storage().origin)
    here = url_for("library.item", item_id=item_id)
    played = {
        "master": f"{here}/video/{video.id}/master.m3u8",
        "poster": f"{here}/video/{video.id}/poster.jpg",
        "seconds": video.seconds,
        "captions": [
            {
                "language": one.language,
                "label": _(LANGUAGES[one.language]),
                "url": f"{here}/captions/{one.id}.vtt",
                "cues": webvtt.read(one.text.encode()).cues,
            }
            for one in captions
        ],
        "watched": [],
        "share": 0,
        "completed": False,
        "resume_at": 0,
        "progress_url": "",
        "mark": "",
    }
    return render_template("uploads/preview.html", item=found, playback=played)


@blueprint.get("/captions")
@province("library:write")
def ask_captions(item_id: UUID) -> str:
    library.open_to_changes(library.get(item_id))
    return _captions_page(item_id, {})


@blueprint.post("/captions")
@province("library:write", uploads=True)
def put_captions(item_id: UUID) -> ResponseReturnValue:
    """Check captions and keep them; what is wrong is said line by line."""
    library.open_to_changes(library.hold(item_id))
    language, file = request.form.get("language", ""), request.files.get("file")
    if language not in LANGUAGES:
        return _captions_page(item_id, {"language": _("어느 말의 자막인지 골라 주세요.")}), 422
    if file is None or not file.filename:
        return _captions_page(item_id, {"file": _("자막 파일을 골라 주세요.")}), 422
    try:
        kept = media.put_captions(item_id, language, file.stream.read(), me())
    except CaptionsRefused as refused:
        words = _("자막 파일에 고칠 곳이 있습니다. 아래를 보고 고쳐서 다시 올려 주세요.")
        return _captions_page(item_id, {"file": words}, refused.findings), 422
    notices.leave(ngettext("자막 글 %(num)s개를 넣었습니다.", "자막 글 %(num)s개를 넣었습니다.", kept.cues))
    return redirect(url_for("library.item", item_id=item_id) + "#captions", 303)


@blueprint.post("/captions/<uuid:caption_id>/drop")
@province("library:write")
def drop_captions(item_id: UUID, caption_id: UUID) -> ResponseReturnValue:
    """Take captions away."""
    library.open_to_changes(library.hold(item_id))
    media.drop_captions(media.caption(item_id, caption_id))
    return redirect(url_for("library.item", item_id=item_id) + "#captions", 303)


@blueprint.get("/captions/<uuid:caption_id>.vtt")
@province("library:read")
def captions_file(item_id: UUID, caption_id: UUID) -> Response:
    """Captions as players read them."""
    return Response(media.caption(item_id, caption_id).text, mimetype="text/vtt")


def _captions_page(item_id: UUID, errors: dict[str, str], findings: Any = ()) -> str:
    return render_template(
        "uploads/captions.html",
        item=library.get(item_id),
        languages=LANGUAGES,
        chosen=request.form.get("language", "ko"),
        errors=errors,
        findings=findings,
    )


def _whole(written: Any) -> int:
    try:
        return int(written)
    except (TypeError, ValueError) as error:
        raise Invalid(N_("보내신 내용을 읽지 못했습니다. 앞 화면에서 다시 해 주세요.")) from error


def _storage() -> Storage:
    storage: Storage = current_app.extensions["maru-storage"]
    return storage

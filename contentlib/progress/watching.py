"""Everything that a player needs of an item in the city of the request, for its page and for programs."""

import hashlib
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from contentlib.media.words import LANGUAGES
from contentlib.progress import service as progress


def playback(item_id: UUID, languages: list[str], person: UUID | None) -> dict[str, Any]:
    """Addresses of playlists, still and captions, and how far the person is; NotFound where it is not shown."""
    video = progress.playing(item_id)
    if person:
        progress.begin(item_id)
    far = progress.of(person, item_id, video.seconds or 1)
    here = f"/items/{item_id}"
    return {
        "master": f"{here}/master.m3u8",
        "poster": f"{here}/poster.jpg",
        "seconds": far.seconds,
        "captions": [
            {
                "language": language,
                "label": _(LANGUAGES[language]),
                "url": f"{here}/{language}.vtt",
            }
            for language in sorted(languages, key=list(LANGUAGES).index)
        ],
        "needed": progress.needed(),
        "watched": [list(part) for part in far.intervals],
        "share": far.share,
        "completed": far.completed,
        "kept": progress.kept(person, item_id) if person else True,
        "resume_at": far.resume_at,
        "progress_url": f"/api/v1{here}/progress" if person else "",
        "mark": hashlib.sha256(f"{item_id} {person}".encode()).hexdigest()[:32],
    }

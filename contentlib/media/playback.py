"""What a player reads of a video: playlists of ours that name the media by signed addresses which end by themselves."""

from datetime import timedelta

from contentlib.media import playlists
from contentlib.media.models import Video
from contentlib.media.playlists import Rendition
from maru.errors import N_, NotFound
from maru.storage import Storage

LASTS = timedelta(hours=1)
"""Of one address; the player asks again when it has ended."""
PLAYLIST = "application/vnd.apple.mpegurl"


def master(video: Video) -> str:
    """The playlist from which a player chooses; the playlists of the sizes stand beside it."""
    return playlists.master(_renditions(video), lambda one: f"{one.name}.m3u8")


def variant(video: Video, name: str, storage: Storage) -> str:
    """The playlist of one size, with the address of its media; NotFound."""
    for one in _renditions(video):
        if one.name == name:
            return playlists.variant(one.playlist, storage.url(_beside(video, one.media), LASTS, "video/mp4"))
    raise NotFound(N_("찾으시는 영상이 없습니다."))


def poster(video: Video, storage: Storage) -> str:
    """Signed address of the still."""
    made = video.made or {}
    if "poster" not in made:
        raise NotFound(N_("찾으시는 영상이 없습니다."))
    return storage.url(_beside(video, made["poster"]), LASTS, "image/jpeg")


def _renditions(video: Video) -> list[Rendition]:
    return [Rendition(**one) for one in (video.made or {}).get("renditions", ())]


def _beside(video: Video, name: str) -> str:
    return f"library/{video.item_id}/{video.id}/{name}"

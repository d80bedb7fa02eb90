"""Items of the library with a film that nobody made: enough for everything but playing it."""

from uuid import UUID

from contentlib.adoptions import service as adoptions
from contentlib.items import service as library
from contentlib.items.models import Item
from contentlib.media.models import Caption, Video
from maru.db import Database, Scope, session

CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\n안녕하세요\n"
SIZE = {"name": "480p", "width": 854, "height": 480, "bandwidth": 1, "codecs": "avc1.64", "media": "480p.mp4"}
MADE = {"poster": "poster.jpg", "renditions": [{**SIZE, "playlist": "#EXTM3U\n"}]}
WORDS = {
    "title": "견본", "summary": "견본", "category": "05", "level": "first", "licence": "own", "licence_source": "경기도",
}  # fmt: skip


def give_film(item: UUID, by: UUID, seconds: int) -> UUID:
    """Give an item a film that seems ready, and Korean captions; the id of the film."""
    of_item = {"item_id": item, "uploaded_by": by}
    video = Video(**of_item, filename="film.mp4", bytes=1, fingerprint="", state="ready", seconds=seconds, made=MADE)
    session().add_all([video, Caption(**of_item, language="ko", text=CAPTIONS, cues=1)])
    session().flush()
    return video.id


def published(database: Database, by: UUID, *tenants: UUID, seconds: int = 600) -> UUID:
    """A published item that these cities have adopted."""
    with database.transaction(Scope.PROVINCE):
        item = Item(**WORDS, created_by=by)
        session().add(item)
        session().flush()
        give_film(item.id, by, seconds)
        made = library.publish(item, by).item_id
    for tenant in tenants:
        with database.transaction(Scope.JOB, tenant=tenant):
            adoptions.adopt(tenant, made, by)
    return made

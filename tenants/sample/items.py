"""A playable item of the shared library, made here and now, for development and tests."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import sqlalchemy as sa

from contentlib.adoptions import service as adoptions
from contentlib.items import service as library
from contentlib.media import ffmpeg
from contentlib.media import service as media
from maru import jobs
from maru.config import Config
from maru.db import Database, Scope, session
from maru.jobs import Tools
from maru.storage import connect
from maru.tenancy import Tenant
from tenants.sample.making import make_people

WORDS = {
    "title": "숲에서 듣는 소리",
    "summary": "짧은 영상으로 숲의 소리를 듣습니다.",
    "description": "눈을 감고 들으셔도 됩니다. 자막이 무엇이 들리는지 알려 드립니다.",
    "category": "05",
    "level": "first",
    "licence": "own",
    "licence_source": "경기도",
    "licence_ends_on": None,
    "captions_exception": "",
}
CUE_SECONDS = 5


def make_item(config: Config, database: Database, seconds: int) -> UUID:
    """A published item with captions, adopted by every live city; its video is ready when this returns."""
    storage = connect(config.s3)
    (by, _name), *_ = make_people(config.database_url, 1, home=None, consent=False)
    province = partial(database.transaction, Scope.PROVINCE)
    with TemporaryDirectory(prefix="maru-item-") as folder:
        film = Path(folder) / "film.mp4"
        ffmpeg.run(_drawing(seconds, film))
        with province():
            item = library.write(WORDS, by).id
            video = media.put(item, film, by, storage, later=False).id
    with jobs.having(Tools(config, storage, partial(database.transaction, Scope.JOB))):
        media.make_ladder(item, video)
    with province():
        media.put_captions(item, "ko", _captions(seconds), by)
        library.publish(library.hold(item), by)
        cities = session().scalars(sa.select(Tenant.id).where(Tenant.state == "live")).all()
    for city in cities:
        with database.transaction(Scope.JOB, tenant=city):
            adoptions.adopt(city, item, by)
    return item


def _drawing(seconds: int, film: Path) -> list[str]:
    return [
        *(
            "-loglevel",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            f"gradients=size=640x360:rate=15:speed=.02:duration={seconds}",
        ),
        *("-f", "lavfi", "-i", f"sine=frequency=330:duration={seconds}", "-c:v", "libx264", "-preset", "ultrafast"),
        *("-pix_fmt", "yuv420p", "-c:a", "aac", "-threads", "1", str(film)),
    ]


def _captions(seconds: int) -> bytes:
    starts = range(0, seconds, CUE_SECONDS)
    cues = [
        f"{_clock(start)} --> {_clock(min(start + CUE_SECONDS, seconds))}\n{number}. 숲의 소리가 들립니다.\n"
        for number, start in enumerate(starts, 1)
    ]
    return "\n".join(["WEBVTT\n", *cues]).encode()


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000"

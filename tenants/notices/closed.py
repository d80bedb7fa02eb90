"""Which strips a browser has closed: their ids in a cookie, the latest first, and nothing about the reader."""

from uuid import UUID

from flask import Request
from werkzeug.wrappers import Response

from maru import security
from maru.config import Config

COOKIE = "maru_closed"
LASTS = 90 * 24 * 3600
MOST = 20


def closed(request: Request, config: Config) -> frozenset[UUID]:
    """The strips that this browser has closed."""
    return frozenset(_ids(request, config))


def close(request: Request, response: Response, config: Config, notice: UUID) -> None:
    """Remember that this browser has closed one more."""
    known = [one for one in _ids(request, config) if one != notice]
    written = ".".join(one.hex for one in [notice, *known][:MOST])
    security.set_cookie(response, config, COOKIE, written, max_age=LASTS)


def _ids(request: Request, config: Config) -> list[UUID]:
    sent = request.cookies.get(security.cookie_name(config, COOKIE), "")
    try:
        return [UUID(hex=one) for one in sent.split(".")[:MOST] if one]
    except ValueError:
        return []

"""Style sheets, scripts and fonts: where they lie, under which address, and how long a browser may keep them.

Every address carries the hash of the content (`/static/css/maru.css?v=1a2b3c4d`), so a browser keeps it for a year and
a new version is a new address. A bundle is several files served as one: residents fetch one sheet, staff one more.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from gzip import compress
from pathlib import Path

from flask import Flask, Response, abort, request
from werkzeug.security import safe_join

from maru.recent import Recent

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor"
"""What `python -m maru.web.build` fetched; not in version control."""
FONTS = VENDOR / "paper"
"""Whole fonts for documents on paper: Pretendard GOV in the weights 400, 600 and 700."""
FONT_SHEET = "vendor/fonts.css"
BUNDLES = {
    "css/maru.css": (
        FONT_SHEET,
        *(
            f"css/{name}.css"
            for name in (
                "tokens", "base", "layout", "frame", "controls", "courses", "records", "drawings", "modes", "print",
            )
        ),
    ),
}  # fmt: skip
FOR_A_YEAR = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"
COMPRESSIBLE = ("text/", "application/json", "image/svg+xml")


@dataclass(frozen=True)
class Asset:
    """One file or bundle in memory; `gzipped` is None where compression gains nothing."""

    content: bytes
    gzipped: bytes | None
    media_type: str
    version: str


def asset_url(name: str) -> str:
    """`asset_url("css/maru.css")` -> `/static/css/maru.css?v=1a2b3c4d`; an unknown name is a FileNotFoundError."""
    return f"/static/{name}?v={load(name).version}"


def load(name: str) -> Asset:
    """The asset as it is on the disk now; read and compressed once for each state of its files."""
    paths = _files(name)
    return _read(name, tuple((path, path.stat().st_mtime_ns) for path in paths))


def mount(app: Flask) -> None:
    """Serve `/static/...` and hand `asset_url` to templates; they look at the disk once a second."""
    app.add_url_rule("/static/<path:filename>", "static", serve)
    recent: Recent[str] = Recent(seconds=1, most=100)
    app.add_template_global(lambda name: recent.get(name, lambda: asset_url(name)), "asset_url")


def serve(filename: str) -> Response:
    """The asset, for a year when the address names its version (fonts: their folder does), else for an hour."""
    try:
        asset = load(filename)
    except OSError:  # not there, or no name that a file can have
        abort(404)
    zipped = asset.gzipped is not None and "gzip" in request.accept_encodings.values()
    response = Response(asset.gzipped if zipped else asset.content, content_type=asset.media_type)
    known = request.args.get("v") == asset.version or filename.endswith(".woff2")
    response.headers["Cache-Control"] = FOR_A_YEAR if known else FOR_AN_HOUR
    response.headers["Vary"] = "Accept-Encoding"
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(asset.version)
    response.make_conditional(request)
    return response


def _files(name: str) -> list[Path]:
    """A bundle goes without the fonts' sheet as long as `python -m maru.web.build` has not fetched it."""
    if name in BUNDLES:
        return [path for part in BUNDLES[name] if (path := STATIC / part).is_file() or part != FONT_SHEET]
    inside = safe_join(str(STATIC), name)
    if inside is None or not Path(inside).is_file():
        raise FileNotFoundError(name)
    return [Path(inside)]


@lru_cache(maxsize=512)
def _read(name: str, files: tuple[tuple[Path, int], ...]) -> Asset:
    content = b"".join(path.read_bytes() for path, _ in files)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = media_type.startswith(COMPRESSIBLE)
    return Asset(
        content=content,
        gzipped=compress(content, mtime=0) if text else None,
        media_type=f"{media_type}; charset=utf-8" if text else media_type,
        version=hashlib.sha256(content).hexdigest()[:8],
    )

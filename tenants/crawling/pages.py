"""robots.txt and the sitemap of each house."""

from collections.abc import Iterable
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response

from maru.access import everyone
from maru.dispatch import caller, settings
from maru.errors import N_, NotFound
from tenants.crawling import service as crawling

blueprint = Blueprint("crawling", __name__)
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NOBODYS = ("/api/", "/applications/", "/auth/", "/console", "/my", "/province")
"""Pages of persons and of offices, and what is for programs."""
HEADERS = {"Cache-Control": "public, max-age=3600"}


@blueprint.get("/robots.txt")
@everyone()
def robots() -> Response:
    """What may be read by machines, and where the sitemap is."""
    closed = "".join(f"Disallow: {path}\n" for path in NOBODYS)
    words = f"User-agent: *\n{closed}\nSitemap: {_origin()}/sitemap.xml\n"
    return Response(words, content_type="text/plain; charset=utf-8", headers=HEADERS)


@blueprint.get("/sitemap.xml")
@everyone()
def index() -> Response:
    """The files of this house's addresses."""
    parts = crawling.parts(caller().tenant_id)
    return _xml("sitemapindex", "sitemap", ((f"/sitemap-{one.number}.xml", one.changed) for one in parts))


@blueprint.get("/sitemap-<int:part>.xml")
@everyone()
def addresses(part: int) -> Response:
    """One of them."""
    places = crawling.places(caller().tenant_id, part) if part < 1000 else ()
    if not places:
        raise NotFound(N_("찾으시는 쪽이 이 누리집에는 없습니다."))
    return _xml("urlset", "url", places)


def _xml(name: str, each: str, places: Iterable[tuple[str, datetime | None]]) -> Response:
    root = Element(name, xmlns=NAMESPACE)
    for path, changed in places:
        entry = SubElement(root, each)
        SubElement(entry, "loc").text = f"{_origin()}{path}"
        if changed:
            SubElement(entry, "lastmod").text = changed.astimezone(UTC).isoformat(timespec="seconds")
    written = tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(written, content_type="application/xml; charset=utf-8", headers=HEADERS)


def _origin() -> str:
    return settings().origin(caller().slug)

"""Pages of every house that are not about courses: colours, help, and what the law asks to be told."""

from flask import Blueprint, Response, current_app, g, render_template, request
from flask_babel import gettext as _

from maru.access import everyone
from maru.dispatch import caller, here
from maru.errors import N_, NotFound
from maru.web.mount import language
from tenants.faqs import service as faqs
from tenants.sites import logos, markup
from tenants.sites import service as sites
from tenants.sites.faces import LOGOS

blueprint = Blueprint("sites", __name__, template_folder="templates")
blueprint.add_app_template_filter(markup.shown, "own_marks")
FOR_EVER = "public, max-age=31536000, immutable"
ONLY_A_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
MOST_FAQS = 10


@blueprint.get("/brand.css")
@everyone(even_closed=True)
def brand() -> Response:
    """The house's colours. Caches keep them under the address of their version, and not at all under another one's:
    a page may be newer than the process that is asked for its colours."""
    known = request.args.get("v") == g.brand_version
    kept = FOR_EVER if known and not g.get("previewing") else "private, no-store"
    return Response(g.brand_sheet, mimetype="text/css", headers={"Cache-Control": kept})


@blueprint.get(f"{LOGOS}/<name>")
@everyone("city", calls_out=True, even_closed=True)
def logo(name: str) -> Response:
    """A city's sign, as a picture and nothing else; its address carries what it is, so browsers keep it."""
    picture, kind = logos.read(here(), name, current_app.extensions["maru-storage"])
    return Response(
        picture, mimetype=kind, headers={"Cache-Control": FOR_EVER, "Content-Security-Policy": ONLY_A_PICTURE}
    )


@blueprint.get("/pages/<slug>")
@everyone("city")
def own_page(slug: str) -> str:
    """A page of the city's own."""
    page = g.site.content.page(slug)
    if page is None:
        raise NotFound(N_("찾으시는 쪽이 이 누리집에는 없습니다."))
    title = page.title_en if language() == "en" and page.title_en else page.title
    return render_template("sites/page.html", page=page, title=title)


@blueprint.get("/help")
@everyone()
def guide() -> str:
    """What is asked everywhere, and on a city's host what its own residents ask."""
    city = caller().tenant_id
    return render_template("sites/help.html", faqs=faqs.published(city)[:MOST_FAQS] if city else [])


@blueprint.get("/privacy")
@everyone()
def privacy() -> str:
    return _text("privacy", _("개인정보처리방침"))


@blueprint.get("/privacy/<int:version>")
@everyone("city")
def former_privacy(version: int) -> str:
    return _text("privacy", _("개인정보처리방침"), version)


@blueprint.get("/terms")
@everyone()
def terms() -> str:
    return _text("terms", _("이용약관"))


@blueprint.get("/terms/<int:version>")
@everyone("city")
def former_terms(version: int) -> str:
    return _text("terms", _("이용약관"), version)


def _text(kind: str, title: str, number: int | None = None) -> str:
    """The province's text and beside it the city's own, as it is or as it was from a former day on."""
    site = g.get("site")
    told = sites.texts(site.tenant_id, kind) if site else []
    former = next((text for text in told if text.number == number), None)
    if number is not None and former is None:
        raise NotFound(N_("찾으시는 글이 없습니다."))
    own = former.content if former else sites.own_text(site.content, kind) if site else {}
    return render_template(f"sites/{kind}.html", title=title, kind=kind, own=own, told=told, number=number)


@blueprint.get("/accessibility")
@everyone()
def accessibility() -> str:
    return render_template("sites/accessibility.html", title=_("접근성 안내"))

"""Pages of every house that are not about courses: colours, help, and what the law asks to be told."""

from flask import Blueprint, Response, g, render_template
from flask_babel import gettext as _

from maru.access import everyone

blueprint = Blueprint("sites", __name__, template_folder="templates")


@blueprint.get("/brand.css")
@everyone(even_closed=True)
def brand() -> Response:
    """The house's colours; its address carries the version, so browsers keep it."""
    return Response(
        g.brand_sheet, mimetype="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )


@blueprint.get("/help")
@everyone()
def guide() -> str:
    return render_template("sites/help.html")


@blueprint.get("/privacy")
@everyone()
def privacy() -> str:
    return render_template("sites/privacy.html", title=_("개인정보처리방침"))


@blueprint.get("/terms")
@everyone()
def terms() -> str:
    return render_template("sites/terms.html", title=_("이용약관"))


@blueprint.get("/accessibility")
@everyone()
def accessibility() -> str:
    return render_template("sites/accessibility.html", title=_("접근성 안내"))

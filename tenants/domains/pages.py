"""A city's own domains in its console: what to write into the DNS, and what was found there."""

from flask import Blueprint, Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from maru.access import staff
from maru.dispatch import here, me, settings
from maru.errors import Invalid
from maru.tenancy import get
from maru.web import notices
from tenants.domains import names
from tenants.domains import service as domains
from tenants.domains.words import FINDINGS, KINDS

blueprint = Blueprint("domains", __name__, template_folder="templates", url_prefix="/console/site/domains")
blueprint.add_app_template_filter(names.shown, "domain")
SECONDS_UNTIL_RETRY = 2


@blueprint.get("")
@staff("site:write")
def overview() -> Response:
    """All names; opens by itself again while one of them is being looked up."""
    return _page()


@blueprint.post("")
@staff("site:write")
def claim() -> AnyResponse:
    """Add a name; nothing is served until it is proven."""
    written = request.form.get("host", "")
    try:
        host = names.read(written, settings())
    except Invalid as problem:
        return _page({"host": _(problem.detail)}, written)
    domains.claim(here(), host, me())
    notices.leave(_("적어 두었습니다."), _("아래의 TXT 레코드를 도메인에 넣고 ‘확인하기’를 눌러 주세요."))
    return redirect("/console/site/domains", 303)


@blueprint.post("/<host>/check")
@staff("site:write")
def check(host: str) -> AnyResponse:
    """Have the record looked for."""
    domains.ask(here(), host)
    return redirect("/console/site/domains", 303)


@blueprint.get("/<host>/remove")
@staff("site:write")
def ask_remove(host: str) -> str:
    """What follows of serving a name no longer."""
    return render_template("domains/remove.html", claim=domains.get(here(), host))


@blueprint.post("/<host>/remove")
@staff("site:write")
def remove(host: str) -> AnyResponse:
    """Serve a name no longer."""
    domains.withdraw(here(), host)
    notices.leave(_("뺐습니다."), _("그 도메인으로는 누리집이 더 열리지 않습니다."))
    return redirect("/console/site/domains", 303)


def _page(errors: dict[str, str] | None = None, written: str = "") -> Response:
    found = domains.claims(here())
    page = render_template(
        "domains/domains.html",
        target=f"{get(here()).slug}.{settings().base_domain}",
        claims=[(one, *domains.record_of(one)) for one in found],
        findings=FINDINGS,
        kinds=KINDS,
        grace=domains.GRACE,
        errors=errors or {},
        written=written,
    )
    waiting = any(one.finding == "asked" for one in found) and not errors
    headers = {"Refresh": str(SECONDS_UNTIL_RETRY)} if waiting else {}
    return Response(page, 422 if errors else 200, headers)

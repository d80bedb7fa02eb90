"""Looking at a draft of the site on the real host, as residents will see it: for the city's staff, in their browser alone.

A cookie switches it on for half an hour. Every answer that shows a draft is private, because a person is signed in; the
style sheet, whose address caches keep for a year, is the draft's only under the address of the draft's colours.
"""

from flask import Response, g, request

from auth.roles.permissions import permits
from maru import security
from maru.config import Config
from maru.errors import N_, Refused
from maru.tenancy import Caller
from tenants.sites.faces import Faces, draft

COOKIE, LASTS = "maru_preview", 1800
SHEET = "/brand.css"
OUTSIDE = ("/console", "/api/", "/auth/", "/logos/")


def begin(response: Response, config: Config) -> None:
    """Show the draft to this browser from the next page on."""
    security.set_cookie(response, config, COOKIE, "1", max_age=LASTS)


def end(response: Response, config: Config) -> None:
    """Show it no more."""
    security.set_cookie(response, config, COOKIE, "", max_age=0)


def show(faces: Faces, caller: Caller, config: Config) -> None:
    """Put the draft in the place of the site, where this request of a member of staff asks for it."""
    asked = request.cookies.get(security.cookie_name(config, COOKIE)) == "1"
    if not asked or request.path.startswith(OUTSIDE) or not permits(caller.roles, "site:read"):
        return
    assert caller.tenant_id is not None
    face = draft(caller.tenant_id)
    if face is None or (request.path == SHEET and request.args.get("v") != faces.sheet(face)[1]):
        return
    g.site, g.previewing = face, True
    security.allow_own_frames()


def refuse_writes() -> None:
    """What a form does is real, also where the page around it is not: nobody applies by trying."""
    if g.get("previewing") and request.method not in security.SAFE_METHODS:
        raise Refused(
            N_("초안을 미리 보시는 동안에는 신청이나 취소를 하지 않습니다. 미리보기를 끝내고 다시 눌러 주세요.")
        )

"""Staff in the consoles of a city and of the province, the table of roles, and the page that accepts an invitation."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.roles import service as roles
from auth.roles.permissions import CITY_ROLES, OWN_CLASSES, PERMISSIONS, PROVINCE_ROLES, READERS, VISITOR, province_page
from auth.roles.words import DUTIES, PERMISSION_WORDS, ROLES
from auth.visits import service as visits
from maru import masking, tenancy
from maru.access import everyone, province, signed_in, staff
from maru.dispatch import caller, me
from maru.errors import Invalid
from maru.web import notices
from maru.web.mount import language

blueprint = Blueprint("roles", __name__, template_folder="templates")
blueprint.add_app_template_filter(masking.email, "masked_email")
CITY, PROVINCE = "/console/staff", "/province/staff"


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """The address of an invitation is the invitation: no page that follows is told of it."""
    if request.path.startswith("/invitations/"):
        response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return response


@blueprint.get("/console/roles")
@staff("console:enter")
def of_the_city() -> str:
    """Who in the city may do what."""
    return _table((*CITY_ROLES, VISITOR), caller().roles)


@blueprint.get("/province/roles")
@province("province:enter")
def of_the_province() -> str:
    """Who in the province may do what."""
    return _table(PROVINCE_ROLES, caller().province_roles)


@blueprint.get(CITY)
@staff("staff:manage")
def city_staff() -> str:
    return _staff(CITY, {}, {})


@blueprint.post(CITY)
@staff("staff:manage")
def invite_to_city() -> Response | tuple[str, int]:
    return _invite(CITY)


@blueprint.post(f"{CITY}/invitations/<uuid:invitation_id>/withdraw")
@staff("staff:manage")
def withdraw_of_city(invitation_id: UUID) -> Response:
    return _withdraw(CITY, invitation_id)


@blueprint.get(f"{CITY}/grants/<uuid:grant_id>/end")
@staff("staff:manage")
def ask_end_in_city(grant_id: UUID) -> str:
    return _ask_end(CITY, grant_id)


@blueprint.post(f"{CITY}/grants/<uuid:grant_id>/end")
@staff("staff:manage")
def end_in_city(grant_id: UUID) -> Response:
    return _end(CITY, grant_id)


@blueprint.get(PROVINCE)
@province("province-staff:manage")
def province_staff() -> str:
    return _staff(PROVINCE, {}, {})


@blueprint.post(PROVINCE)
@province("province-staff:manage")
def invite_to_province() -> Response | tuple[str, int]:
    return _invite(PROVINCE)


@blueprint.post(f"{PROVINCE}/invitations/<uuid:invitation_id>/withdraw")
@province("province-staff:manage")
def withdraw_of_province(invitation_id: UUID) -> Response:
    return _withdraw(PROVINCE, invitation_id)


@blueprint.get(f"{PROVINCE}/grants/<uuid:grant_id>/end")
@province("province-staff:manage")
def ask_end_in_province(grant_id: UUID) -> str:
    return _ask_end(PROVINCE, grant_id)


@blueprint.post(f"{PROVINCE}/grants/<uuid:grant_id>/end")
@province("province-staff:manage")
def end_in_province(grant_id: UUID) -> Response:
    return _end(PROVINCE, grant_id)


@blueprint.get("/province/grants")
@province("grants:read")
def every_grant() -> str:
    """Who has or had which role, in all cities and in the province, given and taken by whom."""
    whose, name = request.args.get("whose", "")[:40], request.args.get("q", "").strip()[:100]
    found, following = roles.every_grant(whose, name, request.args.get("after"))
    cities = {one.id: one.name_en if language() == "en" else one.name_ko for one in tenancy.every()}
    slugs = [(one.slug, cities[one.id]) for one in tenancy.every()]
    return render_template(
        "roles/grants.html",
        years=roles.kept_years(),
        held=found,
        next=following,
        asked={name: value for name, value in (("whose", whose), ("q", name)) if value},
        cities=cities,
        whose=[("", _("모두")), ("province", _("경기도")), *slugs],
        words=ROLES,
    )


@blueprint.get("/invitations/<token>")
@everyone(before_opening=True)
def invitation(token: str) -> str:
    """What is offered, by whom, and until when."""
    offered = roles.offered(token)
    why, then = roles.why_not(offered.standing)
    return render_template(
        "roles/invitation.html",
        offered=offered,
        role=_(ROLES[offered.role]),
        duty=_(DUTIES[offered.role]),
        why=_(why) if why else "",
        then=_(then) if then else "",
    )


@blueprint.post("/invitations/<token>")
@signed_in(before_opening=True)
def accept(token: str) -> Response:
    """Take the role; the console opens at once."""
    role = roles.accept(token, me())
    notices.leave(_("%(role)s 역할을 받았습니다.", role=_(ROLES[role])), _("이제 이 업무실에서 일하실 수 있습니다."))
    return redirect(province_page(caller().province_roles | {role}) if caller().portal else "/console", 303)


def _staff(here: str, values: dict[str, str], errors: dict[str, str]) -> str:
    city = caller().tenant_id
    held = roles.staff(city)
    return render_template(
        "roles/staff.html",
        years=roles.kept_years(),
        here=here,
        active=[one for one in held if one.grant.ended_at is None],
        ended=[one for one in held if one.grant.ended_at is not None],
        invitations=roles.invitations(city),
        visited=visits.of_city(city) if city else [],
        roles=PROVINCE_ROLES if caller().portal else CITY_ROLES,
        words=ROLES,
        duties=DUTIES,
        me=me(),
        values=values,
        errors=errors,
    )


def _invite(here: str) -> Response | tuple[str, int]:
    written = {name: request.form.get(name, "").strip() for name in ("role", "name", "email")}
    try:
        roles.invite(caller().tenant_id, written["role"], written["name"], written["email"], me())
    except Invalid as invalid:
        return _staff(here, written, {field: _(words) for field, words in invalid.errors.items()}), 422
    notices.leave(
        _("%(name)s 님을 초대했습니다.", name=written["name"]),
        _("%(email)s 주소로 곧 메일이 갑니다.", email=written["email"]),
    )
    return redirect(here, 303)


def _withdraw(here: str, invitation: UUID) -> Response:
    withdrawn = roles.withdraw(invitation, caller().tenant_id)
    notices.leave(_("%(name)s 님의 초대를 거두었습니다.", name=withdrawn.name), _("메일의 링크는 이제 쓸 수 없습니다."))
    return redirect(here, 303)


def _ask_end(here: str, grant: UUID) -> str:
    found = roles.held(grant, caller().tenant_id)
    return render_template("roles/end.html", here=here, held=found, role=_(ROLES[found.grant.role]), me=me())


def _end(here: str, grant: UUID) -> Response:
    ended = roles.end(grant, caller().tenant_id)
    notices.leave(_("%(name)s 님의 역할을 끝냈습니다.", name=ended.person.name))
    return redirect(here, 303)


def _table(roles: Sequence[str], mine: frozenset[str]) -> str:
    asked = [permission for permission, holders in PERMISSIONS.items() if holders & set(roles)]
    return render_template(
        "roles/roles.html",
        roles=[(_(ROLES[role]), role in mine) for role in roles],
        rows=[(_(PERMISSION_WORDS[one]), [_cell(role, one) for role in roles]) for one in asked],
        mine=[_(ROLES[role]) for role in roles if role in mine],
        readers=[_(ROLES[role]) for role in roles if role in READERS],
    )


def _cell(role: str, permission: str) -> str:
    """`all` of the city's classes, only their `own`, or none."""
    if role in PERMISSIONS[permission]:
        return "all"
    return "own" if role in OWN_CLASSES.get(permission, ()) else ""

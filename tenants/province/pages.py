"""Cities in the province's console: how they are, making one, moving one from state to state."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.messages.words import PROBLEMS as MAIL_PROBLEMS
from auth.people import service as people
from auth.roles import service as roles
from maru import tenancy
from maru.access import province
from maru.dispatch import me, settings
from maru.errors import N_, Invalid, NotFound
from maru.problems import say
from maru.tenancy import COMING, SERVED, Tenant
from maru.web import notices
from tenants.leaving import service as leaving
from tenants.province import mail, service, work
from tenants.province.health import health
from tenants.province.touched import touched
from tenants.province.words import ACTS, CONSEQUENCES, KINDS, PROBLEMS, TASKS, UNCHECKED
from tenants.sites import lifecycle, opening
from tenants.sites.lifecycle import STATES
from tenants.sites.opening import NewCity

blueprint = Blueprint("province", __name__, template_folder="templates")
PAGE = 60
FIELDS = ("name_ko", "name_en", "slug", "region", "reason", "admin_name", "admin_email")


@blueprint.get("/province")
@province("province:enter")
def cities() -> str:
    """Every city, what needs attention first."""
    left = work.undone()
    every = health(_hosts_end(), work.by_city(left))
    words, state = request.args.get("q", "").strip(), request.args.get("state", "")
    chosen = [one for one in every if _found(one.city, words) and state in ("", one.city.state)]
    page = max(1, request.args.get("page", 1, type=int))
    return render_template(
        "province/cities.html",
        lines=chosen[(page - 1) * PAGE : page * PAGE],
        total=len(chosen),
        following=page + 1 if len(chosen) > page * PAGE else None,
        every=every,
        undone=len(left),
        words=words,
        state=state,
        states=STATES,
        served=SERVED,
    )


@blueprint.get("/province/work")
@province("province:enter")
def undone() -> str:
    """Work that did not get done, of the cities and the province's own."""
    cities = {city.id: city for city in tenancy.every()}
    return render_template(
        "province/work.html", lines=work.undone(), cities=cities, tasks=TASKS, problems=PROBLEMS, days=work.FAILED_DAYS
    )


@blueprint.post("/province/work/<int:job>/again")
@province("cities:manage")
def again(job: int) -> Response:
    """Try a failed job once more."""
    work.try_again(job)
    notices.leave(_("다시 해 봅니다."), _("되면 이 목록에서 사라지고, 안 되면 다시 나옵니다."))
    return redirect("/province/work", 303)


@blueprint.get("/province/messages")
@province("province:enter")
def messages() -> str:
    """Whether the cities' messages reach anybody."""
    cities = {city.id: city for city in tenancy.every()}
    return render_template(
        "province/messages.html",
        lines=mail.tallies(),
        cities=cities,
        problems=MAIL_PROBLEMS,
        days=mail.DAYS,
        mails=bool(settings().mail_url),
    )


@blueprint.get("/province/cities/new")
@province("cities:manage")
def new() -> str:
    return _form(dict.fromkeys(FIELDS, ""), {})


@blueprint.post("/province/cities/new")
@province("cities:manage")
def create() -> Response | tuple[str, int]:
    """Make a city that is being prepared, and invite its first administrator."""
    given = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        new = NewCity(**{name: given[name] for name in NewCity.__dataclass_fields__})
        city = service.make_city(new, given["admin_name"], given["admin_email"], me())
    except Invalid as invalid:
        return _form(given, _sentences(invalid)), 422
    notices.leave(
        _("%(city)s 누리집을 만들었습니다.", city=city.name_ko),
        _(
            "%(name)s 님께 초대 메일을 보냅니다. 받으시면 업무실에서 누리집을 꾸미고 열 수 있습니다.",
            name=given["admin_name"],
        ),
    )
    return redirect(f"/province/cities/{city.slug}", 303)


@blueprint.get("/province/cities/<slug>")
@province("province:enter")
def city(slug: str) -> str:
    """One city: how it is, who runs it, and how it came to its state."""
    return _city(_named(slug), {}, {})


@blueprint.post("/province/cities/<slug>/admins")
@province("cities:manage")
def invite(slug: str) -> Response | tuple[str, int]:
    """Invite an administrator of the city, the first or another one."""
    found = _named(slug)
    given = {name: request.form.get(name, "").strip() for name in ("name", "email")}
    try:
        roles.invite(found.id, "city_admin", given["name"], given["email"], me())
    except Invalid as invalid:
        return _city(found, given, _sentences(invalid)), 422
    notices.leave(_("%(name)s 님을 초대했습니다.", name=given["name"]))
    return redirect(f"/province/cities/{slug}", 303)


@blueprint.post("/province/cities/<slug>/invitations/<uuid:invitation_id>/withdraw")
@province("cities:manage")
def withdraw(slug: str, invitation_id: UUID) -> Response:
    """Take back what went to a wrong address; in a city without an administrator nobody else could."""
    withdrawn = roles.withdraw(invitation_id, _named(slug).id)
    notices.leave(_("%(name)s 님의 초대를 거두었습니다.", name=withdrawn.name), _("메일의 링크는 이제 쓸 수 없습니다."))
    return redirect(f"/province/cities/{slug}", 303)


@blueprint.get("/province/cities/<slug>/states/<state>")
@province("cities:manage")
def ask_change(slug: str, state: str) -> str:
    """What follows from the change, before it is made."""
    return _question(_named(slug), state, "", {})


@blueprint.post("/province/cities/<slug>/states/<state>")
@province("cities:manage")
def change(slug: str, state: str) -> Response | tuple[str, int]:
    """Move the city to another state."""
    found = _named(slug)
    reason = request.form.get("reason", "")
    try:
        lifecycle.change(found.id, state, reason, me())
    except Invalid as invalid:
        return _question(found, state, reason, _sentences(invalid)), 422
    if state != "archived":
        opening.furnish(found)
    notices.leave(_("%(city)s: 이제 ‘%(state)s’입니다.", city=found.name_ko, state=_(STATES[state])))
    return redirect(f"/province/cities/{slug}", 303)


def _city(found: Tenant, given: dict[str, str], errors: dict[str, str]) -> str:
    changes = lifecycle.history(found.id)
    changers = people.several({one.changed_by for one in changes if one.changed_by})
    return render_template(
        "province/city.html",
        city=found,
        health=health(_hosts_end(), work.by_city(work.undone(found.id)), [found])[0],
        changes=changes,
        names={person.id: person.name for person in changers},
        ways=lifecycle.WAYS[found.state],
        resumed_to=lifecycle.resumed_to(found.id) if found.state == "suspended" else None,
        admins=[one for one in roles.staff(found.id) if one.grant.role == "city_admin" and one.grant.ended_at is None],
        invitations=[one for one in roles.invitations(found.id) if one.role == "city_admin"],
        exports=leaving.exports(found.id),
        states=STATES,
        kinds=KINDS,
        acts=ACTS,
        tasks=TASKS,
        served=SERVED,
        address=settings().origin(found.slug),
        given=given,
        errors=errors,
    )


def _question(found: Tenant, state: str, reason: str, errors: dict[str, str]) -> str:
    if state not in lifecycle.WAYS[found.state]:
        raise NotFound(N_("지금 상태에서는 그렇게 바꿀 수 없습니다."))
    first_opening = found.state in COMING and state in SERVED
    return render_template(
        "province/change.html",
        city=found,
        state=state,
        states=STATES,
        act=ACTS[state],
        consequences=[*CONSEQUENCES[state], UNCHECKED] if first_opening else CONSEQUENCES[state],
        touched=touched(found.id) if found.state in SERVED else None,
        reason=reason,
        errors=errors,
    )


def _form(values: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "province/new.html",
        values=values,
        errors=errors,
        regions=opening.free_regions(),
        hosts_end=f"{_hosts_end()}{settings().port_suffix}",
    )


def _sentences(invalid: Invalid) -> dict[str, str]:
    return {field: say(words, invalid.values) for field, words in invalid.errors.items()}


def _named(slug: str) -> Tenant:
    found = tenancy.find(tenancy.Address("", slug))
    if found is None:
        raise NotFound(N_("찾으시는 시군이 없습니다."))
    return found


def _found(city: Tenant, words: str) -> bool:
    return words.lower() in f"{city.name_ko} {city.name_en} {city.slug}".lower()


def _hosts_end() -> str:
    return f".{settings().base_domain}"

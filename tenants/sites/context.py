"""What every page is handed: the house, the other houses, who is signed in, the doors (maru/web/__init__.py)."""

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from flask import Flask, g, request
from flask_babel import gettext as _

from auth.roles.permissions import province_page
from maru import security
from maru.config import Config
from maru.dispatch import known_caller, settings
from maru.tenancy import CLOSED, COMING, SERVED, Caller
from maru.web import languages
from maru.web.mount import language
from tenants.sites import hours, preview
from tenants.sites.faces import PORTAL, Cities, Face, Faces


@dataclass(frozen=True)
class House:
    """A face in the language of the page."""

    face: Face
    language: str
    brand_version: str

    @cached_property
    def name(self) -> str:
        return self.face.name_en if self.language == "en" else self.face.name_ko

    @cached_property
    def short_name(self) -> str:
        return self.face.short_en if self.language == "en" else self.face.short_ko

    @cached_property
    def tagline(self) -> str:
        return self.face.tagline_en if self.language == "en" else self.face.tagline_ko

    @cached_property
    def question(self) -> str:
        return self.face.question_en if self.language == "en" else self.face.question_ko

    @cached_property
    def hours(self) -> str:
        return hours.in_english(self.face.hours) if self.language == "en" else self.face.hours

    @cached_property
    def own_entries(self) -> tuple["Link", ...]:
        """The lines of the menu that the city has added."""
        entries = self.face.content.menu if self.face.content else ()
        english = self.language == "en"
        return tuple(
            Link(entry.label_en if english and entry.label_en else entry.label, entry.url, request.path == entry.url)
            for entry in entries
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self.face, name)


@dataclass(frozen=True)
class Neighbour:
    """A live city in the language of the page."""

    slug: str
    name: str
    url: str


class Link(NamedTuple):
    label: str
    url: str
    current: bool = False


def mount(app: Flask) -> None:
    """Hand the context to every template of `app`."""

    @app.context_processor
    def context() -> dict[str, Any]:
        config = settings()
        caller, spoken = known_caller(), language()
        site_face: Face | None = g.get("site")
        version = g.get("brand_version", "0")
        person = {"name": caller.person_name} if caller and caller.person_id else None
        home = "" if caller and _open(caller) else config.origin()
        sign_in = "" if caller and caller.tenant_id and caller.state not in CLOSED else home
        return {
            "site": House(site_face, spoken, version) if site_face else None,
            "previewing": g.get("previewing", False),
            "portal": House(PORTAL, spoken, version),
            "portal_url": languages.carried(f"{config.origin()}/", spoken),
            "live_cities": g.get("switch", ()),
            "person": person,
            "staff_url": _staff_url(caller),
            "language": spoken,
            "switch_language_url": languages.switch_url(
                request.path, request.query_string.decode("ascii", "replace"), languages.other(spoken)
            ),
            "canonical_url": f"{config.origin(site_face.slug if site_face else None)}{request.path}" if caller else "",
            "home_url": languages.carried(f"{home}/", spoken) if home else "/",
            "doors": _doors(home, "/courses" if site_face and not home else "/search", spoken),
            "my_url": f"{home}/my",
            "sign_in_url": f"{sign_in}/auth/sign-in?{urlencode({'next': '/' if sign_in else _here()})}",
            "sign_out_url": "/auth/sign-out",
            "footer_links": _footer(home, config.origin() if site_face else home, spoken),
            "csrf_token": cache(lambda: _csrf(config)),
        }


def furnish(faces: Faces, caller: Caller, config: Config) -> None:
    """Load, inside the transaction, what pages and error pages need after it."""
    if caller.tenant_id is not None and caller.site_version is not None:
        g.site = faces.load(caller.tenant_id, caller.site_version)
        preview.show(faces, caller, config)
    spoken = language()
    g.brand_sheet, g.brand_version = faces.sheet(g.get("site") or PORTAL)
    cities = faces.cities()
    g.live_cities, g.coming_cities = _named(cities, config, spoken)
    g.switch = g.live_cities if cities.few else ()
    preview.refuse_writes()


@lru_cache(maxsize=4)
def _named(cities: Cities, config: Config, spoken: str) -> tuple[tuple[Neighbour, ...], tuple[str, ...]]:
    """Live cities, and the names of those to come, in a language; made once for as long as they stay the same."""
    live = (
        Neighbour(
            city.slug,
            city.name_en if spoken == "en" else city.name,
            languages.carried(f"{config.origin(city.slug)}/", spoken),
        )
        for city in cities.live
    )
    return tuple(live), tuple(city.en if spoken == "en" else city.ko for city in cities.coming)


def _staff_url(caller: Caller | None) -> str | None:
    if caller and caller.portal and caller.province_roles:
        return province_page(caller.province_roles)
    return "/console" if caller and caller.roles and _open(caller) else None


def _csrf(config: Config) -> str:
    token = g.get("session_token")
    return security.csrf_token(token, config) if token else ""


def _here() -> str:
    """The page that is shown, or for a form the one that it was on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    try:
        page = urlsplit(request.referrer or "")
    except ValueError:  # anybody may send anything as the page they come from
        return "/"
    return page.path + (f"?{page.query}" if page.query else "") if page.netloc == request.host else "/"


def _open(caller: Caller) -> bool:
    """Whether the pages of the asked house are there for this caller; else its doors lead to the portal's."""
    return caller.portal or caller.state in SERVED or (caller.state in COMING and bool(caller.roles))


def _doors(home: str, courses: str, spoken: str) -> tuple[Link, ...]:
    labelled = _labelled_doors(home, courses, spoken)
    return tuple(door._replace(current=request.path.startswith(door.url)) for door in labelled)


@lru_cache
def _labelled_doors(home: str, courses: str, spoken: str) -> tuple[Link, ...]:
    return (
        _link(_("강좌 찾기"), home, courses, spoken),
        _link(_("내 학습"), home, "/my", spoken),
        _link(_("수료증 확인"), home, "/certificates", spoken),
        _link(_("도움말"), home, "/help", spoken),
    )


@lru_cache
def _footer(home: str, portal: str, spoken: str) -> tuple[Link, ...]:
    return (
        _link(_("개인정보처리방침"), home, "/privacy", spoken),
        _link(_("개인정보 유출 안내"), home, "/breaches", spoken),
        _link(_("이용약관"), home, "/terms", spoken),
        _link(_("접근성 안내"), home, "/accessibility", spoken),
        _link(_("수료증 진위 확인"), home, "/certificates", spoken),
        _link(_("공공데이터"), portal, "/open-data", spoken),
    )


def _link(label: str, home: str, path: str, spoken: str) -> Link:
    """A door of this house, or of the one at `home`, which has not been told the language."""
    return Link(label, languages.carried(home + path, spoken) if home else path)

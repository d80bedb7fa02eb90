"""How a house looks to its pages: a city's own face, or the portal's; loaded once for each version of a site."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import Named
from maru.recent import Recent
from maru.tenancy import COMING, SERVED, Tenant
from tenants.sites.brand import derive, stylesheet, version
from tenants.sites.content import FIELDS, Content
from tenants.sites.models import Site

PORTAL_COLOUR = "#17495e"
LOGOS = "/logos"
QUESTION_KO, QUESTION_EN = "무엇을 배워 볼까요?", "What would you like to learn?"
"""What the front page of a city asks that has not put it in its own words."""


@dataclass(frozen=True)
class Face:
    """What `base.html` reads of a house (maru/web/__init__.py); words in both languages."""

    slug: str
    name_ko: str
    name_en: str
    short_ko: str
    short_en: str
    tagline_ko: str = ""
    tagline_en: str = ""
    question_ko: str = ""
    question_en: str = ""
    phone: str = ""
    hours: str = ""
    address: str = ""
    masthead: str = "white"
    hero: str = "deep"
    shape: str = "plain"
    drawing: str = "floor"
    colour: str = PORTAL_COLOUR
    tenant_id: UUID | None = None
    content: Content | None = None
    """All that a city has decided about its site; the portal has nothing of it."""

    @property
    def font(self) -> str:
        return self.content.font if self.content else "gothic"

    @property
    def logo_url(self) -> str:
        """Address of the city's own sign, or nothing where its drawing stands for it."""
        return f"{LOGOS}/{self.content.logo}" if self.content and self.content.logo else ""

    @property
    def logo_alt(self) -> str:
        return self.content.logo_alt if self.content else ""


@dataclass(frozen=True)
class City:
    """A live city in the switch of cities and on the portal."""

    id: UUID
    slug: str
    name: str
    name_en: str
    colour: str


MOST_COLOURED = 250
"""More cities than a country has: beyond that, tags have no colours of their own, and no page grows with the cities."""


@dataclass(frozen=True, eq=False)
class Cities:
    """All live cities, and the names of those to come. Two are the same only when they are one: pages key by it."""

    live: tuple[City, ...]
    coming: tuple[Named, ...]

    @cached_property
    def colours(self) -> tuple[tuple[str, str], ...]:
        """Slug and colour of each live city."""
        return tuple((city.slug, city.colour) for city in self.live[: MOST_COLOURED + 1]) if self.few else ()

    @property
    def few(self) -> bool:
        """Whether all of them can stand on a page that is about something else."""
        return len(self.live) <= MOST_COLOURED


PORTAL = Face(
    slug="",
    name_ko="경기 평생배움 마루",
    name_en="Gyeonggi Learning Maru",
    short_ko="경기도",
    short_en="Gyeonggi Province",
    tagline_ko="31개 시군의 배움이 한 마루에",
    tagline_en="Learning in 31 cities, on one floor",
    question_ko="어디에서, 무엇을 배워 볼까요?",
    question_en="What would you like to learn, and where?",
    phone="031-555-0000",
    hours="평일 오전 9:00~오후 6:00",
)


class Faces:
    """Faces of this process. Safe between threads: a face is made twice at worst."""

    def __init__(self) -> None:
        self._faces: dict[UUID, tuple[int, Face]] = {}
        self._cities: Recent[Cities] = Recent(seconds=5, most=1)
        self._known = Cities((), ())

    def load(self, tenant: UUID, site_version: int) -> Face:
        """The face of a tenant at that version of its site."""
        known = self._faces.get(tenant)
        if known and known[0] == site_version:
            return known[1]
        face = _read(tenant)
        self._faces[tenant] = (site_version, face)
        return face

    def cities(self) -> Cities:
        """Live cities by name, a few seconds old at most."""
        return self._cities.get(None, self._read)

    def _read(self) -> Cities:
        """As they are now; the ones known before where nothing has changed."""
        found = _read_cities()
        if (found.live, found.coming) != (self._known.live, self._known.coming):
            self._known = found
        return self._known

    def sheet(self, face: Face) -> tuple[str, str]:
        """The house's colours as a style sheet, with those of all live cities for their tags; and its version."""
        return _sheet(face.colour, face.logo_url, self.cities())


@lru_cache(maxsize=64)
def _sheet(colour: str, logo: str, cities: Cities) -> tuple[str, str]:
    sheet = stylesheet(derive(colour), {slug: derive(its_own) for slug, its_own in cities.colours}, logo)
    return sheet, version(sheet)


def _read(tenant: UUID) -> Face:
    site = session().execute(sa.select(Site).where(Site.tenant_id == tenant)).scalar_one()
    return face_of(tenant, content_of(site))


def draft(tenant: UUID) -> Face | None:
    """The face that a city is working on, for its own staff (engine.site_draft); None where there is no draft."""
    stored = session().scalar(sa.select(sa.func.engine.site_draft()))
    return face_of(tenant, Content.read(stored)) if stored else None


def content_of(site: Site) -> Content:
    """What a city has decided, from the row in force."""
    return Content.read({name: getattr(site, name) for name in FIELDS})


def face_of(tenant: UUID, content: Content) -> Face:
    """How a city looks with that content."""
    registered = session().get_one(Tenant, tenant)
    return Face(
        slug=registered.slug,
        name_ko=content.name,
        name_en=content.name_en,
        short_ko=registered.name_ko,
        short_en=registered.name_en,
        tagline_ko=content.tagline,
        tagline_en=content.tagline_en,
        question_ko=content.question or QUESTION_KO,
        question_en=content.question_en or QUESTION_EN,
        phone=content.phone,
        hours=content.hours,
        address=content.address,
        masthead=content.masthead,
        hero=content.hero,
        shape=content.shape,
        drawing=content.drawing,
        colour=content.colour,
        tenant_id=tenant,
        content=content,
    )


def _read_cities() -> Cities:
    columns = (Tenant.id, Tenant.slug, Tenant.name_ko, Tenant.name_en, Tenant.state, Site.colour)
    registered = sa.select(*columns).outerjoin(Site, Site.tenant_id == Tenant.id).order_by(Tenant.name_ko, Tenant.slug)
    rows = session().execute(registered).all()
    live = [
        City(row.id, row.slug, row.name_ko, row.name_en, row.colour or PORTAL_COLOUR)
        for row in rows
        if row.state in SERVED
    ]
    coming = [Named(row.name_ko, row.name_en) for row in rows if row.state in COMING]
    return Cities(tuple(live), tuple(coming))

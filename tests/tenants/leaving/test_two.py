"""Everything of a city leaves the province by two people (domain 7.4)."""

import sqlalchemy as sa

from maru.config import Config
from maru.migrating import owner_connection
from tests.client import opened
from tests.conftest import Maker

PORTAL = "localhost"
QUEUED = (
    "SELECT count(*) FROM queue.procrastinate_jobs WHERE task_name = 'leaving.make_archive' AND args->>'tenant' = :city"
)


def test_an_archive_is_asked_for_approved_and_then_made_once(config: Config, make: Maker) -> None:
    city, admin, officer = make.city(), make.person(), make.person()
    make.grant(admin, "province_admin")
    make.grant(officer, "privacy_officer")
    slug, first, second = make.slug(city), make.session(admin, None), make.session(officer, None)

    def queued() -> int:
        with owner_connection(config.database_url) as connection:
            return int(connection.execute(sa.text(QUEUED), {"city": str(city)}).scalar_one())

    with opened(config) as web:
        here = f"/province/cities/{slug}/exports"
        for said in (" ", "."):
            assert web.post(PORTAL, f"{here}/new", first, data={"purpose": said}).status_code == 422
        asked = web.post(PORTAL, f"{here}/new", first, data={"purpose": "협약이 끝남"}).location
        number = asked.rsplit("/", 1)[1]
        take = f"{here}/approved/{number}"
        assert web.post(PORTAL, take, first).status_code == 409
        assert web.post(PORTAL, f"{asked}/approve", first).status_code == 409
        assert queued() == 0
        assert slug in web.get(PORTAL, asked, second).text
        assert web.post(PORTAL, f"{asked}/approve", second).status_code == 303
        assert web.post(PORTAL, take, second).status_code == 403
        other = make.slug(make.city())
        assert web.post(PORTAL, f"/province/cities/{other}/exports/approved/{number}", first).status_code == 404
        assert web.post(PORTAL, take, first).status_code == 303
        assert queued() == 1
        assert web.post(PORTAL, take, first).status_code == 409
        assert queued() == 1

"""Before a city's site is stopped, the province reads whom that touches."""

import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection
from tests.conftest import Maker
from tests.tenants.province.conftest import Desk

APPLIED = sa.text("UPDATE seats SET placed = 2, waiting = 1 WHERE run_id = :run")
OVER = sa.text("UPDATE listings SET closes_at = now() - interval '1 hour' WHERE run_id = :run")


def test_open_windows_and_their_people_are_said_before_a_city_rests(
    desk: Desk, make: Maker, config: Config, database: Database
) -> None:
    city = make.city()
    ask = f"/province/cities/{make.slug(city)}/states/suspended"
    assert "접수 중인 강좌가" not in desk.get(ask).text.replace("접수 중인 강좌가 있으면", "")
    open_run, closed = make.run(city), make.run(city)
    with engine_connection(config.database_url) as connection:
        connection.execute(APPLIED, {"run": open_run})
    with database.transaction(Scope.JOB, tenant=city):
        session().execute(OVER, {"run": closed})
    page = desk.get(ask).text
    assert "지금 접수 중인 강좌가 1개 있습니다." in page
    assert "아직 끝나지 않은 강좌 2개에 신청과 대기가 모두 3건입니다." in page
    other = make.city()
    assert "신청과 대기가 모두" not in desk.get(f"/province/cities/{make.slug(other)}/states/suspended").text

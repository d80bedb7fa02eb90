"""Letters for a child go to its guardian at the address that they use now, also after their IDs were merged (PRV-06)."""

from uuid import UUID

import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope
from maru.migrating import engine_connection
from tests.auth.families.conftest import Families
from tests.conftest import Maker


def addresses(database: Database, person: UUID) -> list[str]:
    with database.transaction(Scope.JOB) as opened:
        taken = opened.execute(sa.text("SELECT * FROM engine.take_messages(100000, 60)")).all()
    return [row.email for row in taken if row.person_id == person]


def test_a_merged_guardians_letters_go_to_the_address_in_use(config: Config, database: Database, make: Maker) -> None:
    kept, gone = make.person(), make.person()
    child = Families(config, database, make).child(gone)
    with engine_connection(config.database_url) as engine:
        for statement in (
            "UPDATE people SET email = 'old@example.kr', merged_into = :kept WHERE id = :gone",
            "UPDATE people SET email = 'new@example.kr', aliases = ARRAY[CAST(:gone AS uuid)] WHERE id = :kept",
        ):
            engine.execute(sa.text(statement), {"kept": kept, "gone": gone})
        engine.execute(
            sa.text(
                "INSERT INTO messages (tenant_id, person_id, about, kind) VALUES (NULL, :child, :child, 'people.merged')"
            ),
            {"child": child},
        )
    assert addresses(database, child) == ["new@example.kr"]


def test_every_id_of_a_human_leads_to_the_one_in_use_and_to_all(
    config: Config, database: Database, make: Maker
) -> None:
    kept, gone, other = (make.person() for _ in range(3))
    with engine_connection(config.database_url) as engine:
        pair = {"kept": kept, "gone": gone}
        engine.execute(sa.text("UPDATE people SET merged_into = :kept WHERE id = :gone"), pair)
        engine.execute(sa.text("UPDATE people SET aliases = ARRAY[CAST(:gone AS uuid)] WHERE id = :kept"), pair)
        asked = sa.text("SELECT engine.top_of(:id), engine.ids_of(:id)")
        for person, found in ((kept, (kept, [kept, gone])), (gone, (kept, [kept, gone])), (other, (other, [other]))):
            assert tuple(engine.execute(asked, {"id": person}).one()) == found

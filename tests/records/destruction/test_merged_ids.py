"""Destruction goes for a human, whichever of their IDs asked for it; and who cannot be destroyed yet is told why (PRV 7.3)."""

import sqlalchemy as sa

from auth.rights import service as rights
from auth.rights.service import Asking
from maru.config import Config
from maru.db import Database, Scope
from maru.migrating import engine_connection
from tests.auth.families.conftest import Families
from tests.conftest import Maker
from tests.records.destruction.test_destruction import House, house, web

__all__ = ["house", "web"]


def test_all_ids_of_who_asked_under_a_merged_one_are_destroyed(house: House) -> None:
    kept, gone = house.learner(), house.learner()
    house.is_deleted(gone)
    house.engine("UPDATE people SET merged_into = :kept WHERE id = :gone", kept=kept, gone=gone)
    house.engine("UPDATE people SET aliases = ARRAY[CAST(:gone AS uuid)] WHERE id = :kept", kept=kept, gone=gone)
    house.engine("UPDATE people SET verified_at = now() WHERE id = :kept", kept=kept)
    house.make.grant(kept, "auditor")
    house.runs()
    assert house.person(gone).name != "-", "a role under the ID in use hinders it"
    house.engine("UPDATE role_grants SET ended_at = now() WHERE person_id = :p", p=kept)
    house.runs()
    for person in (kept, gone):
        assert house.person(person).name == "-"
        assert house.counts(person, "records", "residences", "former_names") == [0, 0, 0]


def test_whoever_cannot_be_destroyed_yet_is_told_what_has_to_end(
    house: House, config: Config, database: Database, make: Maker
) -> None:
    guardian = house.learner()
    Families(config, database, make).child(guardian)
    make.grant(guardian, "auditor")
    request = house.is_deleted(guardian)
    house.runs()
    assert house.person(guardian).name != "-"
    with house.database.transaction(Scope.PERSON, person=guardian):
        answer = rights.get(request, person=guardian).answer
    assert "[먼저 끝나야 하는 것]" in answer
    assert "보호자로 등록하신 자녀" in answer
    assert "담당자 역할" in answer
    assert "신청하신 강좌" not in answer
    with engine_connection(config.database_url) as engine:
        told = engine.execute(
            sa.text("SELECT details ->> 'words' FROM messages WHERE person_id = :p AND kind = 'rights.done'"),
            {"p": guardian},
        ).scalar_one()
    assert told == answer
    free = house.learner()
    with house.database.transaction(Scope.PERSON, person=free):
        asked = rights.ask(free, Asking("deletion", None, "지워 주세요")).id
    with house.database.transaction(Scope.PROVINCE, person=house.officer):
        assert rights.hindrances(rights.get(asked)) == []

"""The list of cities for programs: those that are served, in pages that join up."""

from maru.db import Database, Scope
from tenants.catalogue import service as catalogue
from tests.conftest import Maker


def test_pages_join_up_and_leave_out_who_is_not_served(database: Database, make: Maker) -> None:
    served = {make.slug(make.city(state=state)) for state in ("live", "pilot", "live")}
    others = {make.slug(make.city(state=state)) for state in ("planned", "preparing", "suspended", "archived")}
    listed: list[str] = []
    after: str | None = None
    with database.transaction(Scope.PUBLIC):
        while after or not listed:
            page, after = catalogue.cities(2, after)
            assert len(page) == 2 or after is None
            listed += [city.slug for city in page]
    assert listed == sorted(set(listed))
    assert served <= set(listed)
    assert not others & set(listed)

"""A transaction beside which the walls stand: two houses, and who asks for what is in the first."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.embedded.postgres import Postgres
from tests.isolation.attacks import Ground
from tests.isolation.houses import House, build


@pytest.fixture(scope="module")
def unwalled(config: Config, postgres: Postgres) -> Iterator[sa.Connection]:
    """A transaction of the server's superuser, whom no policy holds back; nothing of it stays."""
    url = sa.make_url(postgres.url("maru", "postgres")).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="module")
def here(unwalled: sa.Connection) -> House:
    """The house that is attacked."""
    return build(unwalled)


@pytest.fixture(scope="module")
def there(unwalled: sa.Connection) -> House:
    """The neighbours, who have rows of their own in every table."""
    return build(unwalled)


@pytest.fixture(scope="module")
def ground(unwalled: sa.Connection, here: House, there: House) -> Ground:
    return Ground(unwalled, here)

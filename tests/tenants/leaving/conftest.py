"""A real object store, and a city with rows in every table."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from maru.config import Config
from maru.embedded.s3 import S3
from maru.storage import Storage, connect


@pytest.fixture(scope="module")
def stored(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """The installation with a store that is up."""
    store = S3(tmp_path_factory.mktemp("store"))
    store.start()
    try:
        settings = replace(config, s3_url=store.url)
        connect(settings.s3).ensure_bucket()
        yield settings
    finally:
        store.stop()


@pytest.fixture
def storage(stored: Config) -> Storage:
    return connect(stored.s3)

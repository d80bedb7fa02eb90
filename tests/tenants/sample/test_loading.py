"""Loading the sample province."""

from maru.config import Config
from tenants.sample import loading
from tests.conftest import Maker


def test_a_province_with_cities_is_left_alone(config: Config, make: Maker) -> None:
    make.city()
    assert loading.load(config) == "The sample province is already loaded."

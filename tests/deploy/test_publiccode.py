"""The file by which public bodies find Maru keeps to the standard's rules that a machine can check."""

import tomllib

import pytest
import yaml

from maru.config import ROOT
from maru.web.languages import LANGUAGES

PUBLICCODE = yaml.safe_load((ROOT / "publiccode.yaml").read_text("utf-8"))
MANDATORY = {
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "developmentStatus",
    "softwareType",
    "description",
    "legal",
    "maintenance",
    "localisation",
}


def test_mandatory_keys_are_there() -> None:
    assert PUBLICCODE.keys() >= MANDATORY
    assert PUBLICCODE["maintenance"]["contacts"]


def test_the_licence_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert PUBLICCODE["legal"]["license"] == project["license"]


def test_it_speaks_the_languages_of_the_interface() -> None:
    assert PUBLICCODE["localisation"]["availableLanguages"] == list(LANGUAGES)
    assert PUBLICCODE["description"].keys() == LANGUAGES.keys()


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_descriptions_have_the_lengths_that_catalogues_take(language: str) -> None:
    description = PUBLICCODE["description"][language]
    assert len(description["shortDescription"]) <= 150
    assert 150 <= len(description["longDescription"]) <= 10_000
    assert description["features"]

"""The theme for Keycloak as files: every word is there, in both languages, and reads as MessageFormat reads it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from maru.config import ROOT
from maru.web.sign_in import HERE, ICONS, THEME, lay_out
from tenants.sites.faces import PORTAL

PAGES = sorted((HERE / "pages").glob("*.ftl"))
LANGUAGES = ("ko", "en")


def words(language: str) -> dict[str, str]:
    lines = (HERE / "messages" / f"messages_{language}.properties").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))  # type: ignore[misc]


def test_both_languages_say_the_same_things() -> None:
    assert words("ko").keys() == words("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_names_what_the_other_language_names(language: str) -> None:
    for key, text in words(language).items():
        assert text.strip(), key
        assert "'" not in text.replace("''", ""), f"{key}: an apostrophe is written twice"
        assert set(re.findall(r"\{\d\}", text)) == set(re.findall(r"\{\d\}", words("ko")[key])), key
    assert not re.search("[가-힣]", "".join(words("en").values()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_word_of_a_page_is_ours(page: Path) -> None:
    asked = set(re.findall(r'msg\("([\w.-]+)"[,)]', page.read_text("utf-8")))
    assert asked <= words("ko").keys()


def test_the_province_is_called_what_it_is_called_elsewhere() -> None:
    assert (words("ko")["house"], words("en")["house"]) == (PORTAL.name_ko, PORTAL.name_en)


def test_the_theme_is_whole_and_of_one_version(tmp_path: Path) -> None:
    lay_out(tmp_path)
    lay_out(tmp_path)
    login = tmp_path / THEME / "login"
    (version,) = re.findall(r"^version=(\w+)$", (login / "theme.properties").read_text(), re.MULTILINE)
    (resources,) = (login / "resources").iterdir()
    assert resources.name == version
    sheet = (resources / "maru.css").read_text("utf-8")
    assert "/static/" not in sheet
    for file in set(re.findall(r"url\([\"']?([^)\"']+)[\"']?\)", sheet)):
        assert (resources / file).is_file(), file
    icons = (resources / "icons.svg").read_text("utf-8")
    used = {name for page in PAGES for name in re.findall(r'icon "(\w+)"', page.read_text("utf-8"))}
    assert used <= set(ICONS)
    assert all(f'id="i-{name}"' in icons for name in ICONS)


def test_the_program_that_the_image_is_made_with_lays_the_theme_out(tmp_path: Path) -> None:
    (command,) = re.findall(r"python -m (maru\.web\.sign_in) /srv/themes", (ROOT / "Dockerfile").read_text("utf-8"))
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}
    subprocess.run([sys.executable, "-m", command, str(tmp_path)], env=environment, check=True)
    assert (tmp_path / THEME / "login" / "login.ftl").is_file()

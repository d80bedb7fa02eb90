"""Headings step down one level at a time, also where a page is empty."""

import re
from itertools import pairwise

from tests.client import Web
from tests.conftest import Maker
from tests.web_routes.conftest import Builder, City


def test_no_level_is_left_out(web: Web, build: Builder, here: City, make: Maker) -> None:
    empty = f"{make.slug(make.city())}.localhost"
    who = build.actor("a resident", [here.host])
    for host, path in ((here.host, "/my/looks"), (here.host, "/my"), (here.host, "/my/residence"), (empty, "/notices")):
        page = web.get(host, path, who.at(host)).text
        levels = [int(level) for level in re.findall(r"<h([1-6])", page.split("<main")[1].split("</main>")[0])]
        assert levels[0] == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)


def test_one_can_sign_out_in_my_learning(web: Web, build: Builder, here: City) -> None:
    page = web.get(here.host, "/my", build.actor("a resident", [here.host]).at(here.host)).text
    assert 'action="/auth/sign-out"' in page.split("<main")[1].split("</main>")[0]

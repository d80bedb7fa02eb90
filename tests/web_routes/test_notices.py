"""What a form has done is said once, on the next page; no address says it, and nothing that failed."""

from collections.abc import Iterator

import pytest

from maru.access import everyone
from maru.config import Config
from maru.errors import Refused
from maru.web import notices
from tests.client import Web, opened
from tests.conftest import Maker

SAID = "한 가지를 해 두었습니다."


@pytest.fixture
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:

        @asked.app.post("/does")
        @everyone()
        def does() -> str:
            notices.leave(SAID, "<곧 보입니다>")
            return "done"

        @asked.app.post("/fails")
        @everyone()
        def fails() -> str:
            notices.leave(SAID)
            raise Refused("안 됩니다.", slug="no")

        yield asked


def test_it_is_said_once_and_to_this_browser_alone(web: Web, make: Maker) -> None:
    city = make.city()
    host = f"{make.slug(city)}.localhost"
    who, other = make.session(make.person(), city), make.session(make.person(), city)
    left = web.post(host, "/does", who)
    (cookie,) = [one for one in left.headers.getlist("Set-Cookie") if one.startswith(notices.COOKIE)]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    kept = web.notices.pop(host)
    assert SAID not in web.get(host, "/my", other).text
    web.notices[host] = kept
    page = web.get(host, "/my", who).text
    assert f"<b>{SAID}</b> &lt;곧 보입니다&gt;" in page
    assert SAID not in web.get(host, "/my", who).text


def test_what_failed_is_not_said_to_be_done(web: Web, make: Maker) -> None:
    city = make.city()
    host, who = f"{make.slug(city)}.localhost", make.session(make.person(), city)
    assert SAID not in web.post(host, "/fails", who).text
    assert SAID not in web.get(host, "/my", who).text


def test_a_forged_notice_is_not_read(web: Web, make: Maker) -> None:
    city = make.city()
    host, who = f"{make.slug(city)}.localhost", make.session(make.person(), city)
    web.notices[host] = f"{notices.COOKIE}=eyJfZmxhc2hlcyI6W3siIHQiOlsib2siLFsiYSIsImIiXV19XX0.Z0.AAAA"
    page = web.get(host, "/my", who)
    assert page.status_code == 200
    assert 'class="notice notice--ok"' not in page.text

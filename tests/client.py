"""The whole application in this process, asked as a browser or a program would ask it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.test import TestResponse

from maru.app import create_app
from maru.config import Config
from maru.web.notices import COOKIE
from tenants.sample.making import Resident


class Web:
    """Asks one application; `who` is the open session of a person on that host.

    What a form leaves to be said on the next page of its host goes along, as a browser would take it.
    """

    def __init__(self, config: Config) -> None:
        self.app = create_app(config)
        self.notices: dict[str, str] = {}

    def get(self, host: str, path: str, who: Resident | None = None, **more: Any) -> TestResponse:
        return self.ask("GET", host, path, who, **more)

    def post(self, host: str, path: str, who: Resident | None = None, **more: Any) -> TestResponse:
        """A write with the CSRF proof of the session."""
        return self.ask("POST", host, path, who, **more)

    def ask(self, method: str, host: str, path: str, who: Resident | None = None, **more: Any) -> TestResponse:
        headers = dict(more.pop("headers", {}))
        if who:
            headers["Cookie"] = "; ".join(filter(None, [who.cookie, self.notices.pop(host, "")]))
            if method != "GET":
                headers.setdefault("X-CSRF-Token", who.csrf)
        client = self.app.test_client(use_cookies=False)
        answer = client.open(path, method=method, base_url=f"http://{host}", headers=headers, **more)
        left = [cookie.split(";")[0] for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith(COOKIE)]
        if left:
            self.notices[host] = left[-1]
        return answer


@contextmanager
def opened(config: Config) -> Iterator[Web]:
    """An application and its connections."""
    web = Web(config)
    try:
        yield web
    finally:
        web.app.database.engine.dispose()

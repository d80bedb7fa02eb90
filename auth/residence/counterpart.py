"""A data share of our own for development and tests: a small HTTP server with a register of who lives where since when.

It answers what the real share would be asked (sharing.HttpShare), and nothing else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST_BYTES = 10_000


@dataclass(frozen=True)
class Entry:
    """One person of the register, and the municipality (five digits) where they live since a day."""

    name: str
    birth_date: date
    region: str
    since: date


def serving(register: Sequence[Entry], key: str, port: int = 0) -> ThreadingHTTPServer:
    """A server on loopback that is ready to serve; `key` is the Bearer token that it asks for."""

    class Handler(BaseHTTPRequestHandler):
        """One question."""

        def do_POST(self) -> None:
            if not compare_digest(self.headers.get("Authorization", ""), f"Bearer {key}"):
                self._answer(HTTPStatus.UNAUTHORIZED, {"error": "key"})
                return
            try:
                size = min(int(self.headers.get("Content-Length", "0")), MOST_BYTES)
                answer = lives_there(register, json.loads(self.rfile.read(size)))
            except (ValueError, KeyError, TypeError):
                self._answer(HTTPStatus.BAD_REQUEST, {"error": "question"})
                return
            self._answer(HTTPStatus.OK, {"lives_there": answer})

        def log_message(self, *_said: object) -> None:
            """Nobody is named in a log."""

        def _answer(self, status: HTTPStatus, said: Mapping[str, object]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def lives_there(register: Sequence[Entry], asked: Mapping[str, str]) -> bool:
    """What the register says to a question: name, birth_date, region, day. Raises KeyError or ValueError for none."""
    born, day = date.fromisoformat(asked["birth_date"]), date.fromisoformat(asked["day"])
    homes = [one for one in register if (one.name, one.birth_date) == (asked["name"], born) and one.since <= day]
    latest = max(homes, key=lambda one: one.since, default=None)
    return latest is not None and latest.region == asked["region"]

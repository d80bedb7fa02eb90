"""A counterpart of an identity agency for one machine: it asks for what a real one would find out, and signs it.

Only `make up` and tests start it. It believes whatever is typed, so it stands on loopback and in no image; what it answers
has the shape of a real agency's result (PRV-01) and is sealed and signed as auth.verification.agencies says. The same name
and birth date always give the same CI.
"""

import base64
import hashlib
import hmac
import html
import json
import threading
import time
from collections.abc import Callable, Iterable
from datetime import date
from http import HTTPStatus
from pathlib import Path
from socketserver import ThreadingMixIn
from urllib.parse import parse_qs, urlencode, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from joserfc import jwe, jwt
from joserfc.jwk import ECKey, OctKey

from maru.embedded.keys import kept_port
from maru.embedded.process import private_folder

NAME = "견본 본인확인기관"
KEY_FILE = "key.json"
LIVES = 300
"""Seconds for which an answer is good."""
AUDIENCE = "maru"
PAGE = """<!doctype html><html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>견본 본인확인</title><style>body{{font:1.125rem/1.6 sans-serif;max-width:30rem;margin:2rem auto;padding:0 1rem;
color:#1d1d1d;background:#fff}}label{{display:block;margin:1rem 0 .25rem;font-weight:600}}input{{font:inherit;width:100%;
box-sizing:border-box;padding:.6rem;border:1px solid #58616a;border-radius:.4rem}}button{{font:inherit;margin-top:1.5rem;
padding:.7rem 1.4rem;border:0;border-radius:.4rem;background:#0b50d0;color:#fff}}.error{{color:#b3261e;font-weight:600}}</style>
<main><h1>견본 본인확인</h1><p>진짜 본인확인기관이 아닙니다. 시험할 때만 쓰며, 적으신 그대로 확인해 드립니다.</p>{error}
<form method="post"><label for="name">이름</label><input id="name" name="name" required value="{name}" autocomplete="name">
<label for="birthdate">생년월일 (예: 1954-03-02)</label><input id="birthdate" name="birthdate" required value="{birthdate}">
<label for="phone">휴대전화 (없어도 됩니다)</label><input id="phone" name="phone" value="{phone}" inputmode="tel" autocomplete="tel">
<button>확인하고 돌아가기</button></form></main></html>"""
Start = Callable[[str, list[tuple[str, str]]], object]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Addresses here carry people's results: they are written nowhere."""


class Agency:
    """The counterpart as a part of `make up`: a thread on a port of loopback."""

    name = "Identity agency"

    def __init__(self, home: Path, secret: str, allowed: str) -> None:
        """`allowed` is the origin under which it sends people back, with the hosts below it."""
        self._port = kept_port(home, "agency")
        self._key = _kept_key(private_folder(home / "agency") / KEY_FILE)
        self._secret = secret
        self._box = OctKey.import_key(hashlib.sha256(secret.encode()).digest())
        self._allowed = urlsplit(allowed)
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self.stop()
        server = make_server("127.0.0.1", self._port, self._answer, _Server, _Quiet)
        assert isinstance(server, _Server)
        self._server = server
        threading.Thread(target=server.serve_forever, name="agency", daemon=True).start()

    def alive(self) -> bool:
        return self._server is not None

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def result(self, number: str, name: str, born: date, phone: str = "") -> str:
        """What it answers to the request of that number about somebody."""
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "nonce": number,
            "iat": int(time.time()),
            "exp": int(time.time()) + LIVES,
            "ci": self._letters(f"ci {name} {born}", 64),
            "di": self._letters(f"di {name} {born}", 48),
            "name": name,
            "birthdate": born.isoformat(),
            "gender": "unknown",
            "foreigner": False,
            "phone": phone,
            "carrier": "sample",
        }
        signed = jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims, self._key, algorithms=["ES256"])
        return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, signed.encode(), self._box)

    def _letters(self, about: str, size: int) -> str:
        return base64.b64encode(hmac.new(self._secret.encode(), about.encode(), "sha512").digest()[:size]).decode()

    def _answer(self, environ: dict[str, object], start: Start) -> Iterable[bytes]:
        path, asked = str(environ["PATH_INFO"]), _first(str(environ.get("QUERY_STRING", "")))
        if path == "/keys":
            return _send(
                start, HTTPStatus.OK, json.dumps({"keys": [self._key.as_dict(private=False)]}), "application/json"
            )
        number, back = asked.get("number", ""), asked.get("back", "")
        if path != "/check" or not number or not self._goes_home(back):
            return _send(start, HTTPStatus.NOT_FOUND, "This is no request.", "text/plain")
        if environ["REQUEST_METHOD"] != "POST":
            return _send(start, HTTPStatus.OK, PAGE.format(error="", name="", birthdate="", phone=""))
        size = min(int(str(environ.get("CONTENT_LENGTH") or 0)), 10_000)
        typed = _first(environ["wsgi.input"].read(size).decode("utf-8", "replace"))  # type: ignore[attr-defined]  # a stream
        name, phone = " ".join(typed.get("name", "").split()), typed.get("phone", "")
        try:
            born = date.fromisoformat(typed.get("birthdate", "").strip())
        except ValueError:
            born = None
        if not name or born is None:
            said = {key: html.escape(typed.get(key, ""), quote=True) for key in ("name", "birthdate", "phone")}
            error = '<p class="error" role="alert">이름과 생년월일을 적어 주세요.</p>'
            return _send(start, HTTPStatus.UNPROCESSABLE_ENTITY, PAGE.format(error=error, **said))
        where = f"{back}?{urlencode({'answer': self.result(number, name, born, phone)})}"
        return _send(start, HTTPStatus.SEE_OTHER, "", headers=[("Location", where)])

    def _goes_home(self, back: str) -> bool:
        """Whether it leads to Maru's own hosts: answers are for nobody else."""
        to = urlsplit(back)
        known = self._allowed.hostname or ""
        host = to.hostname or ""
        return (
            to.scheme == self._allowed.scheme
            and to.port == self._allowed.port
            and (host == known or host.endswith(f".{known}"))
        )


def _send(
    start: Start, status: HTTPStatus, text: str, kind: str = "text/html; charset=utf-8",
    headers: Iterable[tuple[str, str]] = (),
) -> list[bytes]:  # fmt: skip
    body = text.encode()
    fixed = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
    ]
    start(f"{status.value} {status.phrase}", [*fixed, *headers])
    return [body]


def _first(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


def _kept_key(path: Path) -> ECKey:
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        made = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
        draft.write_text(json.dumps(made.as_dict(private=True)), "ascii")
        draft.replace(path)
    return ECKey.import_key(json.loads(path.read_text("ascii")))

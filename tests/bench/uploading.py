"""Memory while a video of 2 GB is uploaded: its parts pass by the web, whose size must not move."""

import http.client
import json
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import psutil

from contentlib.items.models import Item
from maru.db import Scope, session
from tenants.sample.making import Resident, grant, make_people, open_sessions
from tests.bench.memory import MIB, part_of
from tests.bench.report import Measure
from tests.bench.stage import Stage, processes
from tests.films import WORDS

WHOLE, QUICK = 2 * 2**30, 2**27
AT_ONCE = 20
"""Addresses that are asked for at once."""


def uploading(stage: Stage, quick: bool) -> list[Measure]:
    """Begin in the web, put every part to its signed address, and look at the sizes after each."""
    size = QUICK if quick else WHOLE
    upload = Upload(stage)
    before, began = _sizes(), time.perf_counter()
    peak = dict(before)
    for _part in upload.send(size):
        peak = {part: max(now, peak.get(part, 0)) for part, now in _sizes().items()}
    rate = size / (time.perf_counter() - began) / MIB
    upload.give_up()
    return [
        Measure(
            f"memory while {size / 2**30:g} GB are uploaded, {part}",
            0,
            note=f"{before[part]:.0f} MiB before, {peak[part]:.0f} MiB at most; {rate:.0f} MiB a second",
            aim="flat" if part == "web" else "",
        )
        for part in ("web", "object store")
    ]


class Upload:
    """One upload as js/upload.js makes it, by an editor of the library."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        ((person, name),) = make_people(stage.config.database_url, 1, home=None)
        grant(stage.config.database_url, person, "library_editor", None)
        (self._editor,) = open_sessions(stage.config, [(person, name)], stage.config.base_domain)
        self._item = _draft(stage, person)
        self._ways: Mapping[str, Any] = {}

    def send(self, size: int) -> Iterator[int]:
        """Part by part; gives the number of each that has arrived."""
        file = {"filename": "film.mp4", "bytes": str(size), "modified": "1"}
        self._ways = self._ask("POST", f"/province/library/{self._item}/video", file)
        each = self._ways["part_bytes"]
        numbers = range(1, -(-size // each) + 1)
        for first in range(0, len(numbers), AT_ONCE):
            asked = urlencode({"numbers": ",".join(map(str, numbers[first : first + AT_ONCE]))})
            for number, address in self._ask("GET", f"{self._ways['parts_url']}?{asked}")["urls"].items():
                part = bytes(min(each, size - (int(number) - 1) * each))
                put = urllib.request.Request(address, part, method="PUT")
                urllib.request.urlopen(put, timeout=60).close()
                yield int(number)

    def give_up(self) -> None:
        self._ask("POST", self._ways["cancel_url"], {"why": "measured"})

    def _ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Any:
        editor: Resident = self._editor
        sent = {
            "Host": self._stage.host(None), "Cookie": editor.cookie, "X-CSRF-Token": editor.csrf,
            "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        connection = http.client.HTTPConnection(*self._stage.address, timeout=60)
        try:
            connection.request(method, path, urlencode(form or {}) if method == "POST" else None, sent)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        assert answer.status == 200, (answer.status, body[:500])
        return json.loads(body)


def _draft(stage: Stage, by: UUID) -> UUID:
    with stage.database.transaction(Scope.PROVINCE):
        item = Item(**WORDS, created_by=by)
        session().add(item)
        session().flush()
        return item.id


def _sizes() -> dict[str, float]:
    """MiB of each part now, as far as nothing of it is counted twice."""
    sizes: dict[str, float] = {}
    for process in processes():
        with suppress(psutil.NoSuchProcess):
            part = part_of(process)
            sizes[part] = sizes.get(part, 0) + process.memory_full_info().pss / MIB
    return sizes

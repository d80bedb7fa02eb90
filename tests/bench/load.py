"""The crowd: keep-alive connections of this process that ask as browsers and programs do, and note how long it took."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

Address = tuple[str, int]


@dataclass(frozen=True)
class Answer:
    """One answer; `seconds` from the first byte sent to the last one received."""

    status: int
    head: bytes
    body: bytes
    seconds: float

    def header(self, name: str) -> str:
        """Its value, or an empty string; `name` in lower case."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.encode():
                return value.strip().decode()
        return ""


class Connection(asyncio.Protocol):
    """One keep-alive connection with one question at a time; raises ConnectionError when the server goes away."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._whole = 0
        self._waiting: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    async def ask(self, request: bytes) -> Answer:
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError
        began = time.perf_counter()
        self._received.clear()
        self._whole = 0
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        await self._waiting
        head, _, body = bytes(self._received).partition(b"\r\n\r\n")
        return Answer(int(head[9:12]), head, body, time.perf_counter() - began)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._whole and (end := self._received.find(b"\r\n\r\n")) > 0:
            self._whole = end + 4 + _length(bytes(self._received[:end]))
        if self._whole and len(self._received) >= self._whole and self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError())

    def close(self) -> None:
        if self._transport:
            self._transport.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line[15:])
    return 0


@asynccontextmanager
async def connected(address: Address) -> AsyncIterator[Connection]:
    """A connection of one's own."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, *address)
    try:
        yield connection
    finally:
        connection.close()


def request(
    method: str,
    host: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> bytes:
    """The bytes of a request, with a form's fields as its body, or another one."""
    body = urlencode(form).encode() if form else body
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {host}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    if method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    if form:
        lines.append("Content-Type: application/x-www-form-urlencoded")
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Crowd:
    """What a crowd got: all answers, and how long the whole took."""

    answers: list[Answer] = field(default_factory=list)
    seconds: float = 0.0

    def note(self, answer: Answer) -> Answer:
        """Keep what it took; its body is not needed any more."""
        self.answers.append(Answer(answer.status, b"", b"", answer.seconds))
        return answer

    @property
    def rate(self) -> float:
        return len(self.answers) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which `share` of the answers came."""
        took = sorted(answer.seconds for answer in self.answers)
        return 1000 * took[min(int(len(took) * share), len(took) - 1)]

    def unlike(self, *statuses: int) -> int:
        """How many answers had another status."""
        return sum(answer.status not in statuses for answer in self.answers)


def ask_all(address: Address, requests: Iterable[bytes], *, connections: int, seconds: float = 60) -> Crowd:
    """Send all requests over so many connections, or as many as are answered within `seconds`."""

    async def work() -> Crowd:
        crowd, waiting, deadline = Crowd(), iter(requests), time.perf_counter() + seconds

        async def visitor() -> None:
            async with connected(address) as connection:
                for one in waiting:
                    crowd.note(await connection.ask(one))
                    if time.perf_counter() > deadline:
                        break

        return await _timed(crowd, [visitor() for _ in range(connections)])

    return asyncio.run(work())


def visit_all(
    address: Address, visits: Iterable[Callable[[Connection, Crowd], Awaitable[None]]], *, at_a_time: int
) -> Crowd:
    """Let each visitor come with a connection of their own, so many at a time."""

    async def work() -> Crowd:
        crowd, waiting = Crowd(), iter(visits)

        async def place() -> None:
            for visit in waiting:
                async with connected(address) as connection:
                    await visit(connection, crowd)

        return await _timed(crowd, [place() for _ in range(at_a_time)])

    return asyncio.run(work())


async def _timed(crowd: Crowd, visitors: list[Awaitable[None]]) -> Crowd:
    began = time.perf_counter()
    await asyncio.gather(*visitors)
    crowd.seconds = time.perf_counter() - began
    return crowd

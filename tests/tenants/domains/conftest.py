"""A name server on this machine whose records a test writes, and a city that claims names."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from maru import jobs
from maru.config import Config
from maru.db import Database, Scope
from maru.jobs import Tools
from maru.storage import connect
from tenants.domains import service as domains
from tenants.domains.models import DomainClaim


@dataclass
class Names:
    """TXT records by name; `silent` lets every question time out."""

    records: dict[str, list[str]] = field(default_factory=dict)
    silent: bool = False
    address: str = ""

    def answer(self, wire: bytes) -> bytes | None:
        if self.silent:
            return None
        question = dns.message.from_wire(wire)
        reply = dns.message.make_response(question)
        reply.flags |= dns.flags.AA | dns.flags.RA
        name = question.question[0].name
        texts = self.records.get(name.to_text(omit_final_dot=True))
        if texts is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        else:
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *(f'"{text}"' for text in texts)))
        return reply.to_wire()


@pytest.fixture(scope="module")
def server() -> Iterator[Names]:
    names = Names()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, socket = self.request
            answer = names.answer(wire)
            if answer:
                socket.sendto(answer, self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as listening:
        names.address = f"127.0.0.1:{listening.server_address[1]}"
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield names
        listening.shutdown()


@pytest.fixture
def dns_server(server: Names) -> Names:
    server.records.clear()
    server.silent = False
    return server


@dataclass
class Registrar:
    """Claims names for cities, and looks them up as the worker would."""

    config: Config
    database: Database

    def claim(self, tenant: UUID, host: str, by: UUID) -> tuple[str, str]:
        """Name and words of the record that proves it."""
        with self.database.transaction(Scope.JOB, tenant=tenant):
            return domains.record_of(domains.claim(tenant, host, by))

    def check(self, tenant: UUID, host: str) -> DomainClaim:
        with self.working(tenant):
            domains.check(tenant, host)
            return domains.get(tenant, host)

    @contextmanager
    def working(self, tenant: UUID | None) -> Iterator[None]:
        with (
            self.database.transaction(Scope.JOB, tenant=tenant),
            jobs.having(
                Tools(self.config, connect(self.config.s3), lambda: self.database.transaction(Scope.JOB, tenant=tenant))
            ),
        ):
            yield


@pytest.fixture
def registrar(config: Config, database: Database, dns_server: Names) -> Registrar:
    return Registrar(replace(config, dns_resolver=dns_server.address), database)


Claim = Callable[[UUID, str], tuple[str, str]]

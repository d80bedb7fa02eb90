"""Asking the DNS for the words of a name: the one thing that proves who rules over it."""

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from maru.config import Config
from maru.errors import Unavailable

PATIENCE = 5.0
"""Seconds for the whole question."""


def texts(name: str, config: Config) -> list[str]:
    """The TXT records of a name, none where it has none; Unavailable where nobody answers, which says nothing of them."""
    try:
        answer = _resolver(config).resolve(name, "TXT", lifetime=PATIENCE, search=False)
    except (NXDOMAIN, NoAnswer):
        return []
    except (DNSException, OSError) as error:
        raise Unavailable(f"{name}: DNS {type(error).__name__}") from error
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def _resolver(config: Config) -> Resolver:
    """The server that the settings name, else those of the machine."""
    if not config.dns_resolver:
        return Resolver()
    address, _colon, port = config.dns_resolver.rpartition(":")
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = [address], int(port)
    return resolver

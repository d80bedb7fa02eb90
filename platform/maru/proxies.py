"""Whose address a request has, where proxies of ours stand between."""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WITH_PORT = re.compile(r"\[([^]]*)\](?::\d*)?|([^:]*):\d*")


def behind(application: "WSGIApplication", proxies: int) -> ProxyFix:
    """The application with the address in `REMOTE_ADDR` that the outermost of our proxies saw.

    Where it saw none that can be read, all such clients share the address of the proxy itself.
    """

    def with_address(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        proxy = environ["werkzeug.proxy_fix.orig"]["REMOTE_ADDR"]
        environ["REMOTE_ADDR"] = bare(environ["REMOTE_ADDR"]) or proxy
        return application(environ, start_response)

    return ProxyFix(with_address, x_for=proxies, x_proto=0)


def bare(address: str) -> str | None:
    """An IP address without brackets, port and zone; None for what is none, such as `unknown` (RFC 7239)."""
    port = WITH_PORT.fullmatch(address)
    host, _, _ = (port[1] or port[2] or "" if port else address).partition("%")
    try:
        return str(ip_address(host))
    except ValueError:
        return None

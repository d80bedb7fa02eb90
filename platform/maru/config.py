"""Settings of one Maru installation, read from the environment.

`maru up` writes the addresses of the embedded parts it started to `$MARU_HOME/runtime.env`, so that every other
command of the same installation finds them. A variable of the environment always wins over that file.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from maru.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[2]
RUNTIME_FILE = "runtime.env"
OUTBOX = "outbox"
"""The folder of a home that keeps e-mails and texts where nobody sends any."""
LEAST_SECRET = 32
HIGHEST_PORT = 65535


@dataclass(frozen=True)
class S3:
    """Where files are kept: `endpoint` is host:port without a scheme."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    secure: bool
    region: str = ""
    public_url: str = ""
    """Where browsers reach the store, scheme://host[:port]; empty where they use the endpoint too."""


@dataclass(frozen=True)
class Config:
    """One installation. URLs carry their own credentials; absent parts are the empty string."""

    environment: str
    """`development` or `production`."""
    home: Path
    port: int
    """Where the web listens; metrics listen on the port after."""
    base_domain: str
    public_port: int
    scheme: str
    database_url: str
    """Owner of the tables: migrations only."""
    database_app_url: str
    """The application's role: no ownership, no BYPASSRLS."""
    s3_url: str
    """http(s)://ACCESS:SECRET@host:port/bucket, and `?region=NAME` where that is not us-east-1"""
    s3_public_url: str
    """scheme://host[:port] under which browsers reach the store, where it is not the address of `s3_url`."""
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    keycloak_admin: str
    """`username:password` of a Keycloak administrator; only `maru keycloak apply` and the sample need it."""
    identity_providers: str
    """Through whom people may sign in beside Keycloak (auth.keycloak.providers): JSON, or the path of a file that holds it."""
    dns_resolver: str
    """address:port of the name server that is asked about cities' own domains; empty for those of the machine."""
    secret_key: str
    identity_key: str
    """From which the keys come that CIs are sealed with and found by (auth.verification.sealing)."""
    identity_keys_old: tuple[str, ...]
    """Those before it, the latest last, as long as CIs stand under them (`maru identity rotate`)."""
    agency_url: str
    """Where the identity agency is; empty where there is none, and the desk alone proves who people are."""
    agency_secret: str
    agency_name: str
    """As the agency is called in the record of what it said."""
    proxies: int | None
    """How many proxies of ours stand before the web and name the client's address; None where nobody says."""
    mail_url: str
    """Where e-mails go (maru.mail); empty where none are sent."""
    mail_from: str
    """The address that they come from."""
    sms_url: str
    """Where texts go (maru.texting); empty where none are sent."""
    data_share_url: str
    """http(s)://KEY@host[:port]/path of the administrative data share (auth.residence.sharing); empty where there is none."""

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the process environment (or `environ`), completed by the runtime file of a running `maru up`."""
        given = dict(os.environ if environ is None else environ)
        home = Path(given.get("MARU_HOME") or ROOT / ".maru").expanduser().absolute()
        values = {**read_env_file(home / RUNTIME_FILE), **{k: v for k, v in given.items() if v}}
        environment = _one_of(values, "MARU_ENV", ("development", "production"), "development")
        port = _port(values, "MARU_PORT", 8000, HIGHEST_PORT - 1)
        scheme = _one_of(values, "MARU_SCHEME", ("http", "https"), "http" if environment == "development" else "https")
        outbox = f"file:{quote(str(home / OUTBOX))}" if environment == "development" else ""
        base_domain = values.get("MARU_BASE_DOMAIN", "localhost").lower()
        default_public_port = port if environment == "development" else {"http": 80, "https": 443}[scheme]
        return cls(
            environment=environment,
            home=home,
            port=port,
            base_domain=base_domain,
            public_port=_port(values, "MARU_PUBLIC_PORT", default_public_port, HIGHEST_PORT),
            scheme=scheme,
            database_url=values.get("DATABASE_URL", ""),
            database_app_url=values.get("DATABASE_APP_URL", ""),
            s3_url=values.get("S3_URL", ""),
            s3_public_url=_origin(values, "S3_PUBLIC_URL"),
            oidc_issuer=values.get("OIDC_ISSUER", "").rstrip("/"),
            oidc_client_id=values.get("OIDC_CLIENT_ID", "maru"),
            oidc_client_secret=values.get("OIDC_CLIENT_SECRET", ""),
            keycloak_admin=values.get("KEYCLOAK_ADMIN", ""),
            identity_providers=values.get("MARU_IDENTITY_PROVIDERS", ""),
            dns_resolver=_server(values, "DNS_RESOLVER"),
            secret_key=values.get("MARU_SECRET_KEY", ""),
            identity_key=values.get("MARU_IDENTITY_KEY", ""),
            identity_keys_old=tuple(values.get("MARU_IDENTITY_KEYS_OLD", "").replace(",", " ").split()),
            agency_url=values.get("IDENTITY_AGENCY_URL", "").rstrip("/"),
            agency_secret=values.get("IDENTITY_AGENCY_SECRET", ""),
            agency_name=values.get("IDENTITY_AGENCY_NAME", ""),
            proxies=_count(values, "MARU_PROXIES", 0 if environment == "development" else None),
            mail_url=values.get("MAIL_URL", outbox),
            mail_from=values.get("MAIL_FROM", f"no-reply@{base_domain}"),
            sms_url=values.get("SMS_URL", outbox),
            data_share_url=values.get("DATA_SHARE_URL", ""),
        )

    @property
    def development(self) -> bool:
        return self.environment == "development"

    @property
    def weak_secret(self) -> str | None:
        """What is wrong with the key that proves forms and cookies genuine."""
        return _weak(self.secret_key)

    @property
    def weak_identity_key(self) -> str | None:
        """What is wrong with the key that CIs are sealed with."""
        if self.identity_key == self.secret_key:
            return "Set it to a secret of its own."
        if self.identity_key in self.identity_keys_old:
            return "It stands in MARU_IDENTITY_KEYS_OLD too: set it to the new secret."
        return _weak(self.identity_key)

    @property
    def weak_agency(self) -> str | None:
        """What is wrong with the secret that the agency's answers are sealed with."""
        return _weak(self.agency_secret)

    @property
    def plain_http(self) -> str | None:
        """What is wrong with the way in which browsers reach us; a trial on the machine itself needs no https."""
        local = self.base_domain == "localhost" or self.base_domain.endswith(".localhost")
        return None if self.scheme == "https" or local or self.development else "Set it to https."

    @property
    def unknown_proxies(self) -> str | None:
        """What is wrong with the addresses that clients are held to: behind a proxy all would have the proxy's."""
        return "Set it to how many proxies stand before the web, 0 for none." if self.proxies is None else None

    def faults(self) -> dict[str, str | None]:
        """What is wrong with the settings that keep people safe, by variable."""
        return {
            "MARU_SECRET_KEY": self.weak_secret,
            "MARU_SCHEME": self.plain_http,
            "MARU_PROXIES": self.unknown_proxies,
            "DATA_SHARE_URL": self.open_share,
        } | (self._faults_of_proofs() if self.agency_url else {})

    def _faults_of_proofs(self) -> dict[str, str | None]:
        return {"MARU_IDENTITY_KEY": self.weak_identity_key, "IDENTITY_AGENCY_SECRET": self.weak_agency}

    @property
    def open_share(self) -> str | None:
        """Why questions about people would travel in the open."""
        open_address = self.data_share_url and not self.data_share_url.startswith("https://")
        if open_address and not self.development:
            return "The administrative data share is asked about people: its address must begin with https://."
        return None

    def demand_safety(self) -> None:
        """Refuse to serve people in production with settings that are not safe. Raises ConfigurationError."""
        for variable, fault in self.faults().items():
            if fault and not self.development:
                raise ConfigurationError(f"{variable} is not safe for production. {fault}")

    @cached_property
    def s3(self) -> S3:
        url = urlsplit(self.s3_url)
        if not (url.hostname and url.username and url.password and url.path.strip("/")):
            raise ConfigurationError("S3_URL must read http(s)://ACCESS:SECRET@host:port/bucket.")
        return S3(
            endpoint=url.hostname + (f":{url.port}" if url.port else ""),
            bucket=url.path.strip("/"),
            access_key=unquote(url.username),
            secret_key=unquote(url.password),
            secure=url.scheme == "https",
            region=dict(parse_qsl(url.query)).get("region", ""),
            public_url=self.s3_public_url,
        )

    def origin(self, slug: str | None = None) -> str:
        """Public address of a city's site, or of the portal when `slug` is None; no trailing slash."""
        host = f"{slug}.{self.base_domain}" if slug else self.base_domain
        return f"{self.scheme}://{host}{self.port_suffix}"

    @property
    def port_suffix(self) -> str:
        standard = {"http": 80, "https": 443}[self.scheme]
        return "" if self.public_port == standard else f":{self.public_port}"


def _weak(secret: str) -> str | None:
    return None if len(secret) >= LEAST_SECRET else f"Set it to {LEAST_SECRET} random characters or more."


def _one_of(values: Mapping[str, str], name: str, known: tuple[str, ...], default: str) -> str:
    value = values.get(name, default)
    if value not in known:
        raise ConfigurationError(f"{name} is {value!r}; it must be {' or '.join(known)}.")
    return value


def _count(values: Mapping[str, str], name: str, default: int | None) -> int | None:
    value = values.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit()):
        raise ConfigurationError(f"{name} is {value!r}; it must be a number, 0 or more.")
    return int(value)


def _origin(values: Mapping[str, str], name: str) -> str:
    """An address without a path, as browsers name the origin of a page; empty where it is not given."""
    value = values.get(name, "").rstrip("/")
    url = urlsplit(value)
    if value and not (url.scheme in ("http", "https") and url.hostname and value == f"{url.scheme}://{url.netloc}"):
        raise ConfigurationError(f"{name} is {value!r}; it must read http(s)://host[:port].")
    return value


def _server(values: Mapping[str, str], name: str) -> str:
    """address:port of a server, by number and not by name; empty where it is not given."""
    value = values.get(name, "")
    if not value:
        return ""
    address, _colon, port = value.rpartition(":")
    try:
        ip_address(address.strip("[]"))
    except ValueError as error:
        raise ConfigurationError(f"{name} is {value!r}; it must read address:port.") from error
    return f"{address.strip('[]')}:{_port({name: port}, name, 53, HIGHEST_PORT)}"


def _port(values: Mapping[str, str], name: str, default: int, highest: int) -> int:
    value = values.get(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(highest)) and 1 <= int(value) <= highest):
        raise ConfigurationError(f"{name} is {value!r}; it must be a port from 1 to {highest}.")
    return int(value)


def read_env_file(path: Path) -> dict[str, str]:
    """`KEY=value` lines of a file; an absent file is empty."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

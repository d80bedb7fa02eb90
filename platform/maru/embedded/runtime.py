"""The addresses and secrets of a running `maru up`, which every other command of the same home reads."""

import hashlib
import os
from collections.abc import Mapping
from secrets import token_urlsafe
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from maru.config import ROOT, Config
from maru.embedded.agency import NAME, Agency
from maru.embedded.keycloak import Keycloak
from maru.embedded.postgres import Postgres
from maru.embedded.process import free_port
from maru.embedded.s3 import S3
from maru.errors import ConfigurationError

PREPARED = "prepared"
"""The file that says which migrations the embedded database has, and that its sample is loaded."""
PASSED_ON = (
    "MARU_ENV", "MARU_BASE_DOMAIN", "MARU_PUBLIC_PORT", "MARU_SCHEME", "MARU_PROXIES", "S3_PUBLIC_URL",
    "MAIL_URL", "MAIL_FROM", "SMS_URL", "DNS_RESOLVER", "DATA_SHARE_URL", "MARU_IDENTITY_PROVIDERS",
)  # fmt: skip


def runtime_values(
    config: Config,
    secrets: Mapping[str, str],
    postgres: Postgres | None,
    s3: S3 | None,
    keycloak: Keycloak | None,
    agency: Agency | None,
) -> dict[str, str]:
    """What `runtime.env` holds; a part that is None is an external one, and stands in `config`."""
    application = ("maru_app", secrets["MARU_APP_PASSWORD"])
    if postgres is not None:
        database, database_app = postgres.url("maru", "maru_owner"), postgres.url("maru", "maru_app")
    else:
        database, database_app = config.database_url, database_url_as(config.database_url, *application)
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    if config.development:
        passed_on.setdefault("DATA_SHARE_URL", f"http://{token_urlsafe()}@127.0.0.1:{free_port()}/")
    return passed_on | {
        "DATABASE_URL": database,
        "DATABASE_APP_URL": config.database_app_url or database_app,
        "S3_URL": s3.url if s3 else config.s3_url,
        "OIDC_ISSUER": keycloak.issuer if keycloak else config.oidc_issuer,
        "OIDC_CLIENT_ID": config.oidc_client_id,
        "OIDC_CLIENT_SECRET": secrets["OIDC_CLIENT_SECRET"] if keycloak else config.oidc_client_secret,
        "KEYCLOAK_ADMIN": keycloak.admin if keycloak else config.keycloak_admin,
        "MARU_SECRET_KEY": config.secret_key or secrets["MARU_SECRET_KEY"],
        "MARU_IDENTITY_KEY": config.identity_key or secrets["MARU_IDENTITY_KEY"],
        "IDENTITY_AGENCY_URL": agency.url if agency else config.agency_url,
        "IDENTITY_AGENCY_SECRET": secrets["IDENTITY_AGENCY_SECRET"] if agency else config.agency_secret,
        "IDENTITY_AGENCY_NAME": NAME if agency else config.agency_name,
        "MARU_PORT": str(config.port),
    }


def database_url_as(url: str, user: str, password: str) -> str:
    """The same database for another role."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{user}:{password}@{parts.netloc.rpartition('@')[2]}").geturl()


def keycloak_database_beside(url: str) -> str:
    """Address of a database for the embedded Keycloak on an external PostgreSQL; made where it is missing."""
    parts = urlsplit(url)
    name = f"{parts.path.strip('/')}_keycloak"
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as problem:
        raise ConfigurationError(
            f"The embedded Keycloak needs a database {name} beside the one of DATABASE_URL, which that role may not"
            " make: make it for that role, or set OIDC_ISSUER."
        ) from problem
    except psycopg.OperationalError as problem:
        raise ConfigurationError(f"The database at DATABASE_URL does not answer: {problem}") from problem
    return parts._replace(path=f"/{name}").geturl()


def fingerprint() -> str:
    """Of the migrations in this checkout."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "migrations").rglob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()

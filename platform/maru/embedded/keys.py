"""What an installation makes up once and keeps: its secrets and the ports that its parts last listened on."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from maru.config import read_env_file
from maru.embedded.process import free_port, private_folder

SECRETS_FILE = "secrets.env"
PORTS = "ports"
SECRETS = (
    "POSTGRES_PASSWORD",
    "MARU_OWNER_PASSWORD",
    "MARU_APP_PASSWORD",
    "KEYCLOAK_DATABASE_PASSWORD",
    "KEYCLOAK_ADMIN_PASSWORD",
    "S3_ACCESS_KEY",
    "S3_SECRET_KEY",
    "S3_INTERNAL_KEY",
    "OIDC_CLIENT_SECRET",
    "MARU_SECRET_KEY",
)
OF_PROOFS = ("MARU_IDENTITY_KEY", "IDENTITY_AGENCY_SECRET")
"""What identity checks need, where an agency stands: beside `make up` the counterpart does."""


def load_secrets(home: Path) -> dict[str, str]:
    """The secrets of `home/secrets.env`; those that are missing are made up and kept there."""
    path = home / SECRETS_FILE
    kept = read_env_file(path)
    if missing := [name for name in (*SECRETS, *OF_PROOFS) if name not in kept]:
        kept |= {name: secrets.token_hex(24) for name in missing}
        write_env_file(path, kept)
    return kept


def write_env_file(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file at one stroke by `KEY=value` lines that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text("".join(f"{name}={value}\n" for name, value in values.items()), "utf-8")
    draft.replace(path)


def kept_port(home: Path, name: str) -> int:
    """The port that `name` listened on last time, or another free one if somebody else took it since."""
    folder = private_folder(home / PORTS)
    kept = {path.name: int(path.read_text("ascii")) for path in folder.iterdir()}
    port = free_port(kept.pop(name, None), avoid=kept.values())
    (folder / name).write_text(str(port), "ascii")
    return port

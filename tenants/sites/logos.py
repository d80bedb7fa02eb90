"""Files of cities' signs in the object store, under names made of their content: what a name means never changes."""

import hashlib
import re
from uuid import UUID

from maru.errors import N_, NotFound
from maru.recent import Recent
from maru.storage import Storage

NAME = re.compile(r"[0-9a-f]{64}\.(svg|png)")
KINDS = {"svg": "image/svg+xml", "png": "image/png"}
READ: Recent[bytes] = Recent(seconds=3600, most=64)


def keep(tenant: UUID, picture: bytes, kind: str, storage: Storage) -> str:
    """Keep a cleaned picture of the kind "svg" or "png"; gives its name."""
    name = f"{hashlib.sha256(picture).hexdigest()}.{kind}"
    storage.put(_key(tenant, name), picture, KINDS[kind])
    return name


def read(tenant: UUID, name: str, storage: Storage) -> tuple[bytes, str]:
    """The picture and its media type; NotFound for what this city has not kept."""
    named = NAME.fullmatch(name)
    if named is None:
        raise NotFound(N_("찾으시는 그림이 없습니다."))
    return READ.get((tenant, name), lambda: storage.get(_key(tenant, name))), KINDS[named[1]]


def _key(tenant: UUID, name: str) -> str:
    return f"sites/{tenant}/{name}"

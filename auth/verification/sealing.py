"""How a CI is kept: found by a keyed hash, and sealed for the day on which people are linked anew (PRV-03, PRV-06).

Both keys come from one secret of the installation, MARU_IDENTITY_KEY, which is no other secret's neighbour: whoever has
the database alone can neither read a CI nor try whether somebody is in it. While the secret is being changed, those before it
are known too (MARU_IDENTITY_KEYS_OLD): a CI is looked for under all of them, and kept under the one in use.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CI = re.compile(r"[A-Za-z0-9+/]{86}==")
"""PRV-01: 64 bytes, written in base64."""
NONCE = 12


@dataclass(frozen=True)
class SealedCi:
    """What the database keeps of a CI; `old_hashes` are those under the keys before, by which it may stand there already."""

    hash: bytes
    sealed: bytes
    key_id: str
    old_hashes: tuple[bytes, ...] = ()


class Sealer:
    """Seals and opens CIs with the keys of one secret."""

    def __init__(self, secret: str) -> None:
        self._look_up = _derive(secret, b"maru ci look-up")
        self._cipher = AESGCM(_derive(secret, b"maru ci sealing"))
        self.key_id = _derive(secret, b"maru ci key id")[:4].hex()

    def seal(self, ci: str) -> SealedCi:
        """Raises ValueError for what is no CI; the value is in no message."""
        if not CI.fullmatch(ci):
            raise ValueError("this is no CI of 88 letters")
        found_by = self.hash(ci)
        nonce = secrets.token_bytes(NONCE)
        return SealedCi(found_by, nonce + self._cipher.encrypt(nonce, ci.encode(), found_by), self.key_id)

    def open(self, kept: SealedCi) -> str:
        """The CI again. Raises cryptography's InvalidTag where the key is another one or the row was changed."""
        return self._cipher.decrypt(kept.sealed[:NONCE], kept.sealed[NONCE:], kept.hash).decode()

    def hash(self, ci: str) -> bytes:
        """By which a CI is found under this secret."""
        return hmac.new(self._look_up, ci.encode(), hashlib.sha256).digest()


class Keyring:
    """The secret in use, and those before it under which CIs may still stand."""

    def __init__(self, secret: str, old: Sequence[str] = ()) -> None:
        self._current, self._old = Sealer(secret), [Sealer(one) for one in old]
        self._known = {one.key_id: one for one in (*self._old, self._current)}

    @property
    def key_id(self) -> str:
        return self._current.key_id

    @property
    def old_ids(self) -> list[str]:
        return [one.key_id for one in self._old if one.key_id != self.key_id]

    def knows(self, key_id: str) -> bool:
        return key_id in self._known

    def seal(self, ci: str) -> SealedCi:
        """Under the secret in use. Raises ValueError for what is no CI."""
        sealed = self._current.seal(ci)
        return replace(sealed, old_hashes=tuple(one.hash(ci) for one in self._old))

    def open(self, kept: SealedCi) -> str:
        """The CI again. Raises KeyError where its secret is not known, cryptography's InvalidTag where the row was changed."""
        return self._known[kept.key_id].open(kept)


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())

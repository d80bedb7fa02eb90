"""How a CI is kept: found by a keyed hash, and sealed for the day on which people are linked anew (PRV-03, PRV-06).

Both keys come from one secret of the installation, MARU_IDENTITY_KEY, which is no other secret's neighbour: whoever has
the database alone can neither read a CI nor try whether somebody is in it.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CI = re.compile(r"[A-Za-z0-9+/]{86}==")
"""PRV-01: 64 bytes, written in base64."""
NONCE = 12


@dataclass(frozen=True)
class SealedCi:
    """What the database keeps of a CI."""

    hash: bytes
    sealed: bytes
    key_id: str


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
        found_by = hmac.new(self._look_up, ci.encode(), hashlib.sha256).digest()
        nonce = secrets.token_bytes(NONCE)
        return SealedCi(found_by, nonce + self._cipher.encrypt(nonce, ci.encode(), found_by), self.key_id)

    def open(self, kept: SealedCi) -> str:
        """The CI again. Raises cryptography's InvalidTag where the key is another one or the row was changed."""
        return self._cipher.decrypt(kept.sealed[:NONCE], kept.sealed[NONCE:], kept.hash).decode()


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())

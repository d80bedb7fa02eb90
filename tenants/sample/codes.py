"""One-time codes of sample staff, whose authenticator app is this module (RFC 6238)."""

import hashlib
import hmac

SECRET = "maru-sample-authenticator-2026"  # noqa: S105  # the published secret of invented people; development only
PERIOD = 30
"""Seconds for which a code is shown."""


def code(seconds: float, secret: str = SECRET) -> str:
    """The six digits that an app shows at a moment, in seconds since 1970."""
    counter = int(seconds // PERIOD).to_bytes(8, "big")
    mac = hmac.digest(secret.encode(), counter, hashlib.sha1)
    place = mac[-1] & 15
    return f"{(int.from_bytes(mac[place : place + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"

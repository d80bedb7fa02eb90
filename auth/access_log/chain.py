"""What the hashes of the access log are taken over, computed without the database that they are to prove (PRV 7.4).

A look's hash is SHA-256 over the hash before it and the look's content. Looks are sealed some at a time: a seal's hash is
taken over the seal before it, the hash of its last look, and its own facts; the first look of a seal goes on from the seal
before. The first seal goes on from the hash of nothing. Contents are JSON arrays as PostgreSQL writes `jsonb`, in UTF-8;
times are whole microseconds since 1970, addresses as `inet` is written as text.

What this proves: whatever was sealed is what it was, complete and in its order, as long as somebody outside the database
knows one later hash. Whoever owns the database could make the whole chain anew from a place on, or cut off its end; so the
worker says each seal's hash in its log, and `maru log verify --expect` compares. What it does not prove: that a look was
true when it was written, nor anything about the looks of the last seconds, which no seal holds yet.
"""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

BEGINNING = sha256(b"").digest()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def look_hash(previous: bytes, look: Any) -> bytes:
    """Of a row of `access_log` whose `address` is text or None."""
    content = [
        _words(look.id), _microseconds(look.at), _words(look.actor_id), _words(look.person_id), _words(look.tenant_id),
        look.task, look.purpose, list(look.fields), look.address, look.request_id,
    ]  # fmt: skip
    return sha256(previous + _written(content)).digest()


def seal_hash(seal: Any) -> bytes:
    """Of a row of `access_log_seals`."""
    times = (_microseconds(at) for at in (seal.first_at, seal.last_at, seal.sealed_at))
    return sha256(
        _written([seal.number, seal.previous.hex(), seal.digest.hex(), seal.first_place, seal.looks, *times])
    ).digest()


def _written(content: list[Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def _microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def _words(key: object) -> str | None:
    return None if key is None else str(key)

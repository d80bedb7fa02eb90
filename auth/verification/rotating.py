"""Changing the secret of the identity checks: every CI is sealed and found by the new one, in batches, while people prove on.

A row that has moved keeps the hash under the key before it, so that a process that has not been restarted yet finds it and
makes no second person of somebody. Once all have been, `forget` lets go of these hashes.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from auth.verification.sealing import Keyring, SealedCi
from maru.config import Config
from maru.db import Database, Scope
from maru.errors import ConfigurationError
from maru.migrating import engine_connection

BATCH = 500
ALONE = sa.text("SELECT pg_try_advisory_xact_lock(hashtextextended('maru identity rotate', 0))")
NEXT = sa.text("""
    SELECT person_id, ci_hash, ci_sealed, key_id FROM cis
    WHERE key_id = ANY (:old) AND person_id > :after ORDER BY person_id LIMIT :batch
""")
LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(encode(:hash, 'hex'), 0))")
MOVE = sa.text("""
    UPDATE cis SET ci_hash = :hash, ci_sealed = :sealed, key_id = :key, old_hash = :before
    WHERE person_id = :person AND ci_hash = :before
""")
"""Only where nobody has proven anew meanwhile, which moved the row already."""
FORGET = sa.text("UPDATE cis SET old_hash = NULL WHERE old_hash IS NOT NULL AND key_id = :key")
COUNT = sa.text("SELECT key_id, rows, found_by_old FROM engine.count_ci_keys()")
FIRST = "00000000-0000-0000-0000-000000000000"


@dataclass
class Rotation:
    """How many CIs were moved to the secret in use, and how many could not be opened: their rows stay as they are."""

    moved: int = 0
    unreadable: int = 0


@dataclass(frozen=True)
class Standing:
    """CIs under the secret in use, under those before it, and under none that is known; `found_by_old`: how many of them are
    also found by the key before.
    """

    current: int = 0
    old: int = 0
    unknown: int = 0
    found_by_old: int = 0


def keyring(config: Config) -> Keyring:
    """The secrets of an installation. Raises ConfigurationError where the one in use is none."""
    if config.weak_identity_key:
        raise ConfigurationError(f"MARU_IDENTITY_KEY: {config.weak_identity_key}")
    return Keyring(config.identity_key, config.identity_keys_old)


def rotate(config: Config, *, batch: int = BATCH) -> Rotation:
    """Move every CI to the secret in use, `batch` rows a transaction; whatever is interrupted is taken up by the next call.

    Raises ConfigurationError where another one is at it, or a secret is missing.
    """
    keys, done = keyring(config), Rotation()
    after: str | None = FIRST
    while after is not None:
        after = _move_some(config, keys, done, after, batch)
    return done


def forget(config: Config) -> int:
    """Let go of the hashes under keys before the one in use; how many. Raises ConfigurationError while CIs stand under them."""
    keys = keyring(config)
    if config.identity_keys_old:
        raise ConfigurationError(
            "MARU_IDENTITY_KEYS_OLD is still set: remove it, restart every web process, and ask again."
        )
    with engine_connection(config.database_url) as connection:
        others = connection.execute(sa.text("SELECT count(*) FROM cis WHERE key_id <> :key"), {"key": keys.key_id})
        if count := others.scalar_one():
            raise ConfigurationError(
                f"{count} CIs stand under another key: set MARU_IDENTITY_KEYS_OLD and rotate first."
            )
        return connection.execute(FORGET, {"key": keys.key_id}).rowcount


def standing(database: Database, keys: Keyring) -> Standing:
    """Under which keys CIs stand, as the application may know it."""
    with database.transaction(Scope.JOB) as opened:
        rows = {row.key_id: row for row in opened.execute(COUNT)}
    of = {key: row.rows for key, row in rows.items()}
    known = {keys.key_id, *keys.old_ids}
    return Standing(
        current=of.get(keys.key_id, 0),
        old=sum(of.get(key, 0) for key in keys.old_ids),
        unknown=sum(count for key, count in of.items() if key not in known),
        found_by_old=sum(row.found_by_old for row in rows.values()),
    )


def _move_some(config: Config, keys: Keyring, done: Rotation, after: str, batch: int) -> str | None:
    """One transaction; the last person looked at, None where nobody is left."""
    with engine_connection(config.database_url) as connection:
        if not connection.execute(ALONE).scalar_one():
            raise ConfigurationError("Another rotation is running.")
        rows = connection.execute(NEXT, {"old": keys.old_ids, "after": after, "batch": batch}).all()
        for row in rows:
            try:
                ci = keys.open(SealedCi(row.ci_hash, row.ci_sealed, row.key_id))
            except InvalidTag:
                done.unreadable += 1
                continue
            sealed = keys.seal(ci)
            for one in sorted({sealed.hash, *sealed.old_hashes}):
                connection.execute(LOCK, {"hash": one})
            moved = {"hash": sealed.hash, "sealed": sealed.sealed, "key": sealed.key_id}
            done.moved += connection.execute(MOVE, {**moved, "before": row.ci_hash, "person": row.person_id}).rowcount
    return str(rows[-1].person_id) if len(rows) == batch else None

"""Walking the chain of the access log and saying where it breaks (PRV 7.4); what it proves stands in chain.py."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from auth.access_log import chain

LEAST_KEPT = timedelta(days=730)
"""Two years: whatever the limits in the database say, no younger look may be gone (PRV 7.4)."""
MOST_TOLD = 50
"""Breaks that are told one by one."""
SNAPSHOT = sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
SEALS = sa.text("SELECT * FROM access_log_seals ORDER BY number")
PLACES = sa.text("""
    SELECT p.place, p.look_id, p.hash, l.id, l.at, l.actor_id, l.person_id, l.tenant_id, l.task, l.purpose, l.fields,
           l.address::text AS address, l.request_id
    FROM access_log_places p LEFT JOIN access_log l ON l.id = p.look_id
    WHERE p.place >= :first AND p.place < :following ORDER BY p.place
""")
STRAY_PLACES = sa.text("""
    SELECT p.place FROM access_log_places p WHERE NOT EXISTS (SELECT FROM access_log_seals s
        WHERE s.gone_at IS NULL AND p.place >= s.first_place AND p.place < s.first_place + s.looks)
    ORDER BY p.place LIMIT :most
""")
STRAY_LOOKS = sa.text("""
    SELECT l.id FROM access_log l WHERE NOT EXISTS (SELECT FROM access_log_places p WHERE p.look_id = l.id)
        AND NOT EXISTS (SELECT FROM access_log_unsealed u WHERE u.look_id = l.id)
    ORDER BY l.id LIMIT :most
""")
LOST_LOOKS = sa.text("""
    SELECT u.look_id FROM access_log_unsealed u WHERE NOT EXISTS (SELECT FROM access_log l WHERE l.id = u.look_id)
    ORDER BY u.look_id LIMIT :most
""")
WAITING = sa.text("SELECT count(*) FROM access_log_unsealed")
LAST_CHECK = sa.text(
    "SELECT seals, hash FROM access_log_checks WHERE breaks = 0 AND seals > 0 ORDER BY id DESC LIMIT 1"
)


KEEP = sa.text("""
    INSERT INTO access_log_checks (seals, looks, hash, breaks, first_break)
    VALUES (:seals, :looks, decode(:hash, 'hex'), :breaks, :first_break)
""")


@dataclass
class Finding:
    """`looks` were walked in `seals`; `gone` more were deleted in their time; `waiting` are not sealed yet.

    `hash` is that of the last seal, in hexadecimal digits; `breaks` says where the chain is broken.
    """

    looks: int = 0
    seals: int = 0
    gone: int = 0
    waiting: int = 0
    hash: str = chain.BEGINNING.hex()
    breaks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Expected:
    """A seal's hash as somebody outside the database, or an earlier check, has kept it."""

    number: int
    hash: str


def verify(connection: sa.Connection, expected: Sequence[Expected] = ()) -> Finding:
    """Walk the whole chain in the transaction of somebody to whom every row is open, such as the engine's role.

    A transaction that has read nothing yet also sees one moment only, however long the walk is.
    """
    finding, before = Finding(waiting=connection.execute(WAITING).scalar_one()), None
    kept = {one.number: one.hash.lower() for one in expected}
    for seal in connection.execute(SEALS).all():
        finding.breaks += _faults_of(seal, before)
        if kept.pop(seal.number, seal.hash.hex()) != seal.hash.hex():
            finding.breaks.append(f"seal {seal.number}: its hash is not the one that was expected")
        if seal.gone_at is None:
            finding.breaks += _faults_in(connection, seal)
            finding.looks += seal.looks
        else:
            finding.gone += seal.looks
        finding.seals, finding.hash, before = finding.seals + 1, seal.hash.hex(), seal
    finding.breaks += [f"seal {number}: it was expected and is not there" for number in kept]
    finding.breaks += _strays(connection)
    return finding


def last_unbroken(connection: sa.Connection) -> list[Expected]:
    """The seal at which the chain ended when it last held: whoever cuts an end off has to cut this off too."""
    return [Expected(row.seals, row.hash.hex()) for row in connection.execute(LAST_CHECK)]


def keep(connection: sa.Connection, finding: Finding) -> None:
    """Write down that the chain was verified and what was found, in the same transaction, for who looks after the house."""
    first = finding.breaks[0] if finding.breaks else ""
    said = {"seals": finding.seals, "looks": finding.looks, "hash": finding.hash}
    connection.execute(KEEP, {**said, "breaks": len(finding.breaks), "first_break": first})


def _faults_of(seal: Any, before: Any) -> Iterator[str]:
    """Of the seal itself, and of how it follows the one before."""
    here = f"seal {seal.number}"
    number, previous = (before.number + 1, before.hash) if before else (1, chain.BEGINNING)
    first_place = before.first_place + before.looks if before else 1
    if seal.number != number:
        last = f" to {seal.number - 1}" if seal.number - 1 > number else ""
        yield f"seal {number}{last}: not there"
    elif seal.previous != previous or seal.first_place != first_place:
        yield f"{here}: it does not follow the seal before it"
    if chain.seal_hash(seal) != seal.hash:
        yield f"{here}: it was changed"
    if seal.gone_at is not None and seal.last_at > datetime.now(UTC) - LEAST_KEPT:
        yield f"{here}: its looks are said to be gone, and are to be kept"


def _faults_in(connection: sa.Connection, seal: Any) -> list[str]:
    """Of the looks of a seal; after each fault the walk goes on from what the next place was computed from."""
    faults, step, due = [], seal.previous, seal.first_place
    following = seal.first_place + seal.looks
    for row in connection.execute(PLACES, {"first": due, "following": following}):
        if row.place != due:
            faults.append(_missing(due, row.place))
        elif row.id is None:
            faults.append(f"place {row.place}: look {row.look_id} was removed")
        elif chain.look_hash(step, row) != row.hash:
            faults.append(f"place {row.place}: look {row.look_id} was changed, or stands in another's place")
        step, due = row.hash, row.place + 1
    if due != following:
        faults.append(_missing(due, following))
    elif step != seal.digest:
        faults.append(f"seal {seal.number}: its looks end with another hash")
    return faults


def _missing(first: int, following: int) -> str:
    last = f" to {following - 1}" if following - 1 > first else ""
    return f"place {first}{last}: not there"


def _strays(connection: sa.Connection) -> list[str]:
    """Rows that stand in no seal and do not wait for one."""
    most = {"most": MOST_TOLD}
    return [
        *(f"place {place}: no seal holds it" for place in connection.execute(STRAY_PLACES, most).scalars()),
        *(f"look {look}: it has no place and waits for none" for look in connection.execute(STRAY_LOOKS, most).scalars()),
        *(f"look {look}: it was removed before it was sealed" for look in connection.execute(LOST_LOOKS, most).scalars()),
    ]  # fmt: skip

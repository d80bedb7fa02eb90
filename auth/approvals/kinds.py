"""What is asked for: a feature declares its kinds, and the composition roots import it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from auth.approvals.models import Approval
from maru.errors import N_


@dataclass(frozen=True)
class Kind:
    """One kind. `name` stands in the database and stays; `title` is a Korean message id, `called` says the same in
    messages, by language; who has `permission` throughout
    their city, or the province, asks and decides.

    `describe` gives lines of term and words that the second person judges by, in the language of the page; names of
    people in part. `carry_out` does what was asked for in the transaction that approves; what it raises undoes the
    approval too. A kind without it hands something to its asker: `take` is the address where they take it, once, with
    {id} and the names of `details` in braces; `hand`, a Korean message id, is what the button there says.
    """

    name: str
    title: str
    permission: str
    called: Mapping[str, str]
    describe: Callable[[Approval], list[tuple[str, str]]]
    carry_out: Callable[[Approval], None] | None = None
    take: str = ""
    hand: str = N_("내려받기")


declared: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Make a kind known. Raises ValueError where two have one name, or one neither does nor hands out anything."""
    if kind.name in declared:
        raise ValueError(f"two kinds of approvals are called {kind.name}")
    if bool(kind.carry_out) == bool(kind.take):
        raise ValueError(f"{kind.name} either carries something out or hands something over")
    declared[kind.name] = kind
    return kind

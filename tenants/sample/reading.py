"""The written sample data, as it lies beside this module (data/README.md)."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def lines(name: str) -> Sequence[dict[str, Any]]:
    """The objects of one file: cities, venues, courses or people."""
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines() if line]

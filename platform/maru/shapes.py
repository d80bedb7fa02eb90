"""What marshmallow says of a field that does not have the right shape, as our own messages."""

import re
from collections.abc import Mapping
from typing import Any

from maru.errors import N_

WRONG = N_("형식이 맞지 않습니다.")
SAID = {
    re.compile(pattern): message
    for pattern, message in {
        r"Missing data for required field\.": N_("꼭 있어야 하는 값입니다."),
        r"Field may not be null\.": N_("비워 둘 수 없는 값입니다."),
        r"Unknown field\.": N_("여기에는 없는 이름입니다."),
        r"Not a valid integer\.": N_("정수로 적어 주세요."),
        r"Not a valid number\.": N_("수로 적어 주세요."),
        r"Not a valid date(?:time)?\.": N_("날짜로 적어 주세요. 예: 2026-11-22"),
        r"Must be one of: (?P<choices>.+)\.": N_("다음 가운데 하나여야 합니다: %(choices)s"),
        r"Must be greater than or equal to (?P<least>\S+) and less than or equal to (?P<most>\S+)\.": N_(
            "%(least)s부터 %(most)s까지의 수여야 합니다."
        ),
        r"Length must be between (?P<least>\d+) and (?P<most>\d+)\.": N_("%(least)s자부터 %(most)s자까지여야 합니다."),
        r"Longer than maximum length (?P<most>\d+)\.": N_("%(most)s자보다 깁니다."),
        r"Shorter than minimum length (?P<least>\d+)\.": N_("%(least)s자보다 짧습니다."),
    }.items()
}


def in_words(said: str) -> tuple[str, Mapping[str, Any]]:
    """The message and its values; what is already one of our messages stays as it is."""
    for pattern, message in SAID.items():
        found = pattern.fullmatch(said)
        if found:
            return message, found.groupdict()
    return (WRONG if said.isascii() else said), {}

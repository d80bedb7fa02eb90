"""Geometry of the bars beside figures: from zero, in percent of the longest. The words beside them say the same."""

from collections.abc import Sequence

HEIGHT = 28
"""Of a small line, in its own units; its width is 100."""


def bars(values: Sequence[int | None]) -> list[float | None]:
    """How long each bar is; a hidden figure has none."""
    longest = max((value for value in values if value), default=0) or 1
    return [None if value is None else round(100 * value / longest, 1) for value in values]


def line(values: Sequence[int | None]) -> str:
    """An SVG path over the values from left to right, broken where one is hidden; empty without two that join."""
    heights = bars(values)
    step = 100 / max(len(values) - 1, 1)
    path, joined = [], False
    for place, height in enumerate(heights):
        if height is None:
            joined = False
            continue
        path.append(f"{'L' if joined else 'M'}{place * step:.4g} {HEIGHT - 2 - height * (HEIGHT - 4) / 100:.4g}")
        joined = True
    return " ".join(path) if any(one.startswith("L") for one in path) else ""

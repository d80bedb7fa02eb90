"""Sizes of files in words: three figures at most, of 1,024, as the upload in the browser says them (static/js/upload.js)."""

UNITS = ("KB", "MB", "GB", "TB")
STEP = 1024
FOUR_FIGURES = 999.5


def size(count: int, language: str) -> str:
    """`202MB`, `1.35GB`, `16바이트`; `202 MB`, `1.35 GB`, `16 bytes`."""
    if count < STEP:
        return f"{count} byte{'' if count == 1 else 's'}" if language == "en" else f"{count}바이트"
    figure, units = count / STEP, iter(UNITS)
    unit = next(units)
    while figure >= FOUR_FIGURES:
        figure, unit = figure / STEP, next(units)
    return f"{figure:.3g} {unit}" if language == "en" else f"{figure:.3g}{unit}"

"""What a city writes on its own pages: paragraphs, headings, lists, bold words and links; everything else is plain text."""

from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

MARKS = ("paragraph", "heading", "list", "link", "emphasis", "newline", "escape")
LEAST_HEADING = 2
"""The page itself has the one h1."""
MOST_HEADING = 4


@lru_cache(maxsize=500)
def shown(text: str) -> Markup:
    """As HTML. Tags are shown as they were typed; addresses of scripts and the like are no links."""
    parser = MarkdownIt("zero", {"html": False, "breaks": True}).enable(MARKS, ignoreInvalid=True)
    tokens = parser.parse(text)
    _lower(tokens)
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704  # the parser escapes all it is given


def _lower(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type.startswith("heading"):
            level = min(int(token.tag[1:]) + LEAST_HEADING - 1, MOST_HEADING)
            token.tag = f"h{level}"

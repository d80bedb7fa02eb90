"""Korean first, English complete: which of the two a page speaks.

`?lang=en` in an address wins and is remembered in a cookie; then the cookie, then what the person chose in their
account, then Korean. A browser's own preference is not asked: public computers in Korean offices often say English.
A program is asked, in `Accept-Language`, after `?lang=` and before the person; it has no cookie.
"""

from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

LANGUAGES: Final = {"ko": "한국어", "en": "English"}
DEFAULT: Final = "ko"
COOKIE: Final = "lang"
ARGUMENT: Final = "lang"
COOKIE_AGE: Final = 365 * 24 * 3600
TRANSLATIONS: Final = Path(__file__).parent / "translations"


def choose(*wishes: str | None) -> str:
    """The first of the wishes that is a language of ours, else Korean."""
    return next((word for word in wishes if word in LANGUAGES), DEFAULT)


def other(language: str) -> str:
    """The language that the switch offers."""
    return "ko" if language == "en" else "en"


def carried(url: str, language: str) -> str:
    """An address on another host of ours, which has not been told the language: it takes along one that is chosen."""
    return url if language == DEFAULT else f"{url}?{ARGUMENT}={language}"


def switch_url(path: str, query: str, language: str) -> str:
    """The same page in `language`: path and query are the request's own, so that a search keeps its filters."""
    arguments = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key != ARGUMENT]
    return f"/{quote(path.lstrip('/'))}?{urlencode([*arguments, (ARGUMENT, language)])}"

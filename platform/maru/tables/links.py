"""Web addresses as people write them into cells and forms."""

import re
from urllib.parse import urlsplit

from maru.tables.cells import Reading

_SCHEME = re.compile("https?://", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[^/?#]*:(?!\d)")
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}\.?")
_NOT_IN_LINKS = re.compile(r"[\s\\<>\"']")
_LONGEST_LINK = 2_000


def read_link(text: str) -> Reading[str]:
    """A web address of http or https; one without a scheme is completed, everything else is dropped."""
    if text in ("없음", "해당없음"):
        return Reading(None)
    if _SCHEME.match(text):
        return Reading(text) if is_web_address(text) else Reading(None, "link-dropped")
    link = "http://" + text.lstrip("/")
    if _OTHER_SCHEME.match(text) or not is_web_address(link):
        return Reading(None, "link-dropped")
    return Reading(link, "link-completed")


def is_web_address(link: str) -> bool:
    """Whether a browser can go there by http or https."""
    if not _SCHEME.match(link) or len(link) > _LONGEST_LINK or _NOT_IN_LINKS.search(link):
        return False
    try:
        parts = urlsplit(link)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return port_is_sound and "@" not in parts.netloc and _HOST.fullmatch(parts.hostname or "") is not None

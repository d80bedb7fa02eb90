"""What a page offers its reader: the addresses of its links and forms."""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit


@dataclass(frozen=True)
class Act:
    """Something that a reader may press: the method and the address that pressing it asks for, without its query."""

    method: str
    url: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


class _Offers(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.acts: set[Act] = set()
        self._form: Act | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "a" and "href" in given:
            self._add("GET", given["href"])
        elif tag == "form":
            self._form = self._add(given.get("method", "get"), given.get("action") or given.get("data-begin", ""))
        elif tag in ("button", "input") and {"formaction", "formmethod"} & given.keys():
            before = self._form or Act("GET", self._url)
            self._add(given.get("formmethod", before.method), given.get("formaction", before.url))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def _add(self, method: str, address: str) -> Act:
        act = Act(method.upper(), urljoin(self._url, address).split("#")[0])
        self.acts.add(act)
        return act


def offers(page: str, url: str) -> set[Act]:
    """Every link and form of a page that stands at `url`, but for those that leave its host."""
    found = _Offers(url)
    found.feed(page)
    return {act for act in found.acts if urlsplit(act.url).netloc == urlsplit(url).netloc and act != Act("GET", url)}

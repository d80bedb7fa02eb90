"""What a clerk writes into the forms of notices and banners, read into values or into sentences about what is missing."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from maru import forms
from maru.errors import N_
from maru.web import dates
from tenants.notices.models import Banner, Notice

LONGEST_TITLE, LONGEST_BODY, LONGEST_WORDS, LONGEST_LINK = 120, 20_000, 200, 500
DRAWINGS: Mapping[str, str] = {"": N_("그림 없음"), "phone": N_("전화기"), "sprout": N_("새싹"), "book": N_("책")}
"""Keys of the look's posters."""
LINK = re.compile(r"(/|/[^/\s\\][^\s\\]*|https?://[^\s/\\][^\s\\]*)")
"""Without backslashes: browsers take `/\\` for the beginning of another host."""
MOST_POSITION = 999
FIRST = date(2000, 1, 1)
"""Of days that are meant; what lies before the first year of the calendar no page could show again."""
Values = dict[str, Any]
Errors = dict[str, str]


def entered(row: Notice | Banner | None) -> Mapping[str, Any]:
    """What the form shows before anything is typed: what was written, or what a new one begins with."""
    if row is None:
        return {"when": "now", "drawing": ""}
    shown = {name: getattr(row, name) for name in ("title", "body")}
    extra = ("pinned", "strip") if isinstance(row, Notice) else ("link", "drawing", "position")
    begins, ends = row.published_at, row.ends_at
    planned = row.standing(datetime.now(UTC)) == "planned"
    return {
        **shown,
        **{name: getattr(row, name) for name in extra},
        "when": "draft" if begins is None else "at" if planned else "now",
        "at": dates.in_seoul(begins).strftime("%Y-%m-%dT%H:%M") if begins and planned else "",
        "until": dates.in_seoul(ends - timedelta(seconds=1)).date().isoformat() if ends else "",
    }


def read_notice(given: Mapping[str, str], row: Notice | None) -> tuple[Values, Errors]:
    """A notice as it was typed."""
    values, errors = _read(given, row)
    values |= {"pinned": bool(given.get("pinned")), "strip": bool(given.get("strip"))}
    if not values["body"]:
        errors["body"] = N_("내용을 적어 주세요.")
    elif len(values["body"]) > LONGEST_BODY:
        errors["body"] = N_("내용이 너무 깁니다. 20,000자 안으로 줄여 주세요.")
    return values, errors


def read_banner(given: Mapping[str, str], row: Banner | None) -> tuple[Values, Errors]:
    """A banner as it was typed."""
    values, errors = _read(given, row)
    link, drawing = given.get("link", "").strip(), given.get("drawing", "")
    values |= {"link": link, "drawing": drawing if drawing in DRAWINGS else "", "position": _position(given)}
    if len(values["body"]) > LONGEST_WORDS:
        errors["body"] = N_("설명은 200자 안으로 적어 주세요.")
    if not LINK.fullmatch(link) or len(link) > LONGEST_LINK:
        errors["link"] = N_("누르면 갈 곳을 적어 주세요. 예: /courses?free=1 또는 https://www.gg.go.kr")
    return values, errors


def _read(given: Mapping[str, str], row: Notice | Banner | None) -> tuple[Values, Errors]:
    errors: Errors = {}
    title = " ".join(given.get("title", "").split())
    if not title:
        errors["title"] = N_("제목을 적어 주세요.")
    elif len(title) > LONGEST_TITLE:
        errors["title"] = N_("제목은 120자 안으로 적어 주세요.")
    begins, wrong = _begins(given, row)
    errors |= wrong
    ends, wrong = _ends(given)
    errors |= wrong
    if ends and ends <= (begins or datetime.now(UTC)) and not errors:
        errors["until"] = N_("내리는 날은 올리는 날이나 그 뒤로 적어 주세요.")
    return {"title": title, "body": given.get("body", "").strip(), "published_at": begins, "ends_at": ends}, errors


def _begins(given: Mapping[str, str], row: Notice | Banner | None) -> tuple[datetime | None, Errors]:
    """When it begins; what is shown already keeps its day."""
    now = datetime.now(UTC)
    match given.get("when"):
        case "draft":
            return None, {}
        case "at":
            begins = forms.moment(given.get("at", ""), FIRST)
            return begins, {} if begins else {"at": N_("올릴 날과 시각을 적어 주세요. 예: 2026-11-30 09:00")}
        case _:
            known = row.published_at if row else None
            return (known if known and known <= now else now), {}


def _ends(given: Mapping[str, str]) -> tuple[datetime | None, Errors]:
    """The end of the day until which it is shown."""
    written = given.get("until", "").strip()
    if not written:
        return None, {}
    last = forms.day(written, FIRST)
    if last is None:
        return None, {"until": N_("내리는 날을 적어 주세요. 예: 2026-12-31")}
    return datetime.combine(last + timedelta(days=1), time.min, dates.SEOUL), {}


def _position(given: Mapping[str, str]) -> int:
    written = given.get("position", "").strip()
    return min(int(written), MOST_POSITION) if re.fullmatch("[0-9]{1,3}", written) else 0

"""What every console page is handed: who works here, and the menu (maru/web/__init__.py)."""

from typing import Any

from flask import Flask, g, request
from flask_babel import gettext as _

from maru.dispatch import known_caller
from maru.web.mount import language

PREFIX = "/console"


def mount(app: Flask) -> None:
    """Hand the console's context to its templates."""

    @app.context_processor
    def context() -> dict[str, Any]:
        caller = known_caller()
        site = g.get("site")
        if caller is None or site is None or not request.path.startswith(PREFIX):
            return {}
        name = site.short_en if language() == "en" else site.short_ko
        return {"staff": {"name": caller.person_name, "place": _("%(city)s 업무실", city=name)}, "menu": _menu()}


def _menu() -> list[dict[str, Any]]:
    return [
        {
            "label": _("매일 하는 일"),
            "entries": [
                _entry(_("오늘 할 일"), PREFIX, "list"),
                _entry(_("강좌 목록"), f"{PREFIX}/courses", "cal"),
                _entry(_("파일로 올리기"), f"{PREFIX}/imports", "save"),
            ],
        }
    ]


def _entry(label: str, url: str, icon: str) -> dict[str, Any]:
    exactly = request.path == url
    return {
        "label": label,
        "url": url,
        "icon": icon,
        "current": exactly or (url != PREFIX and request.path.startswith(url)),
        "count": None,
    }

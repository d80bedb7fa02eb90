"""An application with the look alone, as far as pages of maru.web need one."""

from dataclasses import make_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, render_template, request

from maru.web import gallery, languages, mount
from tenants.sites import brand

WEB = Path(gallery.__file__).parent
NOW = datetime(2026, 10, 15, 6, 42, tzinfo=UTC)
BRANDS = {
    slug: brand.derive(colour)
    for slug, colour in {"suwon": "#2343a0", "seongnam": "#0b7a53", "yongin": "#e4572e", "goyang": "#ffb81c"}.items()
}
LOOKS = {
    "suwon": ("수원시 평생학습관", "수원시", "deep", "deep", "plain", "wall"),
    "seongnam": ("성남배움나루", "성남시", "white", "light", "soft", "hills"),
    "yongin": ("용인 배움마당", "용인시", "white", "light", "soft", "floor"),
    "goyang": ("고양 꽃길배움터", "고양시", "white", "deep", "soft", "lake"),
}


def given(**members: Any) -> Any:
    """Members that can be hashed together, as what the frame is made of must be."""
    return make_dataclass("Given", members, frozen=True)(**members)


def site(slug: str) -> Any:
    name, short_name, masthead, hero, shape, drawing = LOOKS[slug]
    return given(
        slug=slug, name=name, short_name=short_name, tagline="도시가 모두 교실", phone="031-555-0100",
        hours="평일 오전 9:00~오후 6:00", masthead=masthead, hero=hero, shape=shape, drawing=drawing,
        logo_url="", brand_version="0",
    )  # fmt: skip


PORTAL = given(
    name="경기 평생배움 마루", short_name="경기도", tagline="경기도 31개 시군이 함께", phone="031-555-0000",
    hours="", masthead="white", hero="deep", shape="plain", drawing="floor", brand_version="0",
)  # fmt: skip


def context() -> dict[str, Any]:
    """What the application hands to every page (see maru/web/__init__.py)."""
    slug = request.args.get("site", "suwon")
    doors = ("강좌 찾기", "온라인 강의", "내 학습", "도움말")
    entry = {"url": "#", "current": False, "count": 0}
    return {
        "site": site(slug) if slug in LOOKS else None,
        "portal": PORTAL,
        "portal_url": "http://localhost/",
        "home_url": "/",
        "live_cities": tuple(given(slug=s, name=look[1], url=f"#{s}") for s, look in LOOKS.items()),
        "person": {"name": "김영숙"} if request.args.get("person") else None,
        "staff": {"name": "박지은", "place": "수원시 평생학습관 업무"},
        "language": mount.language(),
        "switch_language_url": languages.switch_url("/", "", languages.other(mount.language())),
        "doors": tuple(given(label=label, url=f"#{n}", current=n == 0) for n, label in enumerate(doors)),
        "my_url": "#my",
        "sign_in_url": "#sign-in",
        "sign_out_url": "#sign-out",
        "footer_links": (
            given(label="개인정보처리방침", url="#privacy"),
            given(label="수료증 진위 확인", url="#verify"),
        ),
        "csrf_token": lambda: "token",
        "menu": [
            {"label": "매일", "entries": [entry | {"label": "오늘 할 일", "icon": "home", "count": 9, "current": True},
                                        entry | {"label": "강좌·차수", "icon": "book"}]},
            {"label": "관리", "entries": [entry | {"label": "누리집 꾸미기", "icon": "brush"}]},
        ],
    }  # fmt: skip


def make_app() -> Flask:
    """Gallery, console gallery, an error page and the brand sheet of `?site=`, by default Suwon's."""
    app = Flask("gallery", template_folder=str(WEB / "templates"), static_folder=None)
    app.testing = True
    mount.mount(app, person_language=lambda: None, secure=False)
    app.context_processor(context)

    @app.after_request
    def as_strict_as_the_application(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        return response

    @app.get("/")
    @app.get("/<name>.html")
    def page(name: str = "gallery") -> str:
        return render_template(f"{name}.html", **gallery.samples(NOW))

    @app.get("/error")
    def error() -> str:
        return render_template("error.html", problem=gallery.REFUSAL | {"title": "신청하실 수 없습니다", "status": 409})

    @app.get("/brand.css")
    def brand_sheet() -> tuple[str, dict[str, str]]:
        slug = (request.referrer or "").partition("site=")[2].partition("&")[0] or "suwon"
        own = BRANDS.get(slug, brand.derive("#17495e"))
        return brand.stylesheet(own, BRANDS), {"Content-Type": "text/css"}

    return app


@pytest.fixture
def app() -> Flask:
    return make_app()

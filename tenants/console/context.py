"""What every console page is handed: who works here, what they may do, and the menu (maru/web/__init__.py)."""

from typing import Any

from flask import Flask, g, request
from flask_babel import gettext as _

from auth.roles.permissions import VISITOR, permits
from auth.visits import service as visits
from maru.dispatch import caller, known_caller
from maru.tenancy import Caller
from maru.web.mount import language
from tenants.console.reach import may, may_in_province, who_may

PREFIX = "/console"
PROVINCE = "/province"


def mount(app: Flask) -> None:
    """Hand the console's context to its templates."""

    @app.context_processor
    def context() -> dict[str, Any]:
        caller = known_caller()
        if caller is not None and caller.portal and request.path.startswith(PROVINCE):
            staff = {"name": caller.person_name, "place": _("경기도 업무실")}
            return {"staff": staff, "menu": _province_menu(), "may": may_in_province}
        site = g.get("site")
        if caller is None or site is None or not request.path.startswith(PREFIX):
            return {}
        name = site.short_en if language() == "en" else site.short_ko
        staff = {"name": caller.person_name, "place": _("%(city)s 업무실", city=name)}
        return {"staff": staff, "menu": _menu(), "may": may, "who_may": who_may, "visit": g.get("visit")}


def furnish(asking: Caller) -> None:
    """Load, inside the transaction, what for somebody of the province looks into this console."""
    if VISITOR in asking.roles and request.path.startswith(PREFIX) and asking.tenant_id and asking.person_id:
        g.visit = visits.standing(asking.tenant_id, asking.person_id)


def _menu() -> list[dict[str, Any]]:
    return [
        {
            "label": _("매일 하는 일"),
            "entries": [
                _entry(_("오늘 할 일"), PREFIX, "list", f"{PREFIX}/unmarked", count="today"),
                _entry(_("강좌 목록"), f"{PREFIX}/courses", "cal", f"{PREFIX}/runs/", f"{PREFIX}/certificates/"),
                *([_entry(_("파일로 올리기"), f"{PREFIX}/imports", "save")] if may("courses:write") else []),
                *([_entry(_("신청자"), f"{PREFIX}/applicants", "people")] if may("applicants:read") else []),
                *([_entry(_("참여한 분"), f"{PREFIX}/people", "person")] if may("people:read") else []),
                *([_entry(_("사는 곳 확인"), f"{PREFIX}/residence", "pin")] if may("homes:prove") else []),
                *([_entry(_("보호자·대신하는 분"), f"{PREFIX}/families", "people")] if may("families:record") else []),
                _entry(_("달력·교육장"), f"{PREFIX}/calendar", "cal", f"{PREFIX}/venues", f"{PREFIX}/institutions"),
            ],
        },
        {
            "label": _("이어 하는 일"),
            "entries": [
                *(
                    [_entry(_("문의"), f"{PREFIX}/questions", "mail", f"{PREFIX}/faq", count="questions")]
                    if may("questions:answer")
                    else []
                ),
                _entry(_("알림·게시"), f"{PREFIX}/notices", "bell", f"{PREFIX}/banners"),
                *(
                    [_entry(_("안내 발송"), f"{PREFIX}/messages/outbox", "mail", f"{PREFIX}/messages")]
                    if may("messages:read")
                    else []
                ),
                _entry(_("온라인 콘텐츠"), f"{PREFIX}/library", "play"),
            ],
        },
        _administration(),
    ]


def _administration() -> dict[str, Any]:
    return {
        "label": _("관리"),
        "entries": [
            *([_entry(_("누리집 꾸미기"), f"{PREFIX}/site", "brush")] if may("site:read") else []),
            *([_entry(_("통계"), f"{PREFIX}/figures", "chart")] if may("figures:read") else []),
            *([_entry(_("열람 기록"), f"{PREFIX}/looks", "eye")] if may("looks:read") else []),
            *(
                [_entry(_("둘이 정하는 일"), f"{PREFIX}/approvals", "okc", count="approvals")]
                if may("approvals:decide")
                else []
            ),
            *(
                [_entry(_("개인정보 요구"), f"{PREFIX}/rights", "shield", f"{PREFIX}/rights/")]
                if may("rights:decide")
                else []
            ),
            *([_entry(_("담당자"), f"{PREFIX}/staff", "person")] if may("staff:manage") else []),
            _entry(_("역할과 권한"), f"{PREFIX}/roles", "shield"),
        ],
    }


def _province_menu() -> list[dict[str, Any]]:
    roles = caller().province_roles
    entries = [
        _entry(_("시군"), PROVINCE, "list", f"{PROVINCE}/cities/"),
        _entry(_("콘텐츠"), f"{PROVINCE}/library", "play", count="submitted"),
        _entry(_("모든 시군에 알리기"), f"{PROVINCE}/notices", "bell"),
    ]
    staff = [_entry(_("담당자"), f"{PROVINCE}/staff", "person")] if may_in_province("province-staff:manage") else []
    if may_in_province("province-approvals:decide"):
        staff.append(_entry(_("둘이 정하는 일"), f"{PROVINCE}/approvals", "okc", count="approvals"))
    return [
        {"label": _("도에서 하는 일"), "entries": entries},
        {
            "label": _("기록"),
            "entries": [
                *([_entry(_("통합 학습이력"), f"{PROVINCE}/people", "cert")] if permits(roles, "people:look") else []),
                *(
                    [_entry(_("같은 분의 ID"), f"{PROVINCE}/same-people", "person")]
                    if permits(roles, "people:merge-read")
                    else []
                ),
                *(
                    [_entry(_("열람 기록"), f"{PROVINCE}/looks", "eye")]
                    if permits(roles, "province-looks:read")
                    else []
                ),
                *([_entry(_("역할 기록"), f"{PROVINCE}/grants", "shield")] if permits(roles, "grants:read") else []),
                *(
                    [_entry(_("개인정보 요구"), f"{PROVINCE}/rights", "shield", f"{PROVINCE}/rights/")]
                    if permits(roles, "province-rights:decide")
                    else []
                ),
                *(
                    [_entry(_("유출 사고 기록"), f"{PROVINCE}/breaches", "alert", f"{PROVINCE}/breaches/")]
                    if permits(roles, "breaches:handle")
                    else []
                ),
                *(
                    [_entry(_("개인정보 파기"), f"{PROVINCE}/destruction", "x", f"{PROVINCE}/destruction/")]
                    if permits(roles, "destruction:confirm")
                    else []
                ),
                *(
                    [_entry(_("동의서"), f"{PROVINCE}/consents", "check", f"{PROVINCE}/consents/")]
                    if permits(roles, "consent-texts:write")
                    else []
                ),
                _entry(_("통계"), f"{PROVINCE}/figures", "chart"),
            ],
        },
        {
            "label": _("관리"),
            "entries": [
                _entry(_("안내 발송"), f"{PROVINCE}/messages", "mail"),
                _entry(_("되지 않은 작업"), f"{PROVINCE}/work", "clock", count="undone"),
                *staff,
                _entry(_("역할과 권한"), f"{PROVINCE}/roles", "shield"),
            ],
        },
    ]


def _entry(label: str, url: str, icon: str, *beneath: str, count: str = "") -> dict[str, Any]:
    """One line of the menu; it is the current one also on the pages whose addresses begin with one of `beneath`.

    `count` names what waits behind it (counts.py of tenants/today and of tenants/province).
    """
    exactly = request.path == url
    return {
        "label": label,
        "url": url,
        "icon": icon,
        "current": exactly or request.path.startswith((*beneath, *([url] if url not in (PREFIX, PROVINCE) else []))),
        "count": g.get("waiting_counts", {}).get(count),
    }

"""The steps of a city's first ten minutes, in order; each has one page and its own fields of the site's content."""

from dataclasses import dataclass

from maru.errors import N_


@dataclass(frozen=True)
class Step:
    """One line of the checklist.

    `fields` are those that its page saves, `required` the ones without which it is not done, whoever has been through
    it; `permission` is what opens that page.
    """

    key: str
    title: str
    lead: str
    url: str
    fields: tuple[str, ...] = ()
    optional: bool = False
    required: tuple[str, ...] = ()
    permission: str = "site:read"


def _edited(
    key: str, title: str, lead: str, *fields: str, optional: bool = False, required: tuple[str, ...] = ()
) -> Step:
    return Step(key, title, lead, f"/console/site/{key}", fields, optional, required)


STEPS = (
    _edited(
        "name",
        N_("이름과 한 줄 인사"),
        N_("누리집의 머리와 첫 화면에 쓰입니다."),
        *("name", "name_en", "short_name", "short_name_en", "tagline", "tagline_en", "question", "question_en"),
        required=("name", "name_en", "tagline"),
    ),
    _edited(
        "logo",
        N_("로고"),
        N_("SVG나 PNG 그림 하나입니다."),
        *("logo", "logo_alt"),
        optional=True,
        required=("logo",),
    ),
    _edited(
        "colours", N_("색"), N_("하나만 고르시면 나머지는 읽기 쉽게 만들어 드립니다."), "colour", "masthead", "hero"
    ),
    _edited(
        "front",
        N_("글꼴과 첫 화면"),
        N_("모서리, 그림, 첫 화면에 보일 것과 그 순서입니다."),
        *("font", "shape", "drawing", "blocks", "own_title", "own_text"),
    ),
    _edited(
        "menu",
        N_("메뉴와 우리 글"),
        N_("네 개의 문은 모든 시군이 같고, 그 아래에 더하실 수 있습니다."),
        *("menu", "pages"),
        optional=True,
    ),
    Step("notices", N_("소식"), N_("첫 화면에 보일 소식을 하나 올려 두세요."), "/console/notices", optional=True),
    _edited(
        "contact",
        N_("연락처"),
        N_("전화는 누리집이 어려운 분들의 길입니다."),
        *("phone", "hours", "address", "map_url", "head_title", "head_name"),
        required=("phone", "hours", "address"),
    ),
    _edited(
        "privacy",
        N_("개인정보와 약관"),
        N_("누가 책임지는지 법에 따라 적습니다."),
        *("controller", "privacy_officer", "privacy_phone", "privacy_text", "terms_text"),
        required=("controller", "privacy_officer", "privacy_phone"),
    ),
    Step(
        "staff",
        N_("직원"),
        N_("함께 일할 분에게 역할을 드립니다."),
        "/console/staff",
        optional=True,
        permission="staff:manage",
    ),
    Step("courses", N_("첫 강좌"), N_("평생학습 표준 양식 파일로 한 번에 올립니다."), "/console/imports"),
    Step("preview", N_("미리보기"), N_("공개하기 전에 전화와 컴퓨터 화면으로 봅니다."), "/console/site/preview"),
    Step(
        "live",
        N_("문 열기"),
        N_("빠진 것을 살펴보고 한 번 여쭌 뒤 엽니다."),
        "/console/site/live",
        permission="site:write",
    ),
)
EDITED = {step.key: step for step in STEPS if step.fields}
"""Those that change the draft."""
REQUIRED = {field for step in STEPS if not step.optional for field in step.required}
"""What a form does not take empty."""

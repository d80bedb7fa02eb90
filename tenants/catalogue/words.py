"""Names of choices in lists: filters, categories, part of the day. Message ids in Korean."""

from maru.errors import N_
from records import classification

CATEGORIES = {**classification.CATEGORIES, "other": N_("기타")}
STATES = {"open": N_("지금 신청할 수 있는 강좌"), "upcoming": N_("곧 접수를 시작하는 강좌")}
TIMES = {"morning": N_("오전 (낮 12시 전)"), "afternoon": N_("오후 (6시 전)"), "evening": N_("저녁 (6시부터)")}
WHENS = {
    "today": N_("오늘"),
    "tonight": N_("오늘 저녁 (6시부터)"),
    "weekend": N_("이번 주말"),
    "week": N_("7일 안"),
    "evenings": N_("평일 저녁"),
}
METHODS = {"offline": N_("모여서 배우는 강좌"), "online": N_("온라인 강좌")}
AGES = {"child": N_("어린이"), "youth": N_("청소년"), "adult": N_("성인"), "senior": N_("어르신")}
SORTS = {"closing": N_("마감이 가까운 순"), "starting": N_("시작이 가까운 순"), "newest": N_("새로 나온 순")}
NEAREST = N_("가까운 순")
FREE = N_("무료 강좌")

"""Names of the kinds of question. Message ids in Korean."""

from collections.abc import Mapping

from maru.errors import N_

CATEGORIES: Mapping[str, str] = {
    "applying": N_("신청과 대기"),
    "money": N_("수강료와 감면"),
    "attending": N_("수업과 출석"),
    "certificates": N_("수료증과 기록"),
    "places": N_("장소와 시설"),
    "account": N_("로그인과 내 정보"),
    "other": N_("그 밖에"),
}

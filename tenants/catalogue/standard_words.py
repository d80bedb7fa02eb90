"""The closed words of the standard data (methods, targets, receptions, fields), so that English pages say them in English.

A city may write its own words in the same places; these stay as they are written.
"""

import re

from flask_babel import gettext as _

from maru.errors import N_
from maru.web.languages import DEFAULT
from maru.web.mount import language

KNOWN = frozenset((
    N_("온라인"), N_("오프라인"), N_("혼합"), N_("모바일"), N_("선착순"), N_("추첨"), N_("심사"), N_("서류"),
    N_("면접"), N_("인터넷"), N_("전화"), N_("방문"), N_("우편"), N_("팩스"), N_("이메일"), N_("누구나"),
    N_("전체"), N_("일반"), N_("성인"), N_("시민"), N_("군민"), N_("청년"), N_("청소년"), N_("어린이"),
    N_("아동"), N_("유아"), N_("영유아"), N_("중장년"), N_("어르신"), N_("노인"), N_("여성"), N_("가족"),
    N_("학부모"), N_("아버지"), N_("조부모"), N_("예비조부모"), N_("직장인"), N_("재직자"), N_("구직자"), N_("소상공인"),
    N_("상인"), N_("강사"), N_("예비창업자"), N_("농업인"), N_("귀농인"), N_("귀촌인"), N_("재외동포"), N_("장애인"),
    N_("다문화가족"), N_("외국인 주민"), N_("다문화 가족"), N_("다문화 청소년"), N_("예비 부모"), N_("느린 학습자"),
    N_("마을기업"), N_("숙박업"), N_("문자해득"), N_("기초생활기술"), N_("문해학습계좌"), N_("초등"), N_("중등"),
    N_("고등"), N_("직업준비"), N_("자격인증"), N_("현직직무역량"), N_("레저생활스포츠"), N_("생활문화예술"), N_("문화예술향상"),
    N_("건강심성"), N_("기능적소양"), N_("인문학적교양"), N_("시민책무성"), N_("시민리더역량"), N_("시민참여활동"),
))  # fmt: skip
SIGNS = re.compile(r"\s*[+·,/]\s*")


def in_words(written: str | None) -> str:
    """`인터넷+방문` as it is in Korean and `Internet, In person at the desk` in English; as written if not all is known."""
    if not written or language() == DEFAULT:
        return written or ""
    parts = SIGNS.split(written.strip())
    return ", ".join(_(part) for part in parts) if KNOWN.issuperset(parts) else written

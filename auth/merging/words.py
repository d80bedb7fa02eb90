"""How staff read why two IDs are alike."""

from collections.abc import Mapping

from maru.errors import N_

RULES: Mapping[str, str] = {
    "ci": N_("본인확인에서 같은 분으로 나옴"),
    "name-birth-phone": N_("이름, 생년월일, 전화가 같음"),
    "name-birth-email": N_("이름, 생년월일, 이메일이 같음"),
    "account": N_("전에 쓰던 아이디로 만든 새 계정"),
    "birth-phone": N_("생년월일과 전화가 같고 이름이 다름"),
    "name-birth": N_("이름과 생년월일이 같음"),
}
"""By the `rule` of a likeness, the surest first."""

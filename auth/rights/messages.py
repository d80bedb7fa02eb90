"""What people are told of their requests: each step, once."""

from auth.messages.kinds import Field, Kind, Text, declare
from maru.errors import N_

NAME = Field("name", N_("받는 분 이름"), {"ko": "김영숙", "en": "Kim Youngsook"})
WHAT = Field("what", N_("무엇을 요구하셨는지"), {"ko": "정정", "en": "correction"})
DUE = Field("due", N_("답을 드릴 날"), {"ko": "2026년 12월 3일", "en": "3 December 2026"})
WORDS = Field("words", N_("담당자의 말"), {"ko": "이름을 고쳤습니다.", "en": "The name is corrected."})
PAGE = Field("page", N_("요구를 보는 주소"), {"ko": "/my/rights/1", "en": "/my/rights/1"})


def _declared(name: str, title: str, fields: tuple[Field, ...], korean: Text, english: Text) -> Kind:
    return declare(Kind(f"rights.{name}", title, (NAME, WHAT, *fields, PAGE), {"ko": korean, "en": english}))


RECEIVED = _declared(
    "received",
    N_("개인정보 요구를 받았을 때"),
    (DUE,),
    Text(
        "개인정보 {what} 요구를 받았습니다",
        "{name} 님, 개인정보 {what} 요구를 받았습니다.\n\n{due}까지 답을 드리겠습니다. 하신 요구는 여기에서 보실 수 있습니다: {page}",
        "개인정보 {what} 요구를 받았습니다. {due}까지 답을 드립니다.",
    ),
    Text(
        "We received your request: {what}",
        "Dear {name},\n\nwe received your request about your personal data ({what}). You will have an answer by {due}."
        "\nYour request: {page}",
        "We received your request ({what}). You will have an answer by {due}.",
    ),
)
EXTENDED = _declared(
    "extended",
    N_("개인정보 요구를 미룰 때"),
    (DUE, WORDS),
    Text(
        "개인정보 {what} 요구의 답을 미룹니다",
        "{name} 님, 개인정보 {what} 요구에 답을 드리는 날을 {due}까지 미룹니다.\n\n까닭: {words}\n\n"
        "받아들이기 어려우시면 담당 기관에 이의를 제기하실 수 있습니다. 하신 요구: {page}",
        "개인정보 {what} 요구에 답을 드리는 날을 {due}까지 미룹니다. 까닭은 내 학습이나 창구에서 보실 수 있습니다.",
    ),
    Text(
        "The answer to your request is put off: {what}",
        "Dear {name},\n\nthe answer to your request ({what}) is put off until {due}.\n\nReason: {words}\n\n"
        "You may object to this with the office in charge. Your request: {page}",
        "The answer to your request ({what}) is put off until {due}. See My learning, or the desk.",
    ),
)
DONE = _declared(
    "done",
    N_("개인정보 요구를 들어드렸을 때"),
    (WORDS,),
    Text(
        "개인정보 {what} 요구를 들어드렸습니다",
        "{name} 님, 개인정보 {what} 요구를 들어드렸습니다.\n\n{words}\n\n자세히 보기: {page}",
        "개인정보 {what} 요구를 들어드렸습니다. 내 학습이나 창구에서 보실 수 있습니다.",
    ),
    Text(
        "Your request was granted: {what}",
        "Dear {name},\n\nyour request ({what}) was granted.\n\n{words}\n\nMore: {page}",
        "Your request ({what}) was granted. See My learning, or ask at the desk.",
    ),
)
REFUSED = _declared(
    "refused",
    N_("개인정보 요구를 거절할 때"),
    (WORDS,),
    Text(
        "개인정보 {what} 요구를 들어드리지 못합니다",
        "{name} 님, 개인정보 {what} 요구를 들어드리지 못합니다.\n\n까닭: {words}\n\n"
        "받아들이기 어려우시면 담당 기관에 이의를 제기하시거나 개인정보 분쟁조정위원회(1833-6972)에 조정을 신청하실 수 있습니다.\n"
        "하신 요구: {page}",
        "개인정보 {what} 요구를 들어드리지 못합니다. 까닭은 내 학습이나 창구에서 보실 수 있습니다.",
    ),
    Text(
        "Your request cannot be granted: {what}",
        "Dear {name},\n\nyour request ({what}) cannot be granted.\n\nReason: {words}\n\nYou may object to this with the "
        "office in charge, or apply to the Personal Information Dispute Mediation Committee (1833-6972).\nYour request: {page}",
        "Your request ({what}) cannot be granted. See the reason in My learning, or at the desk.",
    ),
)
FILE = _declared(
    "file",
    N_("내 정보 파일이 다 되었을 때"),
    (DUE,),
    Text(
        "내 정보 파일이 다 되었습니다",
        "{name} 님, 요구하신 개인정보 {what} 파일이 다 되었습니다.\n\n{due}까지 내려받으실 수 있고, 그 뒤에는 지웁니다. 본인만 내려받을 수 있습니다: {page}",
        "내 정보 파일이 다 되었습니다. {due}까지 내 학습에서 내려받거나 신분증을 가지고 창구로 오세요.",
    ),
    Text(
        "The file of your data is ready",
        "Dear {name},\n\nthe file of your personal data ({what}) is ready. You can download it until {due}; then it is removed."
        "\nOnly you can download it: {page}",
        "The file of your data is ready until {due}: in My learning, or at the desk with an ID.",
    ),
)
WITHDRAWN = _declared(
    "withdrawn",
    N_("개인정보 요구를 거두셨을 때"),
    (),
    Text(
        "개인정보 {what} 요구를 거두셨습니다",
        "{name} 님, 개인정보 {what} 요구를 거두신 것으로 적었습니다.\n\n하신 요구: {page}",
        "개인정보 {what} 요구를 거두셨습니다.",
    ),
    Text(
        "You withdrew your request: {what}",
        "Dear {name},\n\nyour request ({what}) is withdrawn.\n\nYour request: {page}",
        "You withdrew your request ({what}).",
    ),
)

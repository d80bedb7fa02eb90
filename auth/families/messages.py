"""What people are told about those who act for them. The rows are written by the engine, in the transaction of the act."""

from uuid import UUID

from auth.messages.kinds import Facts, Field, Kind, Text, declare
from maru.errors import N_


def find(_: UUID, _language: str) -> Facts:
    """Where all of it is seen, and ended."""
    return {"page": "/my/families", "account": "/my/take-over"}


NAME = Field("name", N_("받는 분 이름"), {"ko": "김영숙", "en": "Kim Youngsook"})
PAGE = Field("page", N_("내 가족 주소"), {"ko": "/my/families", "en": "/my/families"})
ACCOUNT = Field("account", N_("내 계정으로 옮기는 주소"), {"ko": "/my/take-over", "en": "/my/take-over"})
HELPER = Field("helper", N_("대신하는 분 이름"), {"ko": "박상철", "en": "Park Sangcheol"})
PERSON = Field("person", N_("부탁하신 분 이름"), {"ko": "박말순", "en": "Park Malsun"})
CHILD = Field("child", N_("자녀 이름"), {"ko": "김하늘", "en": "Kim Haneul"})
GIVEN_BACK = Field("given_back", N_("취소한 신청 수"), {"ko": "1", "en": "1"})
STILL = Field("kept", N_("이미 시작한 강좌 수"), {"ko": "1", "en": "1"})
DAY = Field("day", N_("만 14세가 되는 날"), {"ko": "2026-12-23", "en": "2026-12-23"})

for kind in (
    Kind(
        "families.helper-accepted",
        N_("대신하는 분이 생겼을 때"),
        (NAME, HELPER, PAGE),
        {
            "ko": Text(
                "{helper} 님이 대신하기로 했습니다",
                "{name} 님, {helper} 님이 부탁을 받아들여 이제 대신할 수 있습니다.\n\n"
                "무엇을 언제 대신했는지 보기, 바로 끝내기: {page}",
                "{helper} 님이 이제 대신할 수 있습니다. 끝내기는 내 학습의 내 가족에서 하실 수 있습니다.",
            ),
            "en": Text(
                "{helper} can now act for you",
                "Dear {name},\n\n{helper} has accepted and can now act for you.\n\nSee what is done for you, or end it"
                " at once: {page}",
                "{helper} can now act for you. You can end it under My learning, My family.",
            ),
        },
        find,
    ),
    Kind(
        "families.guardian-accepted",
        N_("자녀의 다른 보호자가 생겼을 때"),
        (NAME, HELPER, CHILD, PAGE),
        {
            "ko": Text(
                "{helper} 님이 {child} 님의 보호자로 등록했습니다",
                "{name} 님, {helper} 님이 동의하고 {child} 님의 보호자로 등록했습니다."
                " 이제 함께 강좌를 신청하고 학습을 볼 수 있습니다.\n\n"
                "잘못되었으면 여기에서 바로 끝내실 수 있습니다: {page}",
            ),
            "en": Text(
                "{helper} is now a guardian of {child}",
                "Dear {name},\n\n{helper} has consented and is now registered as a guardian of {child}. You can both apply"
                " for courses and see what {child} learns.\n\nIf this is wrong, end it at once: {page}",
            ),
        },
        find,
    ),
    Kind(
        "families.guardian-added",
        N_("함께 맡는 보호자가 다른 보호자를 더했을 때"),
        (NAME, HELPER, PERSON, CHILD, PAGE),
        {
            "ko": Text(
                "{helper} 님이 {child} 님의 보호자로 등록했습니다",
                "{name} 님, {person} 님의 부탁으로 {helper} 님이 동의하고 {child} 님의 보호자로 등록했습니다."
                " 이제 함께 강좌를 신청하고 학습을 볼 수 있습니다.\n\n"
                "{child} 님의 보호자 모두 보기: {page}\n잘못되었으면 {person} 님이 바로 끝낼 수 있습니다. 어려우면 창구로 알려 주세요.",
            ),
            "en": Text(
                "{helper} is now a guardian of {child}",
                "Dear {name},\n\nat the request of {person}, {helper} has consented and is now registered as a guardian of"
                " {child}, and can apply for courses and see what {child} learns as you do.\n\nSee all guardians of {child}:"
                " {page}\nIf this is wrong, {person} can end it at once; or tell the desk.",
            ),
        },
        find,
    ),
    Kind(
        "families.guardian-ended",
        N_("자녀의 다른 보호자가 그만두거나 끝났을 때"),
        (NAME, HELPER, CHILD, PAGE),
        {
            "ko": Text(
                "{helper} 님은 이제 {child} 님의 보호자로 등록되어 있지 않습니다",
                "{name} 님, {helper} 님은 이제 {child} 님의 강좌를 신청하거나 학습을 볼 수 없습니다."
                " {name} 님의 동의와 {child} 님의 신청은 그대로 있습니다.\n\n{child} 님의 보호자 모두 보기: {page}",
            ),
            "en": Text(
                "{helper} is no longer registered as a guardian of {child}",
                "Dear {name},\n\n{helper} can no longer apply for courses for {child} or see what {child} learns. Your own"
                " consent and {child}'s applications stay as they are.\n\nSee all guardians of {child}: {page}",
            ),
        },
        find,
    ),
    Kind(
        "families.guardianship-ended",
        N_("함께 맡은 보호자가 나의 보호자 등록을 끝냈을 때"),
        (NAME, CHILD, PAGE),
        {
            "ko": Text(
                "{child} 님의 보호자 등록이 끝났습니다",
                "{name} 님, {name} 님을 보호자로 더하신 분이 {child} 님의 보호자 등록을 끝냈습니다."
                " 이제 {child} 님의 강좌를 신청하거나 학습을 보실 수 없습니다.\n\n"
                "잘못되었으면 신분증과 가족관계를 보여 주는 종이를 가지고 창구로 와 주세요. 내 가족 보기: {page}",
            ),
            "en": Text(
                "You are no longer registered as a guardian of {child}",
                "Dear {name},\n\nwhoever named you as a guardian of {child} has ended it. You can no longer apply for courses"
                " for {child} or see what {child} learns.\n\nIf this is wrong, please come to the desk with an identity document"
                " and a paper that shows the family relation. My family: {page}",
            ),
        },
        find,
    ),
    Kind(
        "families.helper-recorded",
        N_("창구에서 대신하는 분을 적었을 때, 맡기신 분께"),
        (NAME, HELPER, PAGE),
        {
            "ko": Text(
                "{helper} 님이 대신하도록 창구에서 적었습니다",
                "{name} 님, 서명하신 종이에 따라 {helper} 님이 이 시군의 강좌를 대신 신청할 수 있습니다.\n\n"
                "서명하신 적이 없거나 그만두시려면 여기에서 바로 끝내시거나 창구로 알려 주세요: {page}",
                "서명하신 종이에 따라 {helper} 님이 강좌를 대신 신청할 수 있습니다. 서명하신 적이 없으면 알려 주세요.",
            ),
            "en": Text(
                "{helper} was recorded at the desk as acting for you",
                "Dear {name},\n\non the paper that you signed, {helper} may apply for this city's courses for you.\n\n"
                "If you have not signed, or want it no longer, end it here or tell the desk: {page}",
                "{helper} may apply for courses for you, on a paper that you signed. If you have not, please tell us.",
            ),
        },
        find,
    ),
    Kind(
        "families.asked-to-help",
        N_("창구에서 대신하는 분으로 적었을 때"),
        (NAME, PERSON, PAGE),
        {
            "ko": Text(
                "{person} 님을 대신하실 수 있습니다",
                "{name} 님, {person} 님이 창구에서 서명하고 {name} 님께 강좌 신청을 맡기셨습니다.\n\n"
                "맡지 않으시려면 여기에서 바로 끝내실 수 있습니다: {page}",
            ),
            "en": Text(
                "You can act for {person}",
                "Dear {name},\n\n{person} has signed at our desk that you may apply for courses for them.\n\n"
                "If you do not want to, end it at once: {page}",
            ),
        },
        find,
    ),
    Kind(
        "families.ended-at-desk",
        N_("창구에서 보호자의 동의를 거두셨을 때"),
        (NAME, CHILD, GIVEN_BACK, STILL, PAGE),
        {
            "ko": Text(
                "{child} 님에 대한 동의를 거두셨습니다",
                "{name} 님, 창구에서 {child} 님에 대한 동의를 거두신 것을 담당자가 적었습니다."
                " 아직 시작하지 않은 강좌의 신청 {given_back}건을 취소했고, 이미 시작한 강좌 {kept}개는 맡은 시군이 끝까지 합니다.\n\n"
                "거두신 적이 없다면 창구로 알려 주세요. 내 가족 보기: {page}",
                "{child} 님에 대한 동의를 창구에서 거두셨습니다. 아니라면 창구로 알려 주세요.",
            ),
            "en": Text(
                "Your consent for {child} has ended",
                "Dear {name},\n\nour desk has recorded that you withdrew your consent for {child}. Applications for courses that"
                " have not begun were cancelled ({given_back}); courses that have begun stay with their cities ({kept}).\n\n"
                "If you did not, please tell the desk. My family: {page}",
                "Our desk has recorded that you withdrew your consent for {child}. If that was not you, tell the desk.",
            ),
        },
        find,
    ),
    Kind(
        "families.helped-apply",
        N_("대신하는 분이 신청했을 때"),
        (NAME, HELPER, PAGE),
        {
            "ko": Text(
                "{helper} 님이 대신 강좌를 신청했습니다",
                "{name} 님, {helper} 님이 대신 강좌를 신청했습니다. 무슨 강좌인지는 신청 안내에 적혀 있습니다.\n\n"
                "대신한 일 모두 보기, 바로 끝내기: {page}",
                "{helper} 님이 대신 강좌를 신청했습니다.",
            ),
            "en": Text(
                "{helper} has applied for you",
                "Dear {name},\n\n{helper} has applied for a course for you; the message about the application names it.\n\n"
                "See what is done for you, or end it at once: {page}",
                "{helper} has applied for a course for you.",
            ),
        },
        find,
    ),
    Kind(
        "families.helped-cancel",
        N_("대신하는 분이 취소했을 때"),
        (NAME, HELPER, PAGE),
        {
            "ko": Text(
                "{helper} 님이 대신 신청을 취소했습니다",
                "{name} 님, {helper} 님이 대신 강좌 신청을 취소했습니다. 무슨 강좌인지는 취소 안내에 적혀 있습니다.\n\n"
                "대신한 일 모두 보기, 바로 끝내기: {page}",
                "{helper} 님이 대신 신청을 취소했습니다.",
            ),
            "en": Text(
                "{helper} has cancelled an application for you",
                "Dear {name},\n\n{helper} has cancelled an application for you; the message about it names the course.\n\n"
                "See what is done for you, or end it at once: {page}",
                "{helper} has cancelled an application for you.",
            ),
        },
        find,
    ),
    Kind(
        "families.own-rights-soon",
        N_("자녀가 곧 만 14세가 될 때"),
        (NAME, CHILD, DAY, PAGE),
        {
            "ko": Text(
                "{child} 님이 곧 만 14세가 됩니다",
                "{name} 님, {child} 님이 {day}에 만 14세가 됩니다. 그날부터는 스스로 동의하고 신청하며,"
                " 보호자의 대신하기와 보기는 그날 저절로 끝납니다.\n\n"
                "기록과 수료증은 그대로 {child} 님의 것입니다. 미리 번호를 만들어 {child} 님께 주세요: {page}",
                "{child} 님이 {day}에 만 14세가 됩니다. 내 가족에서 계정 번호를 미리 만들어 주세요.",
            ),
            "en": Text(
                "{child} will soon be fourteen",
                "Dear {name},\n\n{child} will be fourteen on {day}. From that day {child} consents and applies alone, and"
                " your access ends by itself.\n\nThe history and certificates stay {child}'s own. Please make a code in"
                " advance and pass it on: {page}",
                "{child} will be fourteen on {day}. Please make an account code under My family.",
            ),
        },
        find,
    ),
    Kind(
        "families.own-rights",
        N_("자녀가 만 14세가 되었을 때"),
        (NAME, CHILD, DAY, PAGE, ACCOUNT),
        {
            "ko": Text(
                "{child} 님이 만 14세가 되었습니다",
                "{name} 님, {child} 님이 {day}에 만 14세가 되어 보호자의 대신하기와 보기가 끝났습니다."
                " 신청하신 강좌와 기록은 그대로입니다.\n\n"
                "{child} 님께 줄 번호 만들기: {page}\n{child} 님이 로그인해서 번호를 적는 곳: {account}",
                "{child} 님이 만 14세가 되어 보호자의 대신하기가 끝났습니다.",
            ),
            "en": Text(
                "{child} is fourteen now",
                "Dear {name},\n\n{child} became fourteen on {day}, and your access has ended. Applications and history stay"
                " as they are.\n\nMake a code for {child}: {page}\nWhere {child} signs in and types it: {account}",
                "{child} is fourteen now, and your access has ended.",
            ),
        },
        find,
    ),
    Kind(
        "families.taken-over",
        N_("자녀가 자기 계정으로 옮겼을 때"),
        (NAME, CHILD, PAGE),
        {
            "ko": Text(
                "{child} 님이 이제 스스로 로그인합니다",
                "{name} 님, {child} 님이 자기 계정으로 옮기고 스스로 동의했습니다. 이제 안내는 {child} 님께 갑니다.\n\n"
                "내 가족 보기: {page}",
            ),
            "en": Text(
                "{child} signs in alone now",
                "Dear {name},\n\n{child} has taken over the account and has consented. Messages go to {child} now.\n\n"
                "My family: {page}",
            ),
        },
        find,
    ),
):
    declare(kind)

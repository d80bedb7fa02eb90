"""Rights, states and steps in words, as message ids in Korean."""

from collections.abc import Mapping

from maru.errors import N_

KINDS: Mapping[str, str] = {
    "access": N_("열람: 내 정보를 모두 보기"),
    "correction": N_("정정: 틀린 것을 고치기"),
    "deletion": N_("삭제: 내 정보를 지우기"),
    "suspension": N_("처리정지: 내 정보를 쓰지 않게 하기"),
    "transfer": N_("전송: 내 정보를 파일로 받아 다른 곳에 가져가기"),
}
SHORT: Mapping[str, Mapping[str, str]] = {
    "access": {"ko": "열람", "en": "access"},
    "correction": {"ko": "정정", "en": "correction"},
    "deletion": {"ko": "삭제", "en": "deletion"},
    "suspension": {"ko": "처리정지", "en": "suspension of processing"},
    "transfer": {"ko": "전송", "en": "transfer"},
}
"""As messages name them."""
STATES: Mapping[str, str] = {
    "waiting": N_("처리 중"),
    "done": N_("들어드림"),
    "refused": N_("거절함"),
    "withdrawn": N_("거두심"),
}
LOOKS: Mapping[str, str] = {"waiting": "soon", "done": "ok", "refused": "bad", "withdrawn": "off"}
STEPS: Mapping[str, str] = {
    "received": N_("받았습니다"),
    "extended": N_("미루었습니다"),
    "done": N_("들어드렸습니다"),
    "refused": N_("거절했습니다"),
    "withdrawn": N_("거두셨습니다"),
    "file": N_("파일을 만들었습니다"),
    "taken": N_("파일을 내려받으셨습니다"),
    "handed": N_("창구에서 파일을 드렸습니다"),
    "removed": N_("파일을 지웠습니다"),
}
CHANNELS: Mapping[str, str] = {
    "web": N_("누리집에서 본인이"),
    "desk": N_("창구에서 본인이"),
    "agent": N_("창구에서 대리인이"),
}
DOCUMENTS: Mapping[str, str] = {
    "mandate": N_("위임장"),
    "guardian": N_("법정대리인임을 보이는 서류"),
    "court": N_("법원이 정한 후견 서류"),
}
"""What an agent shows (PIPA §38, decree §45): only the kind and the date of it are kept."""
HELD: Mapping[str, Mapping[str, str]] = {
    "questions": {"ko": "문의와 답", "en": "Questions and answers"},
    "group_members": {"ko": "단체가 낸 명단에 적힌 것", "en": "What a group's list says"},
    "memberships": {"ko": "옛 회원번호", "en": "Former membership numbers"},
    "messages": {"ko": "보낸 안내", "en": "Messages sent"},
    "reminders": {"ko": "접수 알림", "en": "Reminders"},
    "applications": {"ko": "수강 신청", "en": "Applications"},
    "attendance": {"ko": "출석부", "en": "Attendance"},
    "attendance_changes": {"ko": "출석을 고친 기록", "en": "Corrections of attendance"},
    "completions": {"ko": "수료 대장", "en": "Completions"},
    "run_instructors": {"ko": "맡은 강좌", "en": "Courses taught"},
    "certificates": {"ko": "수료증 발급대장", "en": "Register of certificates"},
    "records": {"ko": "도의 학습이력", "en": "The province's learning history"},
    "residence_proofs": {"ko": "사는 곳을 확인한 기록", "en": "Proofs of residence"},
    "verifications": {"ko": "본인확인", "en": "Identity checks"},
    "former_names": {"ko": "전에 확인한 이름과 생년월일", "en": "Former names and birth dates"},
    "identity_corrections": {"ko": "두 사람이 확인해 바로잡으려는 이름", "en": "Names that two staff are to correct"},
    "watchings": {"ko": "온라인 강좌", "en": "Online courses"},
    "access_log": {"ko": "접속기록", "en": "Access log"},
    "city_visits": {"ko": "담당자로 들어간 기록", "en": "Visits as staff"},
    "role_grants": {"ko": "담당자 역할의 기록", "en": "Roles as staff"},
    "rights_requests": {"ko": "개인정보 요구의 기록", "en": "Requests about personal data"},
}
"""Tables with rows of a city, as the person is told of them."""
OUTCOME: Mapping[str, Mapping[str, str]] = {
    "ko": {
        "gone": "[지운 것]",
        "kept": "[법이나 다른 기관이 가지고 있어 남는 것]",
        "line": "- {what} {rows}건",
        "ground": ": {citation}, {term}",
        "none": "- 없음",
        "days": "{days}일 동안",
        "open": "근거가 있는 동안",
    },
    "en": {
        "gone": "[Deleted]",
        "kept": "[Kept by law or by another office]",
        "line": "- {what}: {rows}",
        "ground": " ({citation}, {term})",
        "none": "- nothing",
        "days": "for {days} days",
        "open": "as long as the ground lasts",
    },
}
FIRST_TO_END: Mapping[str, Mapping[str, str]] = {
    "ko": {
        "first": "[먼저 끝나야 하는 것] 아래의 것이 끝나면 그날 밤에 지웁니다. 다시 요구하지 않으셔도 됩니다.",
        "role": "담당자 역할: 맡긴 곳에 역할을 끝내 달라고 해 주세요.",
        "place": "신청하신 강좌: 내 학습에서 취소하시거나 강좌가 끝날 때까지 기다려 주세요.",
        "child": "보호자로 등록하신 자녀: 내 가족에서 보호자 등록을 끝내거나 창구로 와 주세요.",
    },
    "en": {
        "first": "[What has to end first] Once it has ended, everything is deleted that night. You need not ask again.",
        "role": "Your role as a member of staff: ask the office that gave it to end it.",
        "place": "A course you applied to: cancel it under My learning, or wait until it is over.",
        "child": "A child whose guardian you are: end it under My family, or come to the desk.",
    },
}
"""What hinders a deletion (engine.hindrances), and what to do."""
PARTS: Mapping[str, Mapping[str, str]] = {
    "list": {"ko": "단체가 낸 명단", "en": "A group's list"},
    "person": {"ko": "회원 정보", "en": "Member"},
}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "name": {"ko": "이름", "en": "name"},
    "birth_date": {"ko": "생년월일", "en": "birth date"},
    "phone": {"ko": "전화번호", "en": "telephone"},
    "email": {"ko": "이메일", "en": "e-mail"},
    "guardian": {"ko": "보호자 이름", "en": "name of the guardian"},
    "guardian_phone": {"ko": "보호자 전화번호", "en": "telephone of the guardian"},
}
"""What a city may correct itself, in the order of a form."""
CORRECTED: Mapping[str, Mapping[str, str]] = {
    "ko": {"done": "[고친 것]", "line": "- {part}, {field}: {before} → {after}"},
    "en": {"done": "[Corrected]", "line": "- {part}, {field}: {before} → {after}"},
}


def named(table: str, language: str) -> str:
    """What a table of a city holds, in words."""
    return HELD[table][language]


def term(days: int | None, language: str) -> str:
    """How long something is kept, in words."""
    said = OUTCOME[language]
    return said["days"].format(days=f"{days:,}") if days else said["open"]

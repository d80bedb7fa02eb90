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

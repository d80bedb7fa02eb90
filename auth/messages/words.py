"""States and troubles of messages in words, as message ids in Korean."""

from maru.errors import N_

STATES = {
    "waiting": N_("보내는 중"),
    "handing": N_("보내는 중"),
    "sent": N_("보냄"),
    "kept": N_("보내지 않음"),
    "failed": N_("보내지 못함"),
    "unsure": N_("보냈는지 모름"),
}
CHANNELS = {"email": N_("이메일"), "sms": N_("문자")}
PROBLEMS = {
    "unreachable": N_("메일 서버가 답하지 않습니다. 잠시 뒤에 저절로 다시 보냅니다."),
    "busy": N_("받는 쪽 서버가 지금은 받지 않습니다. 잠시 뒤에 저절로 다시 보냅니다."),
    "refused": N_("받는 쪽 서버가 거절했습니다. 주소가 맞는지 확인해 주세요."),
    "bad-address": N_("주소가 올바르지 않습니다. 본인에게 주소를 고쳐 달라고 알려 주세요."),
    "no-address": N_("이메일 주소도 전화번호도 없습니다. 본인은 내 학습에서 볼 수 있습니다."),
    "off": N_("이 누리집은 메일을 보내지 않게 되어 있습니다. 본인은 내 학습에서 볼 수 있습니다."),
    "unsure": N_("보내는 순간 끊겨 닿았는지 알 수 없습니다. 두 번 가지 않도록 저절로 다시 보내지 않습니다."),
    "unknown-kind": N_("더는 쓰지 않는 안내입니다."),
    "nothing-to-say": N_("알릴 내용이 없어졌습니다."),
    "fault": N_("보내다가 잘못되었습니다. 잠시 뒤에 저절로 다시 보냅니다."),
}
GIVEN_UP = N_("며칠 동안 다시 보냈지만 보내지 못했습니다.")
"""Said where a trouble that may pass has not."""

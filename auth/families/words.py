"""What is said of representations, as message ids in Korean."""

from maru.errors import N_

METHODS = {
    "sms": N_("보호자 휴대전화 문자로 받은 번호를 적어 확인"),
    "identity": N_("보호자 휴대전화로 본인확인을 해서 확인"),
    "email": N_("보호자 이메일로 받은 주소를 열어 확인"),
    "paper": N_("가까운 창구에서 동의서에 서명하여 확인"),
    "phone": N_("담당자의 전화를 받아 확인"),
}
KINDS = {"guardian": N_("자녀"), "helper": N_("대신해 드리는 분")}
ACTS = {
    "apply": N_("강좌를 대신 신청"),
    "cancel": N_("신청을 대신 취소"),
    "look": N_("신청 내용을 봄"),
    "see": N_("학습이력을 봄"),
}
"""What a helper did; see auth.families.service."""
CONSENT = (
    (N_("무엇에 쓰나요"), N_("자녀의 강좌 신청과 수강, 수료증 발급, 보호자께 알리기")),
    (
        N_("무엇을 모으나요"),
        N_("자녀의 이름과 생년월일, 사는 시군, 신청과 출석과 수료 기록, 보호자의 이름과 연락처"),
    ),
    (N_("언제까지 두나요"), N_("동의를 거두실 때까지, 길어도 자녀가 만 14세가 되어 스스로 정할 때까지")),
    (
        N_("동의하지 않으시면"),
        N_("동의하지 않으실 수 있습니다. 그러면 만 14세 미만 자녀의 강좌는 여기에서 신청할 수 없습니다."),
    ),
)
"""What a consent to collect must say (PRV 7.2: purpose, items, period, right to refuse and the disadvantage)."""

"""How the states of a city are spoken of in the province's console: what each change is called, and what follows."""

from collections.abc import Mapping

from maru.errors import N_

KINDS = {"live": "ok", "pilot": "ok", "suspended": "bad", "preparing": "soon"}
"""How a state looks in a table."""
ACTS: Mapping[str, str] = {
    "preparing": N_("준비 시작하기"),
    "pilot": N_("시범 운영 열기"),
    "live": N_("정식으로 열기"),
    "suspended": N_("쉬게 하기"),
    "archived": N_("문 닫기"),
}
CONSEQUENCES: Mapping[str, tuple[str, ...]] = {
    "preparing": (
        N_("누리집 주소가 생기고, 초대받은 담당자가 들어와 꾸밀 수 있습니다."),
        N_("다른 분께는 ‘준비하고 있습니다’라고만 보입니다."),
    ),
    "pilot": (
        N_("누구나 누리집을 보고 강좌를 신청할 수 있습니다."),
        N_("경기도 누리집의 찾기와 시군 목록에 나옵니다. ‘시범 운영’이라는 것은 도에서만 봅니다."),
    ),
    "live": (
        N_("누구나 누리집을 보고 강좌를 신청할 수 있습니다."),
        N_("경기도 누리집의 찾기와 시군 목록에 나옵니다."),
    ),
    "suspended": (
        N_("누리집의 모든 쪽이 ‘지금은 쉬고 있습니다’로 바뀝니다. 주민도 담당자도 들어오지 못합니다."),
        N_("그동안 접수 기간은 그대로 흘러갑니다. 접수 중인 강좌가 있으면 먼저 시군과 의논하세요."),
        N_("시군 담당자와 신청하신 분께 따로 알림이 가지 않습니다."),
        N_(
            "자료는 하나도 지워지지 않고, 다시 열면 그대로 이어집니다. 수료증 확인과 내 학습은 경기도 누리집에서 계속됩니다."
        ),
    ),
    "archived": (
        N_("누리집의 모든 쪽이 ‘문을 닫았습니다’로 바뀌고, 찾기와 시군 목록에서 빠집니다."),
        N_("자료는 하나도 지워지지 않습니다. 주민이 배운 기록과 수료증은 도에 그대로 남습니다."),
        N_("시군이 자료를 가져가려면 이 시군의 화면에서 ‘자료 내려받기’를 하세요."),
    ),
}
UNCHECKED = N_(
    "시군이 점검표를 마치지 않았어도 열립니다. 연락처와 개인정보 처리방침을 적었는지 시군에 먼저 확인하세요. 시군이 점검표를 마치면 스스로 열 수 있습니다."
)
"""Said where the province opens a city itself, instead of its administrator."""
TASKS: Mapping[str, str] = {
    "roles.send_invitation": N_("초대 메일 보내기"),
    "joining.write": N_("계정이나 비밀번호 메일 보내기"),
    "joining.open_account": N_("계정 만들기나 한 번 쓰는 비밀번호 주기"),
    "roles.forget": N_("오래된 역할 기록 지우기"),
    "roles.mirror": N_("로그인 서버의 역할 맞추기"),
    "sessions.end_at_provider": N_("로그인 서버에서도 로그아웃하기"),
    "families.send_proof": N_("보호자께 자녀 등록 번호 보내기"),
    "families.tell_coming_of_age": N_("만 14세가 되는 자녀 알리기"),
    "identity.city": N_("로그인 서버에 시군 알리기"),
    "residence.ask_share": N_("행정정보로 사는 곳 확인하기"),
    "certificates.make_paper": N_("수료증 만들기"),
    "groups.read_received": N_("단체 명단 읽기"),
    "imports.read_received": N_("강좌 파일 읽기"),
    "leaving.make_archive": N_("시군 자료 모으기"),
    "leaving.weigh": N_("파일 크기 재기"),
    "leaving.weigh_all": N_("모든 시군의 파일 크기 재기"),
    "merging.find": N_("같은 분으로 보이는 ID 찾기"),
    "access_log.forget": N_("오래된 열람 기록 지우기"),
    "destruction.destroy_due": N_("기간이 지난 개인정보 지우기"),
    "attendance.enter_kept": N_("동의하신 분의 수료를 학습이력에 넣기"),
    "domains.check": N_("도메인 확인하기"),
    "domains.check_all": N_("모든 도메인 확인하기"),
    "library.act_on_all": N_("콘텐츠 여러 개 한꺼번에 처리하기"),
    "library.read_received": N_("콘텐츠 목록 파일 읽기"),
    "library.tell_city": N_("콘텐츠가 끝나는 것을 시군에 알리기"),
    "library.tell_of_endings": N_("이용 기간이 끝나는 콘텐츠 찾기"),
    "media.make_ladder": N_("영상 준비하기"),
    "uploads.sweep": N_("올리다 만 파일 치우기"),
}
"""Queued work in words; that of samples is named as the queue names it."""
PROBLEMS: Mapping[str, str] = {
    "": N_("하던 중에 작업을 하는 프로그램이 멈추었습니다."),
    "refused": N_("그사이 바뀐 것이 있어 규칙에 맞지 않습니다. 다시 해 보아도 같을 수 있습니다."),
    "KeycloakConnectionError": N_("로그인 서버가 답하지 않았습니다."),
    "unavailable": N_("파일 저장소처럼 함께 일하는 서버가 답하지 않았습니다."),
    "database": N_("데이터베이스가 답하지 않았습니다."),
    "configuration": N_("서버의 설정이 모자랍니다. 서버를 관리하는 분에게 알려 주세요."),
    "mail-unreachable": N_("메일 서버가 답하지 않았습니다."),
    "mail-busy": N_("받는 쪽 메일 서버가 그때는 받지 않았습니다."),
    "mail-refused": N_("받는 쪽 메일 서버가 거절했습니다. 주소가 맞는지 확인하고 다시 초대하세요."),
    "mail-bad-address": N_("메일 주소가 올바르지 않습니다. 주소를 고쳐 다시 초대하세요."),
    "mail-unsure": N_("보내는 순간 끊겨 메일이 닿았는지 알 수 없습니다."),
}
"""Why work failed. What nobody foresaw is told by the name that the program gives it."""

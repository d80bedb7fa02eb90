"""Kinds of what is destroyed, and of what is kept by whose law, as message ids in Korean."""

from collections.abc import Mapping

from maru.errors import N_

KINDS: Mapping[str, str] = {
    "accounts": N_("지워 달라고 하신 회원의 정보와 도의 학습이력"),
    "sessions": N_("끝난 로그인"),
    "sign_ins": N_("마치지 않은 로그인"),
    "tickets": N_("쓰지 않은 로그인 표"),
    "sign_in_attempts": N_("로그인을 해 본 주소"),
    "question_askings": N_("문의한 횟수"),
    "account_requests": N_("계정이나 비밀번호를 부탁한 기록 (이름, 이메일)"),
    "messages": N_("글을 이미 지운 안내의 기록"),
    "course_imports": N_("올린 강좌 파일의 처리 결과 (강사 이름)"),
    "consents": N_("거둔 동의와 그 증명"),
    "rights_requests": N_("답한 개인정보 요구와 처리 기록"),
    "group_imports": N_("올린 단체 명단의 처리 결과 (이름)"),
    "invitations": N_("담당자 초대 기록 (이름, 이메일)"),
}
AFTER: Mapping[str, str] = {
    "accounts": N_("들어드린 때부터"),
    "sessions": N_("끝난 때부터"),
    "sign_ins": N_("기한이 지난 때부터"),
    "tickets": N_("기한이 지난 때부터"),
    "sign_in_attempts": N_("해 본 때부터"),
    "question_askings": N_("문의한 때부터"),
    "account_requests": N_("메일의 주소를 쓸 수 없게 된 때부터"),
    "messages": N_("글을 지운 때부터"),
    "course_imports": N_("올린 때부터"),
    "consents": N_("거둔 때부터"),
    "rights_requests": N_("답한 때부터"),
    "group_imports": N_("올린 때부터"),
    "invitations": N_("초대가 끝난 때부터"),
}
"""From when the days of each kind are counted."""
METHOD = N_("데이터베이스에서 지움. 사본은 백업의 보관 기간이 끝나면 함께 없어짐")
KEPT: Mapping[str, str] = {
    "certificates": N_("수료증 발급대장 (공공기록물 관리에 관한 법률)"),
    "applications": N_("시군의 수강 신청 (공공기록물 관리에 관한 법률, 이름 없이)"),
    "attendance": N_("시군의 출석부 (공공기록물 관리에 관한 법률, 이름 없이)"),
    "completions": N_("시군의 수료 대장 (공공기록물 관리에 관한 법률, 이름 없이)"),
    "questions": N_("시군에 하신 문의 (그 시군에 따로 지워 달라고 하실 수 있음)"),
    "consents": N_("동의의 증명 (거둔 뒤 3년)"),
    "attendance_changes": N_("시군의 출석을 고친 기록 (공공기록물 관리에 관한 법률, 이름 없이)"),
    "run_instructors": N_("맡았던 강좌 (공공기록물 관리에 관한 법률, 이름 없이)"),
    "rights_steps": N_("개인정보 요구를 처리한 기록 (3년)"),
    "person_exports": N_("내 정보 파일을 만든 기록 (3년, 파일은 지움)"),
    "breach_people": N_("유출을 알린 기록 (개인정보 보호법 제34조)"),
    "representations": N_("다른 분을 대신한 기록 (이름 없이, 대신 받은 분이 알 권리)"),
    "representation_acts": N_("다른 분을 대신해 한 일 (이름 없이, 대신 받은 분이 알 권리)"),
    "merges": N_("같은 분의 번호를 합친 기록 (이름 없이)"),
    "inquiries": N_("담당자로 조회한 기록 (안전성 확보조치 기준, 2년)"),
    "city_visits": N_("담당자로 시군 화면에 들어간 기록 (안전성 확보조치 기준, 2년)"),
    "breach_steps": N_("담당자로 유출 사고를 처리한 기록"),
    "tombstones": N_("지운 기록"),
    "removals": N_("데이터베이스 밖에서 지운 기록"),
    "rights_requests": N_("개인정보 요구의 기록 (3년)"),
    "access_log": N_("담당자의 접속기록 (안전성 확보조치 기준, 2년)"),
    "role_grants": N_("권한을 주고 끝낸 기록 (안전성 확보조치 기준, 3년)"),
}
"""What stays when a person's data are destroyed, apart from any name of theirs."""
OUTSIDE: Mapping[str, str] = {"account": N_("로그인 계정"), "file": N_("보관하던 파일")}
PROBLEMS: Mapping[str, str] = {
    "": N_("기다리는 중"),
    "away": N_("서버가 답하지 않아 다시 지워 봅니다"),
    "not-allowed": N_("로그인 서버를 다룰 권한이 설정되지 않았습니다. 서버를 관리하는 분에게 알려 주세요."),
    "used-again": N_("지우기 전에 같은 계정으로 다시 가입하셔서 남겨 두었습니다"),
}
"""Why something outside the database is not removed."""

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
    "messages": N_("글을 이미 지운 안내의 기록"),
    "course_imports": N_("올린 강좌 파일의 처리 결과 (강사 이름)"),
    "consents": N_("거둔 동의와 그 증명"),
    "rights_requests": N_("답한 개인정보 요구와 처리 기록"),
}
AFTER: Mapping[str, str] = {
    "accounts": N_("들어드린 때부터"),
    "sessions": N_("끝난 때부터"),
    "sign_ins": N_("기한이 지난 때부터"),
    "tickets": N_("기한이 지난 때부터"),
    "sign_in_attempts": N_("해 본 때부터"),
    "question_askings": N_("문의한 때부터"),
    "messages": N_("글을 지운 때부터"),
    "course_imports": N_("올린 때부터"),
    "consents": N_("거둔 때부터"),
    "rights_requests": N_("답한 때부터"),
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
    "rights_requests": N_("개인정보 요구의 기록 (3년)"),
    "access_log": N_("담당자의 접속기록 (안전성 확보조치 기준, 2년)"),
    "role_grants": N_("권한을 주고 끝낸 기록 (안전성 확보조치 기준, 3년)"),
}
"""What stays when a person's data are destroyed, apart from any name of theirs."""

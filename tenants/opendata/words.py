"""What each of the 25 columns means, in our own words."""

from maru.errors import N_

MEANINGS = {
    "title": N_("강좌의 이름"),
    "instructor": N_("강사의 이름. 시군이 강좌 안내에 공개한 그대로입니다."),
    "starts_on": N_("첫 수업일. 2026-11-22처럼 적습니다."),
    "ends_on": N_("마지막 수업일. 늘 열려 있는 강좌는 2099-12-31입니다."),
    "starts_at": N_("수업을 시작하는 시각. 19:00처럼 24시간으로 적습니다."),
    "ends_at": N_("수업을 마치는 시각"),
    "content": N_("무엇을 배우는지"),
    "target": N_("누구를 위한 강좌인지"),
    "method": N_("온라인, 오프라인, 혼합, 모바일 가운데 하나"),
    "weekdays": N_("수업하는 요일. 화+목처럼 적습니다."),
    "place": N_("수업하는 곳과 강의실"),
    "capacity": N_("정원 (명)"),
    "fee": N_("수강료 (원). 무료는 0입니다."),
    "address": N_("수업하는 곳의 도로명주소"),
    "institution": N_("강좌를 여는 곳"),
    "phone": N_("강좌를 여는 곳의 전화번호"),
    "opens_on": N_("접수를 시작하는 날"),
    "closes_on": N_("접수를 마치는 날"),
    "reception": N_("인터넷, 방문처럼 접수하는 방법"),
    "selection": N_("선착순, 추첨처럼 뽑는 방법"),
    "homepage": N_("강좌를 안내하는 누리집"),
    "vocational": N_("직업능력개발훈련비를 지원하는지 (Y, N)"),
    "credit_bank": N_("학점은행제 평가인정 강좌인지 (Y, N)"),
    "learning_account": N_("평생학습계좌제 평가인정 강좌인지 (Y, N)"),
    "reference_date": N_("이 줄의 내용이 맞는 날"),
}

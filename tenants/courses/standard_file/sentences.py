"""What Maru says about a standard file, beside what it says about any table: one Korean sentence or two by code, each with what to do.

`heading` is the column's, `written` the cell as it was written, in quotes, `value` what was read instead.
"""

from maru.tables import sentences

SENTENCES = {
    **sentences.SENTENCES,
    # the file
    "too-many-meetings": "수업 날이 모두 {most:,}번을 넘습니다. 나누어 올리세요.",
    # a line
    "line-in-cell": "여러 줄을 한 칸으로 읽었습니다. 강좌 둘이 붙지 않았는지 큰따옴표를 확인하세요.",
    "end-before-start": "교육시작일자가 끝나는 날보다 뒤입니다. 두 날짜를 확인하세요.",
    "no-time": "교육 시각이 비어 있습니다. 시간대로 찾을 수 있게 시작과 끝을 적으세요.",
    "half-time": "교육 시각의 한쪽이 비어 있습니다. 시작과 끝을 모두 적으세요.",
    "time-order": "교육종료시각이 시작시각보다 뒤가 아닙니다. 두 시각을 확인하세요.",
    "no-window": "접수 기간이 비어 있습니다. 신청을 받으시려면 접수 날짜를 적으세요.",
    "half-window": "접수 기간의 한쪽이 비어 있습니다. 시작과 끝을 모두 적으세요.",
    "window-order": "접수시작일자가 접수종료일자보다 뒤여서 접수 기간을 비워 두었습니다. 두 날짜를 확인하세요.",
    "window-after-end": "접수종료일자가 교육종료일자보다 뒤입니다. 신청은 마지막 수업 날까지만 받으니 두 날짜를 확인하세요.",
    # any cell
    # an empty cell
    "no-title": "강좌명이 비어 있습니다. 강좌 이름을 적으세요.",
    "no-first-day": "교육시작일자가 비어 있습니다. 2026-10-29처럼 적으세요.",
    "no-last-day": "교육종료일자가 비어 있습니다. 하루 강좌는 시작일을, 늘 여는 강좌는 2099-12-31을 적으세요.",
    "no-capacity": "강좌정원수가 비어 있습니다. 신청을 받으시려면 정원을 적으세요.",
    "no-fee": "수강료가 비어 있습니다. 무료 강좌는 0을 적으세요.",
    "no-institution": "운영기관명이 비어 있습니다. 강좌를 여는 기관의 이름을 적으세요.",
    # dates and times
    "unreadable-date": "{heading}에 적힌 값({written})을 날짜로 읽지 못했습니다. 2026-10-29처럼 적으세요.",
    "impossible-date": "{heading}에 적힌 날({written})은 달력에 없습니다. 날짜를 확인하세요.",
    "date-out-of-range": "{heading}에 적힌 해({written})는 쓸 수 없습니다. 1990년부터 2099년까지 적으세요.",
    "date-from-serial": "{heading}에 적힌 수({written})를 엑셀 날짜({value})로 읽었습니다. 맞는지 확인하세요.",
    "two-digit-year": "{heading}에 적힌 두 자리 해를 2000년대({value})로 읽었습니다. 네 자리로 적어 주세요.",
    "time-in-date": "{heading}에 적힌 값({written})에서 날짜만 읽었습니다. 시각은 따로 정하세요.",
    "always-open": "{heading}에 적힌 말({written})을 늘 여는 강좌({value})로 읽었습니다. 맞는지 확인하세요.",
    "unreadable-time": "{heading}에 적힌 값({written})을 시각으로 읽지 못해 비워 두었습니다. 19:00처럼 적으세요.",
    "end-of-day": "{heading}에 적힌 시각({written})을 하루의 끝({value})으로 읽었습니다. 맞는지 확인하세요.",
    "time-guessed": "{heading}에 적힌 수({written})를 시각({value})으로 읽었습니다. 맞는지 확인하세요.",
    # numbers
    "negative-number": "{heading}에 적힌 수({written})가 0보다 작습니다. 0이나 더 큰 수를 적으세요.",
    "unreadable-number": "{heading}에 적힌 값({written})을 수로 읽지 못해 비워 두었습니다. 숫자만 적어 주세요.",
    "remark-dropped": "{heading}에 적힌 글({written})을 수({value})로 읽었습니다. 괄호 안의 말은 강좌내용에 적으세요.",
    "capacity-zero": "{heading}에 적힌 정원이 0명입니다. 신청을 받으시려면 정원을 적으세요.",
    # words
    "markup-in-text": "{heading}에 적힌 HTML 표시는 글자 그대로 보입니다. 글만 남겨 주세요.",
    "unknown-method": "{heading}에 적힌 말({written})은 글로만 둡니다. 온라인, 오프라인, 혼합으로 적어 주세요.",
    "unknown-reception": "{heading}에 적힌 말({written})은 글로만 둡니다. 인터넷, 방문, 전화처럼 적어 주세요.",
    "unknown-selection": "{heading}에 적힌 말({written})은 글로만 둡니다. 선착순, 추첨, 심사처럼 적어 주세요.",
    "weekdays-as-text": "{heading}에 적힌 글({written})은 글로만 둡니다. 요일로 찾을 수 있게 화+목처럼 적으세요.",
    "weekday-typo": "{heading}에 적힌 글({written})을 요일({value})로 읽었습니다. 맞는지 확인하세요.",
    "unreadable-flag": "{heading}에 적힌 값({written})을 읽지 못해 비워 두었습니다. Y나 N으로 적으세요.",
}

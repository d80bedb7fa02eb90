"""What Maru says about a standard file: one Korean sentence or two by code, each with what to do.

`heading` is the column's, `written` the cell as it was written, in quotes, `value` what was read instead.
"""

SENTENCES = {
    # the file
    "file-too-large": "파일이 {most_megabytes}MB를 넘습니다. 나누어 올리세요.",
    "empty-file": "빈 파일입니다. 강좌가 적힌 파일을 올리세요.",
    "not-text": "글이 아닌 파일입니다. CSV나 엑셀(.xlsx)로 저장해 올리세요.",
    "undecodable": "{line:,}줄({byte:,}번째 바이트)의 글자를 알아볼 수 없습니다. ‘CSV UTF-8’로 다시 저장하세요.",
    "web-page": "표가 아니라 웹 문서입니다. 엑셀에서 열어 .xlsx로 다시 저장해 올리세요.",
    "encrypted": "암호가 걸린 파일입니다. 암호를 푼 다음 다시 올리세요.",
    "old-workbook": "오래된 엑셀 형식(.xls)이거나 다른 문서입니다. 엑셀에서 .xlsx로 다시 저장해 올리세요.",
    "not-a-workbook": "엑셀(.xlsx)이 아닌 압축 파일입니다. 엑셀에서 .xlsx로 다시 저장해 올리세요.",
    "broken-workbook": "엑셀 파일이 깨져 있어 열지 못했습니다. 엑셀에서 .xlsx로 다시 저장해 올리세요.",
    "workbook-too-large": "엑셀 파일을 펼치면 너무 큽니다. 빈 줄의 서식과 그림을 지우거나 파일을 나누어 올리세요.",
    "no-headings": "강좌 표준 파일의 제목 줄을 찾지 못했습니다. 표준 제목 25개가 있는 파일을 올리세요.",
    "missing-headings": "표준 제목이 모자랍니다: {missing}. 표준 제목 25개를 모두 두고 다시 올리세요.",
    "repeated-headings": "같은 제목이 여러 번 있습니다: {repeated}. 하나만 남기고 다시 올리세요.",
    "too-many-records": "강좌가 {most:,}개를 넘습니다. 나누어 올리세요.",
    # a line
    "broken-quotes": '큰따옴표(")가 맞지 않거나 칸이 너무 길어 이 줄을 나누지 못했습니다. 줄을 고쳐 다시 올리세요.',
    "stray-cell": "칸이 {count}개 더 있습니다. 글 안의 쉼표라면 그 칸을 큰따옴표로 묶으세요.",
    "too-many-cells": "칸이 {most:,}개를 넘어 이 줄을 읽지 않았습니다. 쉼표와 따옴표를 확인하세요.",
    "short-row": "칸이 {count}개 모자라 빈칸으로 읽었습니다. 줄을 확인하세요.",
    "line-in-cell": "여러 줄을 한 칸으로 읽었습니다. 강좌 둘이 붙지 않았는지 큰따옴표를 확인하세요.",
    "beyond-headings": "제목이 없는 칸에 적힌 글은 읽지 않았습니다. 제목이 있는 칸에 적으세요.",
    "other-sheet": "‘{sheet}’ 시트에도 강좌가 있지만 첫 시트만 읽었습니다. 한 시트로 모아 다시 올리세요.",
    "end-before-start": "교육시작일자가 끝나는 날보다 뒤입니다. 두 날짜를 확인하세요.",
    "no-time": "교육 시각이 비어 있습니다. 시간대로 찾을 수 있게 시작과 끝을 적으세요.",
    "half-time": "교육 시각의 한쪽이 비어 있습니다. 시작과 끝을 모두 적으세요.",
    "time-order": "교육종료시각이 시작시각보다 뒤가 아닙니다. 두 시각을 확인하세요.",
    "no-window": "접수 기간이 비어 있습니다. 신청을 받으시려면 접수 날짜를 적으세요.",
    "half-window": "접수 기간의 한쪽이 비어 있습니다. 시작과 끝을 모두 적으세요.",
    "window-order": "접수시작일자가 접수종료일자보다 뒤여서 접수 기간을 비워 두었습니다. 두 날짜를 확인하세요.",
    # any cell
    "cell-too-long": "{heading}에 적힌 글이 {most:,}자를 넘습니다. 줄여서 다시 올리세요.",
    "excel-error": "{heading}에 적힌 것이 엑셀 오류 표시({written})여서 비워 두었습니다. 값을 적으세요.",
    "invisible-character": "{heading}에 적힌 글에서 보이지 않는 제어 문자를 뺐습니다. 글을 확인하세요.",
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
    "link-completed": "{heading}에 적힌 주소({written}) 앞에 http://를 붙였습니다. 주소를 확인하세요.",
    "link-dropped": "{heading}에 적힌 글({written})은 누리집 주소가 아니어서 비워 두었습니다. 주소를 적으세요.",
}

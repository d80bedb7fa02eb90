"""What there is to say about any table: one Korean sentence or two by code, each with what to do.

`heading` is the column's, `needed` the headings that must be there, `written` the cell as it was written, in quotes.
"""

SENTENCES = {
    # the file
    "file-too-large": "파일이 {most_megabytes}MB를 넘습니다. 나누어 올리세요.",
    "empty-file": "빈 파일입니다. 내용이 적힌 파일을 올리세요.",
    "not-text": "글이 아닌 파일입니다. CSV나 엑셀(.xlsx)로 저장해 올리세요.",
    "undecodable": "{line:,}줄({byte:,}번째 바이트)의 글자를 알아볼 수 없습니다. ‘CSV UTF-8’로 다시 저장하세요.",
    "web-page": "표가 아니라 웹 문서입니다. 엑셀에서 열어 .xlsx로 다시 저장해 올리세요.",
    "encrypted": "암호가 걸린 파일입니다. 암호를 푼 다음 다시 올리세요.",
    "old-workbook": "오래된 엑셀 형식(.xls)이거나 다른 문서입니다. 엑셀에서 .xlsx로 다시 저장해 올리세요.",
    "not-a-workbook": "엑셀(.xlsx)이 아닌 압축 파일입니다. 엑셀에서 .xlsx로 다시 저장해 올리세요.",
    "broken-workbook": "엑셀 파일이 깨져 있어 열지 못했습니다. 엑셀에서 .xlsx로 다시 저장해 올리세요.",
    "workbook-too-large": "엑셀 파일을 펼치면 너무 큽니다. 빈 줄의 서식과 그림을 지우거나 파일을 나누어 올리세요.",
    "too-many-sheets": "보이는 시트가 {most}개를 넘습니다. 올릴 시트만 남겨 다시 올리세요.",
    "no-headings": "표의 제목 줄을 찾지 못했습니다. {needed} 있는 파일을 올리세요.",
    "missing-headings": "표의 제목이 모자랍니다: {missing}. {needed} 있는 파일을 올리세요.",
    "repeated-headings": "같은 제목이 여러 번 있습니다: {repeated}. 하나만 남기고 다시 올리세요.",
    "no-records": "제목 줄만 있고 내용이 한 줄도 없습니다. 제목 아래에 적어 다시 올리세요.",
    "too-many-records": "{most:,}줄을 넘습니다. 나누어 올리세요.",
    # a line
    "broken-quotes": '큰따옴표(")가 맞지 않거나 칸이 너무 길어 이 줄을 나누지 못했습니다. 줄을 고쳐 다시 올리세요.',
    "stray-cell": "칸이 {count}개 더 있습니다. 글 안의 쉼표라면 그 칸을 큰따옴표로 묶으세요.",
    "too-many-cells": "칸이 {most:,}개를 넘어 이 줄을 읽지 않았습니다. 쉼표와 따옴표를 확인하세요.",
    "short-row": "칸이 {count}개 모자라 빈칸으로 읽었습니다. 줄을 확인하세요.",
    "beyond-headings": "제목이 없는 칸에 적힌 글은 읽지 않았습니다. 제목이 있는 칸에 적으세요.",
    "other-sheet": "‘{sheet}’ 시트에도 내용이 있지만 첫 시트만 읽었습니다. 한 시트로 모아 다시 올리세요.",
    "cell-too-long": "{heading}에 적힌 글이 {most:,}자를 넘습니다. 줄여서 다시 올리세요.",
    "excel-error": "{heading}에 적힌 것이 엑셀 오류 표시({written})여서 비워 두었습니다. 값을 적으세요.",
    "invisible-character": "{heading}에 적힌 글에서 보이지 않는 제어 문자를 뺐습니다. 글을 확인하세요.",
    "marks-dropped": "{heading}에 적힌 글에서 한 글자에 서른 개 넘게 겹친 부호를 뺐습니다. 글을 확인하세요.",
    "link-completed": "{heading}에 적힌 주소({written}) 앞에 http://를 붙였습니다. 주소를 확인하세요.",
    "link-dropped": "{heading}에 적힌 글({written})은 누리집 주소가 아니어서 비워 두었습니다. 주소를 적으세요.",
}

"""Which of the seven categories a title speaks of (domain 6.11): for finding courses that came without one.

A guess is never written into a record of learning, and where a title speaks of two categories there is none.
"""

import re

WORDS = {
    "01": re.compile("문해|한글 ?(?:교실|교육|학교|배우|기초)|다문화 ?한국어|한국어 ?(?:교실|교육|첫)"),
    "02": re.compile("검정고시|독학사|학점은행"),
    "03": re.compile(
        "자격증|자격 ?과정|취업|재취업|창업|지도사|강사 ?양성|전문가 ?과정|기능사|바리스타|엑셀|파워포인트"
    ),
    "04": re.compile(
        "노래|합창|통기타|우쿨렐레|하모니카|피아노|오카리나|플루트|색소폰|가야금|장구|사물놀이|민요|소묘|드로잉|수채화|유화|"
        "민화|수묵|서예|캘리그|색연필|도예|공예|뜨개|자수|사진|댄스|무용|발레|요가|필라테스|태극권|탁구|배드민턴|요리|제과|"
        "베이킹|막걸리|브런치"
    ),
    "05": re.compile(
        "인문학|철학|역사|미술사|문학|글쓰기|독서|고전|한문|한자|영어|일본어|중국어|독일어|프랑스어|스페인어|스마트폰|컴퓨터|"
        "심리|명상|부모교육|건강"
    ),
    "06": re.compile(
        "인권|환경 ?교육|탄소중립|시민 ?(?:교육|대학|참여)|자원봉사|마을 ?(?:활동|리더)|주민자치|동아리 ?리더"
    ),
}


def likely_category(title: str) -> str:
    """The code of the one category that a title speaks of, else ""."""
    spoken = [code for code, words in WORDS.items() if words.search(title)]
    return spoken[0] if len(spoken) == 1 else ""

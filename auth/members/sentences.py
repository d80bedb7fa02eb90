"""What there is to say about a list of members, beside what there is to say about any table: each with what to do."""

from maru.tables import sentences

SENTENCES = {
    **sentences.SENTENCES,
    "no-number": "회원번호가 비어 있습니다. 시군에서 쓰시던 번호를 적으세요.",
    "no-name": "이름이 비어 있거나 100자를 넘습니다. 이름을 적으세요.",
    "no-person": "이름에 사람의 이름이 아닌 것이 있습니다. 글자와 띄어쓰기, 점, 작은따옴표, 붙임표, 괄호로 적으세요.",
    "no-birth-date": "생년월일({written})을 알아볼 수 없습니다. 1954-03-02처럼 적으세요.",
    "resident-number": "주민등록번호로 보이는 것이 적혀 있어 이 줄을 넣지 않았습니다. 번호를 지우고 다시 올리세요.",
    "repeated": "{first}줄에 같은 회원번호가 있습니다. 한 줄만 남기고 다시 올리세요.",
    "bad-phone": "전화번호({written})를 알아볼 수 없어 비워 두었습니다. 010-1234-5678처럼 적으세요.",
    "bad-email": "이메일({written})을 알아볼 수 없어 비워 두었습니다. 주소를 확인하세요.",
    "created": "새 ID를 만들었습니다.",
    "updated": "바뀐 것을 고쳤습니다.",
    "unchanged": "이미 있는 회원과 같습니다.",
    "looks-like": "이미 있는 ID와 같은 분으로 보입니다. 합치지 않고 새로 만들었습니다. 도의 ‘같은 분의 ID’에서 살펴봅니다.",
    "somebody-else": "이 회원번호는 이름도 생년월일도 다른 분의 것으로 들어와 있어 고치지 않았습니다. 번호를 확인해 주세요.",
    "own-now": "이미 본인이 쓰시거나 본인확인을 하신 ID라 고치지 않았습니다. 바뀐 것은 본인이 고치실 수 있습니다.",
}

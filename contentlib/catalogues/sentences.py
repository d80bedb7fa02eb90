"""What there is to say about a catalogue, beside what there is to say about any table: each with what to do."""

from maru.tables import sentences

SENTENCES = {
    **sentences.SENTENCES,
    "no-title": "제목이 비어 있습니다. 콘텐츠의 제목을 적으세요.",
    "title-too-long": "제목이 {most}자를 넘습니다. 줄여서 다시 올리세요.",
    "no-provider": "제공 기관이 비어 있습니다. 공개하기 전에 만든 곳을 적으세요.",
    "unknown-kind": "분야에 적힌 말({written})을 일곱 분야로 옮기지 못했습니다. 공개하기 전에 분야를 고르세요.",
    "ended": "수강이 끝난 강좌뿐입니다. 다시 여는지 확인한 다음 공개하세요.",
    "waits": "승인을 기다리는 콘텐츠라 고치지 않았습니다. 승인이나 반려가 끝난 다음 다시 올리세요.",
}

"""What there is to say about a caption file: a line, a stable code, and one Korean sentence or two with what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

MOST_FINDINGS = 100
"""Of a kind, errors or warnings; one more says how many there are beside them."""
LONGEST_QUOTE = 40

SENTENCES = {
    # the file
    "too-large": "자막 파일이 {most_megabytes}MB를 넘습니다. 자막만 든 파일을 올리세요.",
    "empty-file": "빈 파일입니다. 자막이 적힌 WebVTT 파일(.vtt)을 올리세요.",
    "not-utf-8": "UTF-8이 아닌 글자가 있습니다. 문서 편집기에서 UTF-8로 다시 저장해 올리세요.",
    "srt": "SRT 자막입니다. 자막 편집기에서 WebVTT(.vtt)로 저장해 올리세요.",
    "no-header": "WebVTT 자막이 아닙니다. 첫 줄에 WEBVTT라고만 적으세요.",
    "no-cues": "자막이 하나도 없습니다. 시각과 글을 적어 다시 올리세요.",
    "more": "이 밖에도 {count:,}곳이 더 있습니다. 앞의 것부터 고친 다음 다시 올리세요.",
    # a line
    "control-character": "보이지 않는 제어 문자가 있습니다. 지우고 다시 저장하세요.",
    "line-too-long": "한 줄이 {most:,}자를 넘습니다. 나누어 적으세요.",
    "missing-blank-line": "앞의 자막이나 머리글과 붙어 있습니다. 이 줄이나 그 위의 번호 앞에 빈 줄을 넣으세요.",
    "no-timing": "시각이 없는 글입니다. 글 위에 00:01:02.500 --> 00:01:04.000처럼 시각을 적으세요.",
    "bad-timestamp": "시각({written})을 읽지 못했습니다. 00:01:02.500처럼 시, 분, 초를 두 자리로, 점 뒤를 세 자리로 적으세요.",
    "end-not-after-start": "끝나는 시각이 시작 시각보다 뒤가 아닙니다. 두 시각을 확인하세요.",
    "empty-cue": "시각만 있고 글이 없습니다. 글을 적거나 시각을 지우세요.",
    "cue-too-long": "한 자막이 {most:,}자를 넘습니다. 여러 자막으로 나누어 적으세요.",
    "unknown-tag": "자막에 쓸 수 없는 표시({written})입니다. 지우거나, 글자로 보이게 하려면 <를 &lt;로 적으세요.",
    "stray-bracket": "닫히지 않은 <가 있습니다. 글자로 보이게 하려면 &lt;로 적으세요.",
    # what only warns
    "style-dropped": "모양을 정하는 STYLE 부분은 쓰지 않습니다. 자막의 모양은 재생기에 맡기세요.",
    "region-dropped": "자리를 정하는 REGION 부분은 쓰지 않습니다. 자막의 자리를 확인하세요.",
    "setting-dropped": "자막 자리 설정({written})은 쓰지 않았습니다. 자막의 자리를 확인하세요.",
    "out-of-order": "앞의 자막보다 먼저 시작합니다. 시작하는 차례로 옮겨 보일 테니 시각을 확인하세요.",
    "overlap": "앞의 자막이 끝나기 전에 시작합니다. 두 자막이 함께 보여도 되는지 확인하세요.",
    "beyond-end": "영상이 끝난 뒤까지 이어집니다. 이 영상의 자막이 맞는지 확인하세요.",
    "too-fast": "1초에 {rate}자를 읽어야 합니다. 글을 줄이거나 더 오래 보이게 하세요.",
    "too-short": "0.3초가 안 되게 보입니다. 더 오래 보이게 하세요.",
    "gap": "이 자막 앞 {seconds:,}초 동안 자막이 없습니다. 빠진 말이 없는지 확인하세요.",
    "gap-at-end": "이 자막 뒤 영상 끝까지 {seconds:,}초 동안 자막이 없습니다. 빠진 말이 없는지 확인하세요.",
}


@dataclass(frozen=True)
class Finding:
    """One thing a person should know about `line`, counted from 1; `code` is stable."""

    line: int
    code: str
    message: str

    @classmethod
    def of(cls, line: int, code: str, *, written: str = "", **facts: object) -> Self:
        """The finding with its sentence, completed by the facts; `written` is quoted from the file and cut."""
        quote = written if len(written) <= LONGEST_QUOTE else written[:LONGEST_QUOTE] + "…"
        return cls(line, code, SENTENCES[code].format(written=quote, **facts))


class CaptionsRefused(Exception):
    """The file cannot be used: `findings` are its errors in the order of its lines, at least one."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = first_of(findings)
        super().__init__(f"{self.findings[0].line}: {self.findings[0].message}")


def first_of(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """As many findings as a person reads, in the order of the lines; a last one counts the others."""
    ordered = sorted(findings, key=lambda finding: finding.line)
    shown, others = ordered[:MOST_FINDINGS], ordered[MOST_FINDINGS:]
    return (*shown, *([Finding.of(others[0].line, "more", count=len(others))] if others else []))

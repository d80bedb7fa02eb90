"""What a notice must say, and the steps of a file, as message ids in Korean."""

from collections.abc import Mapping

from maru.errors import N_

PARTS: Mapping[str, str] = {
    "items": N_("새어 나간 항목"),
    "happened": N_("언제 어떻게 일어났는지"),
    "advice": N_("피해를 줄이려면 무엇을 하면 되는지"),
    "measures": N_("우리가 한 조치"),
    "relief": N_("손해배상과 분쟁조정을 받을 권리와 방법"),
    "contact": N_("신고하고 물어볼 곳"),
}
"""What the law asks a notice to say (§34①, since 2026-09-11 with damages and mediation)."""
STEPS: Mapping[str, str] = {
    "opened": N_("파일을 열었습니다"),
    "written": N_("내용을 고쳤습니다"),
    "people": N_("영향받은 분을 넣었습니다"),
    "told": N_("영향받은 분께 알렸습니다"),
    "more": N_("더 알게 된 것을 알렸습니다"),
    "web": N_("누리집에 알렸습니다"),
    "authority": N_("개인정보보호위원회(또는 KISA)에 신고했습니다"),
    "exported": N_("신고할 내용을 내려받았습니다"),
}

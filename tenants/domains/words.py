"""What the last look into the DNS found, in words."""

from maru.errors import N_

FINDINGS = {
    "": N_("아직 확인하지 않았습니다"),
    "asked": N_("확인하고 있습니다"),
    "proven": N_("확인되었습니다"),
    "missing": N_("레코드가 아직 보이지 않습니다"),
    "wrong": N_("레코드의 값이 다릅니다"),
    "held": N_("다른 시군이 이미 확인받은 도메인입니다"),
    "silent": N_("도메인 서버가 답하지 않습니다"),
}
KINDS = {"": "off", "asked": "soon", "proven": "ok", "missing": "bad", "wrong": "bad", "held": "bad", "silent": "soon"}

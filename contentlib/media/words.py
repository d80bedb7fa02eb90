"""Languages that captions may be in."""

from maru.errors import N_

LANGUAGES = {"ko": N_("한국어"), "en": N_("영어"), "zh": N_("중국어"), "vi": N_("베트남어"), "ja": N_("일본어")}

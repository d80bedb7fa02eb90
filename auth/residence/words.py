"""How a home came to be known, as residents and staff read it."""

from collections.abc import Mapping

from maru.errors import N_

OUTSIDE = "00000"
"""The code of the one region that is not in the province."""
SOURCES: Mapping[str, str] = {
    "declared": N_("직접 알려 주심"),
    "document": N_("서류로 확인"),
    "data-share": N_("행정정보로 확인"),
}
"""By the `source` of a residence; a declared one nobody has confirmed yet."""
PAPERS: Mapping[str, str] = {"register": N_("주민등록등본"), "abstract": N_("주민등록초본")}
"""Papers that prove a home, by the `paper` of a proof."""

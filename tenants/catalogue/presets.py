"""Three lists of the portal with an address of their own: near me tonight, free this week, opening soon."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from maru.errors import N_
from tenants.catalogue import calendars
from tenants.catalogue import service as catalogue
from tenants.catalogue.filters import Filters
from tenants.catalogue.moments import Moment, span


@dataclass(frozen=True)
class Preset:
    """`when` names the span of its classes; without one it is about when applications open."""

    path: str
    title: str
    lead: str
    nothing: str
    filters: Filters
    when: str = ""

    def narrowed(self, near: str) -> Filters:
        """Its filters, as seen from a town."""
        return replace(self.filters, near=near)

    def runs(self, near: str) -> list[Any]:
        """Its first runs with everything that the public may know of each, in their order."""
        found = catalogue.find(self.narrowed(near), tenant=None, limit=calendars.MOST).rows
        whole = catalogue.several([(row.tenant_id, row.run_id) for row in found])
        return [whole[row.run_id] for row in found]

    def calendar(self, name: str, near: str) -> bytes:
        """The same as a calendar that can be subscribed to."""
        if not self.when:
            return calendars.of_openings(name, self.runs(near))
        asked = span(self.when, Moment.at(datetime.now(UTC)))
        return calendars.of_classes(name, self.runs(near), asked.begins, asked.ends)


TONIGHT = Preset(
    "/tonight",
    N_("오늘 저녁 가까운 강좌"),
    N_("오늘 저녁 6시 뒤에 시작하고 지금 신청할 수 있는 강좌입니다. 위치를 추적하지 않고, 고르신 동네만 씁니다."),
    N_("오늘 저녁에 시작하는 강좌 가운데 지금 신청할 수 있는 것이 없습니다"),
    Filters(state=("open",), when=("tonight",)),
    "tonight",
)
FREE = Preset(
    "/free",
    N_("이번 주 무료 강좌"),
    N_(
        "오늘부터 7일 안에 수업이 있고 지금 신청할 수 있는 무료 강좌입니다. 위치를 추적하지 않고, 고르신 동네만 씁니다."
    ),
    N_("7일 안에 수업이 있는 무료 강좌 가운데 지금 신청할 수 있는 것이 없습니다"),
    Filters(state=("open",), when=("week",), free=True),
    "week",
)
OPENING = Preset(
    "/opening",
    N_("곧 접수를 시작하는 강좌"),
    N_("접수를 먼저 시작하는 강좌부터 보입니다. 모두 시작 시각에 맞춰 열리니 미리 기다리지 않으셔도 됩니다."),
    N_("지금은 접수를 앞둔 강좌가 없습니다"),
    Filters(state=("upcoming",), sort="closing"),
)

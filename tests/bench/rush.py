"""Opening day: 2,000 signed-in people go through the real pages for 500 places, 100 at a time."""

import re
from collections.abc import Awaitable, Callable

from tenants.sample import making
from tenants.sample.making import Resident
from tests.bench.applications import make_residents, outcome
from tests.bench.load import Connection, Crowd, request, visit_all
from tests.bench.report import Measure, Watch
from tests.bench.stage import Stage

PEOPLE, PLACES, AT_A_TIME = 2000, 500, 100
FORM = re.compile(
    rb'<form id="apply" method="post" action="([^"]+)"><input type="hidden" name="csrf_token" value="(\w+)">'
)
AIM_SECONDS = 10


def rush(stage: Stage, quick: bool) -> list[Measure]:
    """Everybody looks at the list, opens the course, presses the button and reads what became of it."""
    share = 10 if quick else 1
    run = making.make_runs(stage.database, stage.city().id, PLACES // share)[0]
    residents = make_residents(stage, PEOPLE // share)
    watch = Watch(stage)
    crowd = visit_all(stage.address, (_visit(stage, one, str(run)) for one in residents), at_a_time=AT_A_TIME)
    note = f"{len(residents):,} people in {crowd.seconds:.1f} s; {outcome(stage, crowd, [run])}"
    return [watch.measure("rush, pages", crowd, aim=f"{AIM_SECONDS // share} s", note=note)]


def _visit(stage: Stage, resident: Resident, run: str) -> Callable[[Connection, Crowd], Awaitable[None]]:
    host, headers = stage.host(), {"Cookie": resident.cookie}

    async def visit(connection: Connection, crowd: Crowd) -> None:
        crowd.note(await connection.ask(request("GET", host, "/courses", headers)))
        page = crowd.note(await connection.ask(request("GET", host, f"/courses/{run}", headers)))
        form = FORM.search(page.body)
        assert form, "the page of the course has no form"
        fields = {"csrf_token": form[2].decode()}
        sent = crowd.note(await connection.ask(request("POST", host, form[1].decode(), headers, fields)))
        result = crowd.note(await connection.ask(request("GET", host, sent.header("location"), headers)))
        assert result.status == 200, f"the result page answers {result.status}"

    return visit

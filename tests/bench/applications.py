"""Applying through the API: everybody to one run, over a thousand runs, and to a run that is full."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from tenants.sample import making
from tenants.sample.making import Resident
from tests.bench.load import Crowd, ask_all, request
from tests.bench.report import Measure, Watch
from tests.bench.stage import CITY, Stage

CONNECTIONS = 64
RUNS = 1000


def applications(stage: Stage, quick: bool) -> list[Measure]:
    """Every resident applies twice: to the one run that all want, and to one of a thousand.

    The worker writes their letters meanwhile, as it would; those of the measure before are put aside.
    """
    city = stage.city()
    residents = make_residents(stage, 1000 if quick else 8000)
    hot = making.make_runs(stage.database, city.id, len(residents) // 2)
    many = making.make_runs(stage.database, city.id, 5, count=RUNS)
    full = making.make_runs(stage.database, city.id, 10, waiting=0)
    warm = making.make_runs(stage.database, city.id, 10)
    ask_all(stage.address, _asking(stage, residents[:200], warm), connections=CONNECTIONS)
    return [
        _measure(stage, "applications, 1 run", residents, hot, aim="1,100"),
        _measure(stage, "applications, 1,000 runs", residents, many, aim="1,500"),
        _measure(stage, "refusals of a full run", residents, full),
    ]


def make_residents(stage: Stage, count: int) -> list[Resident]:
    """People who live in the city, each with an open session."""
    people = making.make_people(stage.config.database_url, count, home=stage.city().region_code)
    return making.open_sessions(stage.config, people, f"{CITY}.{stage.config.base_domain}")


def apply_request(stage: Stage, resident: Resident, run: UUID, **headers: str) -> bytes:
    """An application by the API."""
    sent = {"Cookie": resident.cookie, "X-CSRF-Token": resident.csrf, **headers}
    return request("POST", stage.host(), f"/api/v1/runs/{run}/applications", sent)


def _asking(stage: Stage, residents: Sequence[Resident], runs: Sequence[UUID]) -> Iterator[bytes]:
    return (apply_request(stage, one, runs[number % len(runs)]) for number, one in enumerate(residents))


def _measure(stage: Stage, name: str, residents: Sequence[Resident], runs: Sequence[UUID], aim: str = "") -> Measure:
    requests = list(_asking(stage, residents, runs))
    stage.rest()
    watch = Watch(stage)
    crowd = ask_all(stage.address, requests, connections=CONNECTIONS)
    return watch.measure(name, crowd, aim=aim, note=outcome(stage, crowd, runs))


def outcome(stage: Stage, crowd: Crowd, runs: Sequence[UUID]) -> str:
    """Who got what, by the tables; raises when the counters and the applications disagree, or a run is oversold."""
    with stage.superuser() as connection:
        counted = connection.execute(
            "SELECT s.placed, s.waiting, count(*) FILTER (WHERE a.state = 'placed'), count(*) FILTER (WHERE a.state = 'waiting'),"
            " s.placed > s.capacity FROM seats s LEFT JOIN applications a USING (tenant_id, run_id)"
            " WHERE s.run_id = ANY (%s) GROUP BY s.tenant_id, s.run_id",
            (list(runs),),
        ).fetchall()
    oversold = sum(bool(row[4]) for row in counted)
    apart = sum(row[:2] != row[2:4] for row in counted)
    assert not oversold, f"{oversold} runs are oversold"
    assert not apart, f"{apart} counters say other than the applications"
    placed, waiting = (sum(int(str(row[column])) for row in counted) for column in (0, 1))
    odd = crowd.unlike(200, 201, 303, 409)
    return f"{placed:,} placed, {waiting:,} waiting, 0 oversold" + (f", {odd} ODD ANSWERS" if odd else "")

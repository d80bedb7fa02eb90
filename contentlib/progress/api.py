"""Watching an item in a city, for programs: what a player needs, and reporting what was seen."""

from typing import Any
from uuid import UUID

from contentlib.adoptions import service as adoptions
from contentlib.progress import service as progress
from contentlib.progress.schemas import Playback, Progress, Report
from contentlib.progress.watching import playback
from maru.access import everyone, signed_in
from maru.api import blueprint as api_blueprint
from maru.dispatch import caller, here

blueprint = api_blueprint("progress-api", __name__, "Watching an item of the shared library in a city")


@blueprint.get("/items/<uuid:item_id>/playback")
@everyone("city")
@blueprint.response(200, Playback)
def play(item_id: UUID) -> dict[str, Any]:
    """What a player needs of an item that the city shows, and how far the person is

    Media addresses in the playlists are signed and end by themselves: ask the master playlist again.
    """
    shown = adoptions.one_shown(here(), item_id)
    return playback(item_id, shown.languages, caller().person_id)


@blueprint.post("/items/<uuid:item_id>/progress")
@signed_in("city")
@blueprint.arguments(Report())
@blueprint.response(200, Progress)
def report(body: dict[str, Any], item_id: UUID) -> progress.Progress:
    """Report seconds that were played, in batches and as often as needed

    Each second counts once, and no more of them than twice the seconds that have passed since those credited last.
    """
    return progress.report(item_id, [(begin, end) for begin, end in body["intervals"]], body["at"])

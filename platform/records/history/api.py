"""The signed-in person's one history, for programs."""

from dataclasses import asdict
from typing import Any

from maru.access import signed_in
from maru.api import ListInput
from maru.api import blueprint as api_blueprint
from maru.dispatch import caller, me, settings
from records.certificates import service as certificates
from records.certificates.models import Certificate
from records.history import service as history
from records.history.schemas import HistoryPage

blueprint = api_blueprint("history-api", __name__, "The one history: what a person learned in any city")


@blueprint.get("/me/history")
@signed_in()
@blueprint.arguments(ListInput(), location="query")
@blueprint.response(200, HistoryPage)
def mine(query: dict[str, Any]) -> dict[str, Any]:
    """Everything the person completed that entered the one history, the latest first"""
    lines, following = history.page_of(me(), query["limit"], query["cursor"])
    papers = certificates.of_sources([line.source_id for line in lines])
    items = [asdict(line) | {"certificate": _certificate(papers.get(line.source_id))} for line in lines]
    return {"items": items, "next": following}


def _certificate(paper: Certificate | None) -> dict[str, str | None] | None:
    if paper is None:
        return None
    ready = paper.file_key is not None and paper.revoked_at is None
    return {
        "number": paper.number,
        "state": "revoked" if paper.revoked_at else "valid",
        "verify_url": settings().origin() + paper.verify_path,
        "pdf_url": f"{settings().origin(caller().slug)}/my/certificates/{paper.id}.pdf" if ready else None,
    }

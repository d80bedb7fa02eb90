"""Verifying a certificate, for programs."""

from typing import Any

from maru.access import everyone
from maru.api import blueprint as api_blueprint
from records.certificates import service as certificates
from records.certificates.schemas import CodeQuery, VerdictOut
from records.certificates.service import Verdict

blueprint = api_blueprint("certificates-api", __name__, "Certificates: is this one genuine?")


@blueprint.get("/certificates/<number>")
@everyone()
@blueprint.arguments(CodeQuery(), location="query")
@blueprint.response(200, VerdictOut)
def verify(query: dict[str, Any], number: str) -> tuple[Verdict, dict[str, str]]:
    """Whether a certificate is valid, revoked, or not found: a wrong code and an unknown number read the same"""
    return certificates.verify(number, query["code"]), {"Cache-Control": "no-store"}

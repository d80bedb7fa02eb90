"""The page of a file that is being read: it opens the report by itself once it is there."""

from datetime import UTC, datetime, timedelta

from flask import Response, render_template

from maru.imports.kept import KeptImport

SECONDS_UNTIL_RETRY = 2
LATE = timedelta(minutes=2)
"""After which a file that still waits is strange enough to say so."""


def page(report: KeptImport) -> Response:
    """202, and asked for again every two seconds, also without script."""
    late = datetime.now(UTC) - report.imported_at > LATE
    shown = render_template("waiting_import.html", report=report, late=late)
    return Response(shown, 202, {"Refresh": str(SECONDS_UNTIL_RETRY)})

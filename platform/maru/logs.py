"""Logs as JSON lines with request id and tenant, never with personal data: routes are logged, not addresses, and of an
exception what it is and where it arose, not its message, for messages repeat values (`Key (name)=(...) already exists`).
"""

import logging
import sys
from traceback import walk_tb
from typing import Any

import psycopg
import structlog
from structlog.typing import EventDict, ExcInfo, Processor

from maru.errors import MaruError


def configure() -> None:
    """Send structlog and the standard library's logging to standard error as JSON."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_chain),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_name_the_place, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _name_the_place(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Libraries put an exception's message into their own; where they logged it says as much."""
    record: logging.LogRecord = event["_record"]
    if record.exc_info:
        event["event"] = f"{record.name} {record.funcName}:{record.lineno}"
    return event


def _chain(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """The exception, then what it was raised from, and so on."""
    told: list[dict[str, Any]] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(told) < 10:
        told.append(_facts(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told


def _facts(error: BaseException) -> dict[str, Any]:
    """Type, places from the outermost call inwards, and the codes that say what a message would."""
    facts: dict[str, Any] = {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
    if isinstance(error, psycopg.Error):
        facts |= {"sqlstate": error.sqlstate, "constraint": error.diag.constraint_name}
    elif isinstance(error, MaruError):
        facts["problem"] = error.slug
    elif isinstance(error, BaseExceptionGroup):
        facts["exceptions"] = [_facts(one) for one in error.exceptions]
    facts["frames"] = [
        f"{frame.f_code.co_filename}:{line} {frame.f_code.co_qualname}" for frame, line in walk_tb(error.__traceback__)
    ]
    return facts

"""Why queued work failed, as a word that can be kept and shown: never an exception's own message, which may name a person."""

from sqlalchemy.exc import InterfaceError, OperationalError

from maru.errors import ConfigurationError, MaruError
from maru.mail import NotDelivered


def problem_of(error: BaseException) -> str:
    """A word for what is foreseen; for anything else the name of the exception."""
    match error:
        case NotDelivered():
            return f"mail-{error.problem}"
        case ConfigurationError():
            return "configuration"
        case MaruError():
            return "refused" if error.status < 500 else "unavailable"
        case OperationalError() | InterfaceError():
            return "database"
    return type(error).__name__

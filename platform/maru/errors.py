"""What can go wrong, in words for people.

A refusal names the rule, the reason and the remedy (promise 5 of the design). The web layer turns these into pages and
into Problem Details (RFC 9457); services raise them and know no HTTP. Texts are Korean message ids; English comes from
the catalogue of translations.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class ConfigurationError(Exception):
    """The installation is set up wrongly; the message says which variable, and how to mend it."""


@dataclass(frozen=True)
class Remedy:
    """One way on for a person who was refused: words, and an address where there is one."""

    text: str
    href: str | None = None


class MaruError(Exception):
    """A request that ends with an answer other than the one asked for."""

    status = 500
    slug = "internal"
    title = "저장하지 못했습니다"

    def __init__(
        self, detail: str, *, rule: str = "", remedies: Sequence[Remedy] = (), slug: str | None = None, **extra: object
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.rule = rule
        self.remedies = tuple(remedies)
        self.extra = extra
        if slug:
            self.slug = slug


class Invalid(MaruError):
    """What was sent does not have the right shape; `errors` maps a field to its sentence."""

    status = 422
    slug = "invalid"
    title = "적으신 내용을 확인해 주세요"

    def __init__(self, detail: str, errors: dict[str, str] | None = None, **extra: object) -> None:
        super().__init__(detail, **extra)  # type: ignore[arg-type]  # extra members of the problem document
        self.errors = errors or {}


class NotSignedIn(MaruError):
    status = 401
    slug = "sign-in"
    title = "로그인이 필요합니다"


class Forbidden(MaruError):
    status = 403
    slug = "forbidden"
    title = "볼 수 있는 권한이 없습니다"


class NotFound(MaruError):
    status = 404
    slug = "not-found"
    title = "찾으시는 것이 없습니다"


class Refused(MaruError):
    """A rule says no: the state of things stands against it."""

    status = 409
    slug = "refused"
    title = "지금은 할 수 없습니다"


class NotEligible(Refused):
    status = 403
    slug = "not-eligible"
    title = "신청 대상이 아닙니다"


class TooMany(MaruError):
    status = 429
    slug = "rate-limited"
    title = "잠시 뒤에 다시 해 주세요"


class Unavailable(MaruError):
    """A part that Maru needs is not up; the person may try again soon."""

    status = 503
    slug = "unavailable"
    title = "잠시 준비하고 있습니다"

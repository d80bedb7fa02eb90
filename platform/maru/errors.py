"""What can go wrong, in words for people.

A refusal names the rule, the reason and the remedy (promise 5 of the design). Services raise these and know no HTTP; the
web layer turns them into pages and into Problem Details (RFC 9457). Texts are Korean message ids marked with `N_`;
`values` fill their `%(name)s` places, and days and instants among them are put into words in the reader's language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def N_(message: str) -> str:  # noqa: N802  # gettext's name for "translate later"
    """Mark a message for the catalogue of translations without translating it yet."""
    return message


@dataclass(frozen=True)
class Named:
    """A name that has its own form in each language, such as a city's."""

    ko: str
    en: str


class ConfigurationError(Exception):
    """The installation is set up wrongly; the message says which variable, and how to mend it."""


@dataclass(frozen=True)
class Remedy:
    """One way on for a person who was refused: words, and an address where there is one."""

    text: str
    href: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


class MaruError(Exception):
    """A request that ends with an answer other than the one asked for. `slug` ends its `/problems/` address."""

    status = 500
    slug = "internal"
    title = N_("저장하지 못했습니다")
    headers: Mapping[str, str] = {}

    def __init__(
        self,
        detail: str,
        *,
        rule: str = "",
        remedies: Sequence[Remedy] = (),
        slug: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.rule = rule
        self.remedies = tuple(remedies)
        self.slug = slug or self.slug
        self.values = dict(values or {})

    def __str__(self) -> str:
        return self.detail % self.values if self.values else self.detail


class Invalid(MaruError):
    """What was sent does not have the right shape; `errors` maps a field to its sentence.

    A sentence takes the values of the whole, or its field's own in `own_values`.
    """

    status = 422
    slug = "invalid"
    title = N_("적으신 내용을 확인해 주세요")

    def __init__(
        self,
        detail: str,
        errors: Mapping[str, str] | None = None,
        own_values: Mapping[str, Mapping[str, Any]] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail, **more)
        self.errors = dict(errors or {})
        self.own_values = own_values or {}


class NotSignedIn(MaruError):
    status = 401
    slug = "sign-in"
    title = N_("로그인이 필요합니다")
    headers: Mapping[str, str] = {"WWW-Authenticate": "Bearer"}


class SecondFactorMissing(NotSignedIn):
    """A member of staff who has signed in with a password alone (RFC 9470 for programs)."""

    slug = "second-factor"
    title = N_("한 번 더 확인이 필요합니다")
    headers: Mapping[str, str] = {"WWW-Authenticate": 'Bearer error="insufficient_user_authentication", acr_values="2"'}

    def __init__(self) -> None:
        super().__init__(
            N_("업무를 보시려면 비밀번호 다음에 인증 앱의 숫자로 한 번 더 확인합니다."),
            remedies=[Remedy(N_("인증 앱으로 확인하기"), "/auth/sign-in?strong=1")],
        )


class Forbidden(MaruError):
    status = 403
    slug = "forbidden"
    title = N_("볼 수 있는 권한이 없습니다")


class NotFound(MaruError):
    status = 404
    slug = "not-found"
    title = N_("찾으시는 것이 없습니다")


class InPreparation(NotFound):
    """A city whose house does not stand yet."""

    title = N_("아직 열지 않았습니다")


class Gone(MaruError):
    status = 410
    slug = "gone"
    title = N_("문을 닫은 누리집입니다")


class Refused(MaruError):
    """A rule says no: the state of things stands against it."""

    status = 409
    slug = "refused"
    title = N_("지금은 할 수 없습니다")


class NotEligible(Refused):
    status = 403
    slug = "not-eligible"
    title = N_("신청 대상이 아닙니다")


class TooMany(MaruError):
    status = 429
    slug = "rate-limited"
    title = N_("잠시 뒤에 다시 해 주세요")
    headers: Mapping[str, str] = {"Retry-After": "60"}


class Unavailable(MaruError):
    """A part that Maru needs is not up; the person may try again soon, at `again` where that is not the same address."""

    status = 503
    slug = "unavailable"
    title = N_("잠시 준비하고 있습니다")
    headers: Mapping[str, str] = {"Retry-After": "10"}

    def __init__(self, detail: str, *, again: str = "", **more: Any) -> None:
        super().__init__(detail, **more)
        self.again = again


class Suspended(Unavailable):
    """A house that rests until the province opens it again."""

    slug = "suspended"
    title = N_("쉬고 있는 누리집입니다")
    headers: Mapping[str, str] = {"Retry-After": "3600"}

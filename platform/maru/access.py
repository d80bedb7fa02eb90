"""Who may call a route: every view states it, and the app refuses to start with one that does not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
Level = Literal["machine", "everyone", "person", "staff", "province"]
Host = Literal["any", "city", "portal"]


@dataclass(frozen=True)
class Access:
    """The level a view asks for, the permission beyond it, and on which hosts it stands.

    `machine` views answer any Host and run outside a transaction: liveness, style sheets. Views that `call out` to
    another server run after the request's transaction has ended, so that a slow neighbour holds no connection.
    `before_opening` views also answer at a house that is still being prepared, so that its staff can sign in;
    `even_closed` ones at any that is not open, and where there is none, for the page that says so. Only `uploads` may
    send more than a form's worth.
    """

    level: Level
    permission: str | None = None
    host: Host = "any"
    calls_out: bool = False
    before_opening: bool = False
    even_closed: bool = False
    uploads: bool = False


def _stating(access: Access) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.__maru_access__ = access  # type: ignore[attr-defined]  # read back by access_of
        return view

    return decorate


def machine(view: View) -> View:
    """Answers any host, outside a transaction."""
    return _stating(Access("machine"))(view)


def everyone(
    host: Host = "any", *, calls_out: bool = False, before_opening: bool = False, even_closed: bool = False
) -> Callable[[View], View]:
    """Open to the public."""
    stated = Access("everyone", None, host, calls_out, before_opening=before_opening, even_closed=even_closed)
    return _stating(stated)


def signed_in(
    host: Host = "any", *, calls_out: bool = False, before_opening: bool = False, even_closed: bool = False
) -> Callable[[View], View]:
    """For a signed-in person, about their own rows."""
    stated = Access("person", None, host, calls_out, before_opening=before_opening, even_closed=even_closed)
    return _stating(stated)


def staff(permission: str, *, uploads: bool = False) -> Callable[[View], View]:
    """In a city's console, for people whose role there has `permission` (auth.roles)."""
    return _stating(Access("staff", permission, "city", uploads=uploads))


def province(permission: str, *, uploads: bool = False) -> Callable[[View], View]:
    """In the province's console on the portal, for provincial roles with `permission` (auth.roles)."""
    return _stating(Access("province", permission, "portal", uploads=uploads))


def access_of(view: Callable[..., Any]) -> Access | None:
    """What a view states, also through the wrappers of the API's decorators."""
    stated: Access | None = getattr(view, "__maru_access__", None)
    return stated

"""The life of a request: host, session and scope in one round trip, then the view, in one transaction.

Returning commits, raising rolls back; error handlers run after the transaction has ended (design.md, section 3).
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import structlog
from flask import Flask, Request, Response, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from maru import forms, metrics, security, tenancy
from maru.access import Access, access_of
from maru.config import Config
from maru.db import Database, Scope, change_nothing
from maru.errors import (
    N_,
    Forbidden,
    Gone,
    InPreparation,
    Named,
    NotFound,
    NotSignedIn,
    Remedy,
    SecondFactorMissing,
    Suspended,
)
from maru.tenancy import COMING, ENTER, SERVED, Address, Caller, parse_host
from maru.web.languages import carried
from maru.web.mount import language

log = structlog.get_logger()
API_PREFIX = "/api/"
API_DOCS = "/api/docs"
"""The one page for people among the addresses of programs."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Those that are logged and counted by name: anybody can invent more."""
FORM_LIMIT = 2**20
"""Bytes of a request that is no upload."""
WANTED = {"staff": "staff", "province": "province"}


@dataclass(frozen=True)
class Doors:
    """What the rooms hand to the kernel, which knows none of them."""

    verify_bearer: Callable[[str], tuple[str, bool]]
    """Subject of an access token, and whether a second factor stands behind it; raises NotSignedIn."""
    furnish: Callable[[Caller, Config], None]
    """Load, inside the transaction, what pages and error pages of the house need."""
    permits: Callable[[frozenset[str], str], bool]
    """Whether a set of roles has a permission."""
    only_reads: Callable[[frozenset[str]], bool]
    """Whether none of a set of roles is there to change anything."""


class Maru(Flask):
    """Flask with one transaction around every dispatch."""

    config_of_maru: Config
    database: Database
    doors: Doors

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: our views and hooks are plain functions, and asking each of them every time costs."""
        return func

    def dispatch_request(self, *context: Any) -> Any:
        access = self._access()
        security.refuse_nul([request.path, *security.words_of(request.args)])
        if access.level == "machine":
            return super().dispatch_request(*context)
        address = parse_host(request.headers.get("Host", ""), self.config_of_maru.base_domain)
        if address is None:
            raise self._nowhere()
        unfit = None if request.method in security.SAFE_METHODS else _receive(request, access)
        token = security.session_token(request, self.config_of_maru)
        bearer, strong = (None, False) if token else self._bearer(request)
        values = (
            address.host,
            address.slug,
            security.digest(token) if token else None,
            bearer,
            WANTED.get(access.level, "person"),
            strong,
        )
        with self.database.entering(ENTER, values) as row:
            g.caller = caller = _caller(address, row)
            g.session_token = token
            if request.path == API_DOCS or not request.path.startswith(API_PREFIX):
                self.doors.furnish(caller, self.config_of_maru)
            structlog.contextvars.bind_contextvars(tenant=caller.slug or ("portal" if caller.portal else None))
            self._admit(caller, access)
            if unfit:
                raise unfit
            if token and caller.session_id and request.method not in security.SAFE_METHODS:
                security.check_csrf(request, token, self.config_of_maru)
            if not access.calls_out:
                return self._checked(super().dispatch_request(*context))
        _refuse_numbers(request)
        return super().dispatch_request(*context)

    def _checked(self, answer: Any) -> Any:
        """What a view has done, unless its form names what is kept nowhere; a view that refused it says so at its field."""
        if request.method in security.SAFE_METHODS:
            return answer
        response = self.make_response(answer)
        if response.status_code < 400:
            _refuse_numbers(request)
        return response

    def _check_open(self, caller: Caller, access: Access) -> None:
        if caller.state in SERVED or access.even_closed:
            return
        if caller.state in COMING and (caller.roles or access.before_opening):
            return
        if caller.state == "suspended":
            words = N_("지금은 이 누리집을 쉬고 있습니다. 수료증 확인과 내 학습은 경기도 누리집에서 됩니다.")
            raise Suspended(words, remedies=self._portal_ways())
        if caller.state == "archived":
            words = N_("이 누리집은 문을 닫았습니다. 수료증 확인과 내 학습은 경기도 누리집에서 됩니다.")
            raise Gone(words, remedies=self._portal_ways())
        raise self._in_preparation(caller) if caller.state in COMING else self._nowhere()

    def _in_preparation(self, caller: Caller) -> NotFound:
        city = tenancy.get(caller.tenant_id)
        return InPreparation(
            N_(
                "%(city)s 누리집은 준비하고 있습니다. 그동안 가까운 시군의 강좌를 경기도 누리집에서 찾으실 수 있습니다."
            ),
            values={"city": Named(city.name_ko, city.name_en)},
            remedies=self._portal_search(),
        )

    def _nowhere(self) -> NotFound:
        return NotFound(N_("이 주소의 누리집은 없습니다."), remedies=self._portal_search())

    def _portal_ways(self) -> list[Remedy]:
        """What a closed house's visitors came for, where it is done now."""
        own = [
            Remedy(N_("수료증 확인하기"), self._on_portal("/certificates")),
            Remedy(N_("내 학습 보기"), self._on_portal("/my")),
        ]
        return [*own, *self._portal_search()]

    def _portal_search(self) -> list[Remedy]:
        return [Remedy(N_("경기도 전체에서 강좌 찾기"), self._on_portal("/search"))]

    def _on_portal(self, path: str) -> str:
        return carried(f"{self.config_of_maru.origin()}{path}", language())

    def log_exception(self, *context: Any) -> None:
        """Flask would log the path, which holds ids and codes."""
        log.error("crash", exc_info=context[-1])

    def _access(self) -> Access:
        if request.routing_exception is not None or request.endpoint is None:
            return Access("everyone")
        if request.endpoint == "static":
            return Access("machine")
        stated = access_of(self.view_functions[request.endpoint])
        if stated is None:
            raise RuntimeError(f"{request.endpoint} does not state who may call it")
        return stated

    def _bearer(self, asked: Request) -> tuple[str | None, bool]:
        kind, _, token = asked.headers.get("Authorization", "").partition(" ")
        return self.doors.verify_bearer(token.strip()) if kind.lower() == "bearer" else (None, False)

    def _admit(self, caller: Caller, access: Access) -> None:
        """Refuse a house that is not open, a route that is not of this host, and a person who may not enter."""
        if not caller.portal:
            self._check_open(caller, access)
        if request.routing_exception is not None:
            return
        if (access.host == "city" and caller.portal) or (access.host == "portal" and not caller.portal):
            raise NotFound(N_("찾으시는 쪽이 이 누리집에는 없습니다."))
        if access.level == "everyone":
            return
        if caller.person_id is None:
            raise NotSignedIn(N_("로그인하시면 볼 수 있습니다."))
        if access.level in WANTED:
            roles = caller.roles if access.level == "staff" else caller.province_roles
            if not roles or not self.doors.permits(roles, access.permission or ""):
                raise Forbidden(N_("이 일을 맡은 담당자만 할 수 있습니다."))
            if not caller.strong:
                raise SecondFactorMissing
            if self.doors.only_reads(roles):
                change_nothing()


def _receive(asked: Request, access: Access) -> HTTPException | None:
    """Read the body whole, before a connection to the database is held: a slow sender keeps nobody else waiting.

    Gives what is wrong with it, to be raised once the house is known that says so.
    """
    if not access.uploads:
        asked.max_content_length = FORM_LIMIT
    try:
        asked.get_data(parse_form_data=True)
        security.refuse_nul(security.words_of(asked.form))
        security.refuse_nul(
            word for name, file in asked.files.items(multi=True) for word in (name, file.filename or "")
        )
    except HTTPException as error:
        return error
    return None


def _refuse_numbers(asked: Request) -> None:
    """Refuse a write that names a resident registration number, whatever the field (PRV-04)."""
    if asked.method not in security.SAFE_METHODS:
        forms.refuse_numbers(asked.form.to_dict(flat=False))
        forms.refuse_numbers(asked.get_json(silent=True))


def _caller(address: Address, row: Any) -> Caller:
    return Caller(
        host=address.host,
        portal=address.portal,
        tenant_id=row.tenant_id,
        slug=row.slug,
        tenant_name=row.tenant_name,
        state=row.state,
        site_version=row.site_version,
        person_id=row.person_id,
        person_name=row.person_name,
        language=row.language,
        session_id=row.session_id,
        roles=frozenset(row.roles or ()),
        province_roles=frozenset(row.province_roles or ()),
        scope=Scope(row.scope),
        strong=bool(row.strong),
        represents=bool(row.represents),
    )


def caller() -> Caller:
    """Who asks, in the current request."""
    asked: Caller = g.caller
    return asked


def known_caller() -> Caller | None:
    """Who asks, or None where a request ended before it entered a house."""
    known: Caller | None = g.get("caller")
    return known


def me() -> UUID:
    """The signed-in person of a view that is not open to everyone."""
    person = caller().person_id
    assert person is not None
    return person


def here() -> UUID:
    """The tenant of a view that stands on a city's host."""
    tenant = caller().tenant_id
    assert tenant is not None
    return tenant


def settings() -> Config:
    """The settings of the installation that answers."""
    return _app().config_of_maru


def apart(tenant: UUID | None = None) -> AbstractContextManager[Session]:
    """A transaction of its own, in the public scope: for views that call out, and for what must survive a refusal."""
    return _app().database.transaction(Scope.PUBLIC, tenant=tenant)


def apart_as_me() -> AbstractContextManager[Session]:
    """A transaction of its own in the scope of the signed-in person: for views that call out."""
    return _app().database.transaction(Scope.PERSON, person=me())


def _app() -> Maru:
    app: Maru = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way to its app
    return app


def watch(app: Flask) -> None:
    """Give every request an id, and log and count how it ended."""

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        g.request_id = uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "-"
        method = request.method if request.method in METHODS else "-"
        seconds = time.perf_counter() - g.started
        response.headers["X-Request-Id"] = g.request_id
        if (asking := known_caller()) and asking.person_id:
            response.headers.setdefault("Cache-Control", "private, no-store")
        metrics.observe(method, route, response.status_code, seconds)
        if response.status_code >= 400 or seconds > 1:
            log.info("request", method=method, route=route, status=response.status_code, seconds=round(seconds, 4))
        return response

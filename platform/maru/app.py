"""The composition root of the web: it alone mounts every room."""

from flask import Flask, jsonify
from flask.wrappers import Response

from auth.access_log import pages as look_pages
from auth.account import pages as account_pages
from auth.approvals import messages as approval_messages  # noqa: F401  # declares its kinds
from auth.approvals import pages as approval_pages
from auth.breaches import pages as breach_pages
from auth.consents import messages as consent_messages  # noqa: F401  # declares its kind
from auth.consents import pages as consent_pages
from auth.consents_at_desk import pages as desk_consent_pages
from auth.families import messages as family_messages  # noqa: F401  # declares its kinds
from auth.families import pages as family_pages
from auth.joining import pages as joining_pages
from auth.keycloak.own_account import Accounts
from auth.merging import pages as merging_pages
from auth.messages import pages as message_pages
from auth.oidc import Provider
from auth.papers import pages as paper_pages
from auth.residence import pages as residence_pages
from auth.rights import pages as rights_pages
from auth.roles import pages as role_pages
from auth.roles.permissions import only_reads, permits
from auth.sessions import pages as session_pages
from auth.tokens import TokenIdentity
from auth.verification import messages as verification_messages  # noqa: F401  # declares its kind
from auth.verification import pages as verification_pages
from auth.verification.agencies import agency_of
from auth.visits import pages as visit_pages
from contentlib.adoptions import api as items_api
from contentlib.adoptions import pages as adoption_pages
from contentlib.catalogues import pages as library_import_pages
from contentlib.items import pages as library_pages
from contentlib.progress import api as progress_api
from contentlib.progress import pages as watching_pages
from contentlib.uploads import pages as uploads_pages
from maru import dispatch, problems, security
from maru.access import access_of, machine
from maru.api import MaruApi
from maru.config import Config
from maru.db import Database
from maru.dispatch import Doors, Maru, known_caller
from maru.proxies import behind
from maru.storage import Storage, connect
from maru.tenancy import Caller
from maru.web import notices
from maru.web.mount import mount as mount_look
from records.certificates import api as certificates_api
from records.certificates import pages as certificate_pages
from records.destruction import pages as destruction_pages
from records.history import api as history_api
from records.inquiries import pages as inquiry_pages
from records.insights import pages as insight_pages
from tenants.announcements import pages as announcement_pages
from tenants.attendance import pages as attendance_pages
from tenants.catalogue import api as catalogue_api
from tenants.catalogue import pages as catalogue_pages
from tenants.catalogue import portal
from tenants.console import context as console_context
from tenants.console import pages as console_pages
from tenants.crawling import pages as crawling_pages
from tenants.directory import portal as directory_portal
from tenants.domains import pages as domain_pages
from tenants.editing import pages as editing_pages
from tenants.editions import pages as edition_pages
from tenants.editor import pages as editor_pages
from tenants.enrolments import api as enrolments_api
from tenants.enrolments import messages as enrolment_messages  # noqa: F401  # declares its kinds
from tenants.enrolments import pages as enrolment_pages
from tenants.faqs import pages as faq_pages
from tenants.finding import pages as finding_pages
from tenants.groups import pages as group_pages
from tenants.imports import pages as import_pages
from tenants.learners import api as learners_api
from tenants.learners import pages as learner_pages
from tenants.leaving import pages as leaving_pages
from tenants.notices import pages as notices_pages
from tenants.online import portal as online_portal
from tenants.opendata import portal as opendata_portal
from tenants.participants import pages as participants_pages
from tenants.province import counts as province_counts
from tenants.province import pages as province_pages
from tenants.publishing import pages as publishing_pages
from tenants.questions import pages as question_pages
from tenants.reminders import pages as reminder_pages
from tenants.revoking import pages as revoking_pages
from tenants.sites import (
    context,
    letterhead,  # noqa: F401  # says who writes
)
from tenants.sites import pages as site_pages
from tenants.sites.faces import Faces
from tenants.terms import pages as terms_pages
from tenants.timetable import pages as timetable_pages
from tenants.today import counts
from tenants.today import pages as today_pages
from tenants.venues import pages as venues_pages

PAGES = (
    session_pages,
    message_pages,
    consent_pages,
    rights_pages,
    breach_pages,
    family_pages,
    desk_consent_pages,
    paper_pages,
    site_pages,
    notices_pages,
    faq_pages,
    question_pages,
    portal,
    online_portal,
    directory_portal,
    crawling_pages,
    opendata_portal,
    reminder_pages,
    catalogue_pages,
    enrolment_pages,
    learner_pages,
    certificate_pages,
    today_pages,
    finding_pages,
    console_pages,
    publishing_pages,
    editor_pages,
    edition_pages,
    domain_pages,
    editing_pages,
    terms_pages,
    timetable_pages,
    venues_pages,
    participants_pages,
    revoking_pages,
    province_pages,
    leaving_pages,
    announcement_pages,
    library_pages,
    library_import_pages,
    uploads_pages,
    adoption_pages,
    watching_pages,
    import_pages,
    group_pages,
    attendance_pages,
    role_pages,
    visit_pages,
    residence_pages,
    approval_pages,
    insight_pages,
    destruction_pages,
    inquiry_pages,
    look_pages,
    verification_pages,
    account_pages,
    joining_pages,
    merging_pages,
)
APIS = (items_api, progress_api, catalogue_api, enrolments_api, learners_api, history_api, certificates_api)
UPLOAD_LIMIT = 21 * 2**20
"""Bytes of one request: a standard file of 20 MiB and its form."""


def create_app(config: Config) -> Maru:
    """The web application of one installation; connects to nothing until the first request."""
    app = Maru("maru.web", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=UPLOAD_LIMIT, MAX_FORM_MEMORY_SIZE=2**20)
    app.json.ensure_ascii = app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has them
    app.config_of_maru = config
    app.database = Database(config.database_app_url)
    provider, faces, storage = Provider(config), Faces(), connect(config.s3)
    app.extensions["maru-identity"] = provider
    app.extensions["maru-accounts"] = Accounts(config)
    app.extensions["maru-storage"] = storage
    app.extensions["maru-agency"] = agency_of(config)
    app.doors = Doors(
        verify_bearer=lambda token: _bearer(provider.verify_access_token(token)),
        furnish=lambda caller, settings: furnish(faces, caller, settings),
        permits=permits,
        only_reads=only_reads,
    )
    dispatch.watch(app)
    mount_look(app, person_language, secure=config.scheme == "https")
    notices.mount(app, config)
    context.mount(app)
    console_context.mount(app)
    _mount_health(app, provider, storage)
    for room in PAGES:
        app.register_blueprint(room.blueprint)
    api = MaruApi(app)
    for programs in APIS:
        api.register_blueprint(programs.blueprint)
    problems.mount(app)
    app.after_request(lambda response: security.harden(response, config, _form_targets(config)))
    _check_access(app)
    if config.proxies:
        app.wsgi_app = behind(app.wsgi_app, config.proxies)  # type: ignore[method-assign]  # as Flask's manual says
    return app


def furnish(faces: Faces, caller: Caller, config: Config) -> None:
    """What every page of a house needs, loaded inside the transaction."""
    context.furnish(faces, caller, config)
    counts.furnish(caller)
    console_context.furnish(caller)
    province_counts.furnish(caller)


def person_language() -> str | None:
    """What the signed-in person chose in their account."""
    caller = known_caller()
    return caller.language if caller else None


def _bearer(token: TokenIdentity) -> tuple[str, bool]:
    return token.subject, token.strong


def _mount_health(app: Maru, provider: Provider, storage: Storage) -> None:
    @app.get("/healthz")
    @machine
    def healthz() -> Response:
        """The process answers."""
        return jsonify(process="up")

    @app.get("/readyz")
    @machine
    def readyz() -> tuple[Response, int]:
        """Each part and its state; ready as soon as database and storage are up."""
        parts = {"database": app.database.ready(), "storage": storage.ready(), "identity": provider.ready()}
        ready = parts["database"] and parts["storage"]
        return jsonify({name: "up" if up else "down" for name, up in parts.items()}), 200 if ready else 503


def _form_targets(config: Config) -> str:
    """Where a form may end after redirects: our own hosts, the identity provider at sign-out, and the identity agency."""
    others = ["/".join(address.split("/")[:3]) for address in (config.oidc_issuer, config.agency_url) if address]
    return " ".join([config.origin(), f"{config.scheme}://*.{config.base_domain}{config.port_suffix}", *others])


def _check_access(app: Flask) -> None:
    """Refuse to start with a route that does not state who may call it."""
    silent = [name for name, view in app.view_functions.items() if access_of(view) is None and name != "static"]
    if silent:
        raise RuntimeError(f"These routes do not state who may call them: {', '.join(sorted(silent))}")

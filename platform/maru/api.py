"""The API for programs: OpenAPI 3.1 at /api/openapi.json, its page at /api/docs, schemas and lists in one way."""

import json
from typing import Any

from flask import Flask, Request, Response, jsonify, render_template
from flask_smorest import Api, Blueprint
from marshmallow import EXCLUDE, RAISE, Schema, fields, validate
from webargs.flaskparser import FlaskParser

from maru.access import access_of, everyone, machine

MOST_PER_PAGE = 100
PROBLEM_TYPE = "application/problem+json"
SIGNED_IN: list[dict[str, list[str]]] = [{"session": []}, {"bearer": []}]


class Input(Schema):
    """What comes in: unknown members are refused, so that a typing mistake is never silently ignored."""

    class Meta:
        unknown = RAISE


class ListInput(Schema):
    """Arguments of every list."""

    class Meta:
        unknown = EXCLUDE

    limit = fields.Integer(load_default=20, validate=validate.Range(1, MOST_PER_PAGE))
    cursor = fields.String(load_default=None, validate=validate.Length(max=500))


class Remedy(Schema):
    text = fields.String(required=True)
    text_ko = fields.String(required=True)
    text_en = fields.String(required=True)
    href = fields.String(allow_none=True)


class Problem(Schema):
    """RFC 9457, with the rule and the remedies of a refusal and every sentence in both languages."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    title_ko = fields.String(required=True)
    title_en = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    detail_ko = fields.String(required=True)
    detail_en = fields.String(required=True)
    rule = fields.String(required=True)
    rule_ko = fields.String(required=True)
    rule_en = fields.String(required=True)
    remedies = fields.List(fields.Nested(Remedy), required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.String())
    errors_ko = fields.Dict(keys=fields.String(), values=fields.String())
    errors_en = fields.Dict(keys=fields.String(), values=fields.String())


class Reader(FlaskParser):
    """Reads bodies; JSON that Python gives up on, too deep or with a number of too many digits, is no JSON either."""

    def _raw_load_json(self, req: Request) -> Any:
        try:
            return super()._raw_load_json(req)
        except UnicodeDecodeError:
            raise
        except (RecursionError, ValueError) as error:
            raise json.JSONDecodeError("odd JSON", "...", 0) from error


class Programs(Blueprint):  # type: ignore[misc]  # flask-smorest is untyped
    """Routes that say in the document who may call them, as they state it (maru.access)."""

    ARGUMENTS_PARSER = Reader()

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any) -> None:
        access = access_of(view_func)
        if access and access.level != "everyone":
            view_func = self.doc(security=SIGNED_IN)(view_func)
        super().add_url_rule(rule, endpoint, view_func, **options)


class MaruApi(Api):  # type: ignore[misc]  # flask-smorest is untyped
    """flask-smorest with our documents: errors are left to maru.problems."""

    ERROR_SCHEMA = Problem

    def __init__(self, app: Flask) -> None:
        app.config.update(
            API_TITLE="Maru",
            API_VERSION="v1",
            OPENAPI_VERSION="3.1.0",
            API_SPEC_OPTIONS={
                "info": {"description": "Lifelong learning of a province: courses, applications, one history."},
                "components": {
                    "securitySchemes": {
                        "session": {
                            "type": "apiKey",
                            "in": "cookie",
                            "name": "maru_session",
                            "description": "A browser's session. Its writes carry the header X-CSRF-Token with the value "
                            "of the field csrf_token in any form of the page; programs use a Bearer token.",
                        },
                        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                    }
                },
            },
        )
        super().__init__(app)
        _mount_documents(app, self)

    def _register_responses(self) -> None:
        """The document's errors, with the media type that they have."""
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_TYPE
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE

    def _register_error_handlers(self) -> None:
        """None: maru.problems answers all errors."""


def _mount_documents(app: Flask, api: Api) -> None:
    @app.get("/api/openapi.json")
    @machine
    def openapi() -> Response:
        """The API in the words of OpenAPI 3.1."""
        document = jsonify(api.spec.to_dict())
        document.headers["Cache-Control"] = "public, max-age=300"
        return document

    @app.get("/api/docs")
    @everyone()
    def api_docs() -> str:
        """The same for people."""
        return render_template("api_docs.html", paths=api.spec.to_dict()["paths"])


def blueprint(name: str, import_name: str, description: str) -> Any:
    """A blueprint of the API under /api/v1."""
    return Programs(name, import_name, url_prefix="/api/v1", description=description)

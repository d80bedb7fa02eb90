"""What the history says to programs."""

from marshmallow import Schema, fields, validate


class HistoryCertificate(Schema):
    """The certificate of a line: the one in force, else the one revoked last; the file is made soon after issue."""

    number = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("valid", "revoked")))
    verify_url = fields.URL(required=True, require_tld=False)
    pdf_url = fields.URL(required=True, allow_none=True, require_tld=False)


class HistoryLine(Schema):
    """One thing learned, as it holds now; `tenant` is the city's short name today, `tenant_name` its name then."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(("course",)))
    title = fields.String(required=True)
    run_name = fields.String(required=True)
    category = fields.String(required=True)
    hours = fields.Float(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    completed_on = fields.Date(required=True)
    tenant = fields.String(required=True, attribute="tenant_slug")
    tenant_name = fields.String(required=True)
    corrected = fields.Boolean(required=True, metadata={"description": "An earlier line was corrected by this one"})
    certificate = fields.Nested(HistoryCertificate, required=True, allow_none=True)


class HistoryPage(Schema):
    items = fields.List(fields.Nested(HistoryLine), required=True)
    next = fields.String(required=True, allow_none=True)

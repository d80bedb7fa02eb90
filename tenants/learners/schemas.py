"""What a person is told of themselves."""

from marshmallow import Schema, fields


class Residence(Schema):
    region_code = fields.String(required=True)
    since = fields.Function(lambda home: home.valid.lower.isoformat(), required=True)


class Me(Schema):
    """The signed-in person: `residence` is null where it is not known."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    language = fields.String(required=True)
    residence = fields.Nested(Residence, allow_none=True, required=True)
    roles = fields.List(fields.String(), required=True)


class MyApplication(Schema):
    """An application in whichever city."""

    id = fields.UUID(required=True)
    run_id = fields.UUID(required=True)
    tenant = fields.String(required=True)
    tenant_name = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    position = fields.Integer(allow_none=True, required=True)
    run_state = fields.String(required=True)
    applied_at = fields.DateTime(required=True)
    url = fields.String(required=True)


class MyApplicationPage(Schema):
    items = fields.List(fields.Nested(MyApplication), required=True)
    next = fields.String(allow_none=True, required=True)

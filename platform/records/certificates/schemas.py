"""What a verification says to programs."""

from marshmallow import EXCLUDE, Schema, fields, validate


class CodeQuery(Schema):
    """The code as it is printed below the number; case, spaces and hyphens do not matter."""

    class Meta:
        unknown = EXCLUDE

    code = fields.String(load_default="")


class VerdictOut(Schema):
    """Always the same members; all but `state` are null when no such certificate is found. Person's data are masked."""

    state = fields.String(required=True, validate=validate.OneOf(("valid", "revoked", "not-found")))
    number = fields.String(required=True, allow_none=True)
    holder_name = fields.String(required=True, allow_none=True)
    birth_date = fields.String(required=True, allow_none=True, metadata={"description": "`1954-**-**`"})
    course_title = fields.String(required=True, allow_none=True)
    run_name = fields.String(required=True, allow_none=True)
    period_start = fields.Date(required=True, allow_none=True)
    period_end = fields.Date(required=True, allow_none=True)
    hours = fields.Float(required=True, allow_none=True)
    completed_on = fields.Date(required=True, allow_none=True)
    tenant_name = fields.String(required=True, allow_none=True)
    institution_name = fields.String(required=True, allow_none=True)
    head_title = fields.String(required=True, allow_none=True)
    issued_on = fields.Date(required=True, allow_none=True)
    revoked_on = fields.Date(required=True, allow_none=True)
    revoked_reason = fields.String(required=True, allow_none=True)

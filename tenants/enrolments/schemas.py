"""What an application says to programs."""

from marshmallow import EXCLUDE, Schema, fields, validate


class ApplicationHeaders(Schema):
    """A repeated key gives the same application instead of a second one."""

    class Meta:
        unknown = EXCLUDE

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        load_default=None,
        validate=validate.Length(min=1, max=200),
        metadata={"description": "Of your own making, a new one for each application"},
    )


class ForWhom(Schema):
    """A child or another person for whom the caller stands; without it the caller themselves."""

    whom = fields.UUID(data_key="for", load_default=None, metadata={"description": "Id of that person"})


class ApplicationOut(Schema):
    """Where it stands: `position` counts from 1 among the waiting, else it is null."""

    id = fields.UUID(required=True)
    run_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("placed", "waiting", "offered", "cancelled")))
    position = fields.Integer(allow_none=True, required=True)
    applied_at = fields.DateTime(required=True)
    number = fields.Integer(required=True, metadata={"description": "Place in the order of receipt of the run"})

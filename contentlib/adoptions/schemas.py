"""Items of the library as programs read them."""

from marshmallow import Schema, fields, validate

from maru.api import ListInput
from records.classification import CATEGORIES


class ItemsInput(ListInput):
    q = fields.String(load_default="", validate=validate.Length(max=100))
    category = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(CATEGORIES)))


class Item(Schema):
    """An item in force."""

    id = fields.UUID(required=True, attribute="item_id")
    version = fields.Integer(required=True, attribute="number")
    title = fields.String(required=True)
    summary = fields.String(required=True)
    category = fields.String(required=True)
    level = fields.String(required=True)
    seconds = fields.Integer(required=True, allow_none=True, metadata={"description": "null: it leads outside"})
    link = fields.String(required=True, metadata={"description": "Address of an outside course; empty for a video"})
    languages = fields.List(fields.String(), required=True, metadata={"description": "Of its captions"})
    licence = fields.String(required=True)
    licence_source = fields.String(required=True)
    licence_ends_on = fields.Date(required=True, allow_none=True)


class Items(Schema):
    items = fields.List(fields.Nested(Item), required=True)
    next = fields.String(required=True, allow_none=True)

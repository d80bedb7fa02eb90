"""What the catalogue says to programs."""

from marshmallow import Schema, fields, validate

from contentlib.adoptions.schemas import Item
from maru.api import ListInput
from maru.dispatch import settings
from tenants.catalogue import service as catalogue
from tenants.catalogue.filters import AGES, CATEGORIES, METHODS, NEAR, SORTS, STATES, TIMES, WHENS
from tenants.courses.schedule import from_bits


def _several(values: tuple[str, ...]) -> "fields.List[str]":
    return fields.List(fields.String(validate=validate.OneOf(values)), load_default=())


class CourseQuery(ListInput):
    """The same choices as the pages; days are 0 for Monday."""

    q = fields.String(load_default="", validate=validate.Length(max=100))
    state = _several(STATES)
    day = fields.List(fields.Integer(validate=validate.Range(0, 6)), load_default=())
    time = _several(TIMES)
    when = _several(WHENS)
    since = fields.Date(load_default=None, data_key="starts", metadata={"description": "Begins on this day or later"})
    free = fields.Boolean(load_default=False)
    method = _several(METHODS)
    category = _several(CATEGORIES)
    age = _several(AGES)
    sort = fields.String(load_default="closing", validate=validate.OneOf(SORTS))


class SearchQuery(CourseQuery):
    """Over all live cities, or some of them by slug; nearest first from the town with the code `from`."""

    city = fields.List(fields.String(validate=validate.Length(max=40)), load_default=())
    near = fields.String(load_default="", data_key="from", validate=validate.Regexp(r"\A(?:[0-9]{5})?\Z"))
    sort = fields.String(load_default="", validate=validate.OneOf((*SORTS, NEAR, "")))
    library_cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=500))


class ListedRun(Schema):
    """A run in a list; `position` and the like belong to applications."""

    id = fields.UUID(attribute="run_id", required=True)
    title = fields.String(required=True)
    title_en = fields.String()
    state = fields.Function(catalogue.state, required=True)
    capacity = fields.Integer(required=True)
    placed = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    waiting_limit = fields.Integer(allow_none=True)
    opens_at = fields.DateTime(allow_none=True, required=True)
    closes_at = fields.DateTime(allow_none=True, required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    starts_at = fields.Time(format="%H:%M", allow_none=True)
    ends_at = fields.Time(format="%H:%M", allow_none=True)
    weekdays = fields.Function(lambda row: from_bits(row.weekdays))
    venue = fields.String()
    room = fields.String()
    method = fields.String()
    category = fields.String()
    fee = fields.Integer(allow_none=True)
    resident_only = fields.Boolean()
    verified_only = fields.Boolean()
    first_come = fields.Boolean(required=True)


class FoundRun(ListedRun):
    """A run of any city, with the city's slug and name."""

    tenant = fields.String(attribute="slug", required=True)
    tenant_name = fields.String(attribute="city", required=True)
    url = fields.Function(lambda row: f"{settings().origin(row.slug)}/courses/{row.run_id}", required=True)
    distance_km = fields.Float(attribute="away", allow_none=True, metadata={"description": "From the town of `from`"})


class FoundItem(Item):
    """An item of the shared library, once, with the cities that show it."""

    url = fields.Function(lambda item: f"{settings().origin()}/library/{item['item_id']}", required=True)
    tenants = fields.List(fields.String(), required=True)


class Meeting(Schema):
    number = fields.Integer(required=True)
    starts_at = fields.DateTime(required=True)
    ends_at = fields.DateTime(required=True)
    topic = fields.String(required=True)


class PublicRun(ListedRun):
    """Everything that the public may know of a run."""

    course_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    summary = fields.String()
    summary_en = fields.String()
    content = fields.String()
    field = fields.String()
    institution = fields.String()
    institution_phone = fields.String()
    address = fields.String()
    access_note = fields.String()
    instructor = fields.String()
    target = fields.String()
    min_age = fields.Integer(allow_none=True)
    max_age = fields.Integer(allow_none=True)
    fee_note = fields.String()
    reception = fields.String()
    selection = fields.String()
    homepage = fields.String()
    vocational = fields.Boolean(allow_none=True)
    credit_bank = fields.Boolean(allow_none=True)
    learning_account = fields.Boolean(allow_none=True)
    reference_date = fields.Date(allow_none=True)
    threshold = fields.Float()
    cancel_reason = fields.String()
    meetings = fields.Function(lambda row: Meeting(many=True).dump(catalogue.meetings(row)))


class RunPage(Schema):
    items = fields.List(fields.Nested(ListedRun), required=True)
    next = fields.String(allow_none=True, required=True)


class FoundPage(Schema):
    """Two groups, as on the page: runs of cities, and items of the shared library; each goes on by its own cursor."""

    items = fields.List(fields.Nested(FoundRun), required=True)
    next = fields.String(allow_none=True, required=True)
    library = fields.List(fields.Nested(FoundItem), required=True)
    library_next = fields.String(allow_none=True, required=True)
    library_total = fields.Integer(required=True)


class City(Schema):
    slug = fields.String(required=True)
    name = fields.String(attribute="name_ko", required=True)
    name_en = fields.String(required=True)
    region_code = fields.String(allow_none=True)
    state = fields.String(required=True)


class CityPage(Schema):
    items = fields.List(fields.Nested(City), required=True)
    next = fields.String(allow_none=True, required=True)

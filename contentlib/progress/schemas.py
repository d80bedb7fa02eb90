"""What players send, and what they are told."""

from marshmallow import Schema, fields, validate

from contentlib.progress.service import MOST_INTERVALS
from maru.api import Input
from maru.errors import N_

LONGEST = 100_000


class Report(Input):
    """Seconds that were played, from and until, and where the player stands."""

    intervals = fields.List(
        fields.List(
            fields.Integer(validate=validate.Range(0, LONGEST)),
            validate=validate.Length(2, 2, error=N_("구간마다 시작과 끝, 두 수를 적어 주세요.")),
        ),
        required=True,
        validate=validate.Length(0, MOST_INTERVALS, error=N_("구간이 너무 많습니다. 나누어 보내 주세요.")),
    )
    at = fields.Integer(required=True, validate=validate.Range(0, LONGEST))


class Progress(Schema):
    watched = fields.Integer(required=True, metadata={"description": "Seconds, each once"})
    share = fields.Float(required=True, metadata={"description": "0 to 1"})
    completed = fields.Boolean(required=True)
    resume_at = fields.Integer(required=True, metadata={"description": "Second"})


class Captions(Schema):
    language = fields.String(required=True)
    label = fields.String(required=True)
    url = fields.String(required=True)


class Playback(Schema):
    master = fields.String(required=True, metadata={"description": "Address of the HLS playlist"})
    poster = fields.String(required=True)
    seconds = fields.Integer(required=True)
    captions = fields.List(fields.Nested(Captions), required=True)
    needed = fields.Float(required=True, metadata={"description": "Share that completes the item"})
    watched = fields.List(fields.List(fields.Integer()), required=True)
    share = fields.Float(required=True)
    completed = fields.Boolean(required=True)
    resume_at = fields.Integer(required=True)
    progress_url = fields.String(required=True)

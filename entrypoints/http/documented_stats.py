"""The shape of the statistics, for the OpenAPI document."""

from marshmallow import Schema, fields

from application.use_cases.get_stats import COUNTED_UP_TO, REPAIRS, TROUBLE
from domain.file_status import FileStatus, Outcome
from entrypoints.http.documented import Answer

# ruff: noqa: N815 (names on the wire are camelCase)

FilesByStatus = Schema.from_dict(
    {status.value: fields.Integer(required=True) for status in FileStatus}, name="FilesByStatus"
)
FilesByOutcome = Schema.from_dict(
    {outcome.value: fields.Integer(required=True) for outcome in Outcome}, name="FilesByOutcome"
)
MovesByName = Schema.from_dict(
    {name.value: fields.Integer(required=True) for name in TROUBLE}, name="MovesByName"
)
RepairsByName = Schema.from_dict(
    {it.value: fields.Integer(required=True) for it in REPAIRS}, name="RepairsByName"
)


class OldestUnfinished(Answer):
    """The unfinished file whose generation began first, and how long ago."""

    id = fields.UUID()
    tenant = fields.String()
    status = fields.String()
    errorCode = fields.String(allow_none=True)
    since = fields.DateTime()
    ageSeconds = fields.Float()


class RowsDone(Answer):
    """Rows of files that were completed or rejected."""

    accepted = fields.Integer()
    rejected = fields.Integer()


class LastHour(Answer):
    """What came to its end within an hour."""

    files = fields.Nested(FilesByOutcome)
    rows = fields.Nested(RowsDone)
    bytes = fields.Integer(metadata={"description": "As submitted, of the files of `rows`."})


class LastDay(Answer):
    """What happened within 24 hours, by the names that histories and logs have for it."""

    moves = fields.Nested(MovesByName)
    fenced = fields.Integer(
        metadata={
            "description": "Attempts that lost their lease, or their file, and changed nothing."
        }
    )
    repaired = fields.Nested(RepairsByName)


class OutboxStats(Answer):
    """Messages that have not left for the topics."""

    unsent = fields.Integer()
    oldestSeconds = fields.Float(allow_none=True)


class QueueStats(Answer):
    """About how many messages there are; null where the queue could not be asked."""

    messages = fields.Integer(allow_none=True)
    deadLetters = fields.Integer(allow_none=True)


class DeadLetterTotalResource(Answer):
    """The files that were given up for one reason."""

    code = fields.String()
    count = fields.Integer()
    firstAt = fields.DateTime()
    lastAt = fields.DateTime()


class StatsResource(Answer):
    """The service as a whole, over all tenants."""

    at = fields.DateTime()
    countedUpTo = fields.Integer(
        metadata={
            "description": f"A number of files or messages that is {COUNTED_UP_TO} may be more."
        }
    )
    files = fields.Nested(FilesByStatus)
    outcomes = fields.Nested(FilesByOutcome)
    oldestUnfinished = fields.Nested(OldestUnfinished, allow_none=True)
    lastHour = fields.Nested(LastHour)
    lastDay = fields.Nested(LastDay)
    outbox = fields.Nested(OutboxStats)
    queue = fields.Nested(QueueStats)
    deadLetters = fields.List(fields.Nested(DeadLetterTotalResource))

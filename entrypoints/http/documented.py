"""The shapes of answers, for the OpenAPI document. Tests compare them with what is answered."""

from typing import Any

from marshmallow import Schema, fields

from domain.events import FileEventName
from domain.file_head import Compression
from domain.file_status import FileStatus, Outcome
from domain.file_type import FileType
from entrypoints.http.problem_catalogue import PROBLEM_KINDS

# ruff: noqa: N815 (names on the wire are camelCase)


def _one_of(values: type[FileStatus | Outcome | FileType | FileEventName]) -> dict[str, object]:
    return {"enum": [value.value for value in values]}


class Answer(Schema):
    """Every member is always there, but for those that a class names as `SOMETIMES`."""

    SOMETIMES: frozenset[str] = frozenset()

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = field_name not in self.SOMETIMES


class RowCounts(Answer):
    """read = accepted + rejected + skipped."""

    read = fields.Integer()
    accepted = fields.Integer()
    rejected = fields.Integer()
    skipped = fields.Integer()


class ProgressOfFile(Answer):
    """How far the present attempt has come."""

    bytes = fields.Integer()
    totalBytes = fields.Integer()
    rows = fields.Integer()
    percent = fields.Float()
    rowsPerSecond = fields.Float(allow_none=True)
    etaSeconds = fields.Integer(allow_none=True)


class FileLinks(Answer):
    """Where to go on from a file; `rejected` is there when rows were rejected."""

    self = fields.String()
    content = fields.String()
    results = fields.String()
    rejected = fields.String(allow_none=True)
    errors = fields.String()
    history = fields.String()
    schema = fields.String(allow_none=True)


class FileResource(Answer):
    """A submitted file and how it stands."""

    id = fields.UUID()
    originalName = fields.String()
    s3Bucket = fields.String()
    s3Key = fields.String()
    fileType = fields.String(metadata=_one_of(FileType))
    compression = fields.String(
        allow_none=True,
        metadata={
            "enum": [*(compression.value for compression in Compression), None],
            "description": "What the bytes are compressed by, in which fileType is.",
        },
    )
    fileSize = fields.Integer(metadata={"description": "In bytes."})
    sha256 = fields.String()
    status = fields.String(metadata=_one_of(FileStatus))
    outcome = fields.String(
        allow_none=True,
        metadata={
            "enum": [*(outcome.value for outcome in Outcome), None],
            "description": "Why the file is done: clean, partial (look at rows and links.rejected), "
            "rejected, dead_lettered or cancelled.",
        },
    )
    done = fields.Boolean()
    errorCode = fields.String(allow_none=True)
    errorMessage = fields.String(allow_none=True)
    schema = fields.String(allow_none=True, metadata={"description": "name@version"})
    rows = fields.Nested(RowCounts, allow_none=True)
    progress = fields.Nested(ProgressOfFile)
    attempt = fields.Integer()
    generation = fields.Integer()
    metadata = fields.Dict(keys=fields.String(), values=fields.String())
    parentId = fields.UUID(allow_none=True)
    createdAt = fields.DateTime()
    updatedAt = fields.DateTime()
    processedAt = fields.DateTime(allow_none=True)
    links = fields.Nested(FileLinks)


class FileList(Answer):
    """A page of files, newest first."""

    items = fields.List(fields.Nested(FileResource))
    page = fields.Integer(
        allow_none=True, metadata={"description": "null on a page that a cursor began."}
    )
    limit = fields.Integer()
    total = fields.Integer(metadata={"description": "Counted up to 10000."})
    totalIsExact = fields.Boolean(
        metadata={"description": "False where there are more than `total`, or may be."}
    )
    next = fields.String(allow_none=True)


class ResultResource(Answer):
    """A file made from the submitted one."""

    name = fields.String()
    mediaType = fields.String()
    bytes = fields.Integer()
    rows = fields.Integer(allow_none=True)
    sha256 = fields.String()
    link = fields.String()


class ResultList(Answer):
    """The results of the present generation."""

    items = fields.List(fields.Nested(ResultResource))


class RowErrorResource(Answer):
    """Why a row was rejected; `column` is null where the whole record is meant."""

    row = fields.Integer()
    line = fields.Integer()
    column = fields.String(allow_none=True)
    code = fields.String()
    value = fields.String(allow_none=True)
    message = fields.String()


class RowErrorTotalResource(Answer):
    """How many errors of one code one column has."""

    code = fields.String()
    column = fields.String(allow_none=True)
    count = fields.Integer()


class RowErrorList(Answer):
    """A page of row errors in the order of the rows; `total` counts what the filter lets through."""

    items = fields.List(fields.Nested(RowErrorResource))
    totals = fields.List(fields.Nested(RowErrorTotalResource))
    page = fields.Integer()
    limit = fields.Integer()
    total = fields.Integer()
    totalIsExact = fields.Boolean()
    next = fields.String(allow_none=True)


class EventResource(Answer):
    """One move of the file; `seconds` is how long it had been in the status it left."""

    event = fields.String(metadata=_one_of(FileEventName))
    at = fields.DateTime()
    generation = fields.Integer()
    attempt = fields.Integer()
    fromStatus = fields.String(allow_none=True)
    toStatus = fields.String(metadata=_one_of(FileStatus))
    seconds = fields.Float()
    outcome = fields.String(allow_none=True)
    errorCode = fields.String(allow_none=True)
    errorMessage = fields.String(allow_none=True)
    details = fields.Dict()


class History(Answer):
    """Everything that happened, oldest first."""

    items = fields.List(fields.Nested(EventResource))


class SchemaLinks(Answer):
    """Where the version is, and what else there is about it."""

    self = fields.String()
    versions = fields.String()
    template = fields.String()
    check = fields.String(metadata={"description": "For POST."})


class SchemaResource(Answer):
    """One immutable version of a schema."""

    name = fields.String()
    version = fields.Integer()
    schema = fields.Dict(metadata={"description": "The Table Schema as it was registered."})
    createdAt = fields.DateTime()
    links = fields.Nested(SchemaLinks)


class SchemaList(Answer):
    """A page of schemas: the latest version of each by name, or one's versions, newest first."""

    items = fields.List(fields.Nested(SchemaResource))
    limit = fields.Integer()
    next = fields.String(allow_none=True)


class HealthResource(Answer):
    """That all is well; otherwise the answer is a problem."""

    status = fields.String(metadata={"enum": ["live", "ready"]})


class InputFaultResource(Answer):
    """One of several things wrong with the input, and the field or parameter that it is about."""

    SOMETIMES = frozenset({"pointer", "parameter"})

    pointer = fields.String()
    parameter = fields.String()
    detail = fields.String()
    code = fields.String()


class ProblemResource(Answer):
    """Problem details (RFC 9457). Clients branch on `code`."""

    SOMETIMES = frozenset({"errors"})

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    instance = fields.String()
    code = fields.String(metadata={"enum": list(PROBLEM_KINDS)})
    requestId = fields.String()
    errors = fields.List(fields.Nested(InputFaultResource))


class ProblemKindResource(Answer):
    """What a code means; `retryable` when the same request may succeed later."""

    type = fields.String()
    code = fields.String(metadata={"enum": list(PROBLEM_KINDS)})
    status = fields.Integer()
    title = fields.String()
    retryable = fields.Boolean()


class ProblemKindList(Answer):
    """Every code, in the order of their statuses."""

    items = fields.List(fields.Nested(ProblemKindResource))

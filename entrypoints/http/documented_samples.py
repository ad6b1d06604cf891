"""The shapes of answers about samples, for the OpenAPI document."""

from marshmallow import fields

from domain.file_status import Outcome
from domain.file_type import FileType
from entrypoints.http.documented import Answer, RowCounts, RowErrorResource, RowErrorTotalResource

# ruff: noqa: N815 (names on the wire are camelCase)


class DialectResource(Answer):
    """How a CSV turned out to be written."""

    delimiter = fields.String()
    delimiterSource = fields.String()
    quote = fields.String()
    header = fields.Boolean()


class AlternativeResource(Answer):
    """A narrower type that a column does not have, with a value that shows why."""

    type = fields.String()
    example = fields.String()
    reason = fields.String()


class FieldEvidenceResource(Answer):
    """What was seen of one column; `examples` are the first of its `distinct` values."""

    name = fields.String()
    values = fields.Integer(metadata={"description": "Rows with a value."})
    missing = fields.Integer(metadata={"description": "Rows without one."})
    distinct = fields.Integer()
    examples = fields.List(fields.String())
    reason = fields.String()
    alternatives = fields.List(fields.Nested(AlternativeResource))
    doubts = fields.List(
        fields.String(), metadata={"description": "To be looked at by who knows the data."}
    )


class EvidenceResource(Answer):
    """What was looked at, and what was found."""

    isWhole = fields.Boolean(metadata={"description": "Whether these were all rows there are."})
    rejectedRows = fields.Integer(metadata={"description": "Rows that could not be read."})
    encoding = fields.String(allow_none=True)
    dialect = fields.Nested(DialectResource, allow_none=True)
    rows = fields.Integer()
    keyCandidates = fields.List(
        fields.String(), metadata={"description": "Fields with a value in every row, none twice."}
    )
    omittedColumns = fields.List(
        fields.String(),
        metadata={"description": "Without a name, or with one that is there twice."},
    )
    # `fields` is what marshmallow calls its own.
    columns = fields.List(fields.Nested(FieldEvidenceResource), data_key="fields")


class InferenceResource(Answer):
    """A schema that the sample keeps to, and what speaks for it."""

    schema = fields.Dict(metadata={"description": "A Table Schema, to be looked through."})
    evidence = fields.Nested(EvidenceResource)


class FileErrorResource(Answer):
    """Why the file as a whole would be rejected."""

    code = fields.String()
    message = fields.String()


class HeaderFaultResource(Answer):
    """Something wrong with a column's name; `position` counts from 1."""

    code = fields.String()
    column = fields.String(allow_none=True)
    position = fields.Integer(allow_none=True)
    message = fields.String()


class ChangeResource(Answer):
    """How many values one rule of the schema would change in one field."""

    column = fields.String()
    rule = fields.String()
    count = fields.Integer()


class CheckResource(Answer):
    """What would become of such a file; nothing was kept."""

    schema = fields.String(metadata={"description": "name@version"})
    outcome = fields.String(
        metadata={"enum": [Outcome.CLEAN.value, Outcome.PARTIAL.value, Outcome.REJECTED.value]}
    )
    fileError = fields.Nested(FileErrorResource, allow_none=True)
    rows = fields.Nested(RowCounts)
    fileType = fields.String(metadata={"enum": [value.value for value in FileType]})
    compression = fields.String(allow_none=True)
    encoding = fields.String(allow_none=True)
    dialect = fields.Nested(DialectResource, allow_none=True)
    headerFaults = fields.List(fields.Nested(HeaderFaultResource))
    changes = fields.List(fields.Nested(ChangeResource))
    errorTotal = fields.Integer()
    errorCounts = fields.List(
        fields.Nested(RowErrorTotalResource), metadata={"description": "By code and column."}
    )
    errors = fields.List(
        fields.Nested(RowErrorResource), metadata={"description": "The first 100 of them."}
    )
    errorsTruncated = fields.Boolean()

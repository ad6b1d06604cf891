"""The shapes of answers about dead letters, for the OpenAPI document."""

from marshmallow import fields

from entrypoints.http.documented import Answer

# ruff: noqa: N815 (names on the wire are camelCase)


class DeadLetterLinks(Answer):
    """Where to look further."""

    self = fields.String()
    history = fields.String()


class DeadLetterResource(Answer):
    """A file whose processing was given up."""

    id = fields.UUID()
    tenant = fields.String()
    originalName = fields.String()
    fileSize = fields.Integer(metadata={"description": "In bytes."})
    errorCode = fields.String()
    errorMessage = fields.String(allow_none=True)
    failures = fields.Integer(metadata={"description": "Attempts that failed, outages apart."})
    attempt = fields.Integer()
    generation = fields.Integer()
    createdAt = fields.DateTime()
    deadLetteredAt = fields.DateTime()
    links = fields.Nested(DeadLetterLinks)


class DeadLetterList(Answer):
    """A page of dead letters, the last given up first."""

    items = fields.List(fields.Nested(DeadLetterResource))
    limit = fields.Integer()
    next = fields.String(allow_none=True)


class RedrivePreviewResource(Answer):
    """What a redrive would touch; nothing was changed."""

    dryRun = fields.Boolean()
    count = fields.Integer()
    countIsExact = fields.Boolean(metadata={"description": "Else there are more."})
    first = fields.List(fields.Nested(DeadLetterResource))
    skipped = fields.List(
        fields.UUID(), metadata={"description": "Ids asked for that are no dead letters."}
    )
    confirm = fields.Dict(
        metadata={"description": "The body that redrives these, and none given up since."}
    )


class FailedRedriveResource(Answer):
    """A file that could not be redriven now; redrive it again."""

    id = fields.UUID()
    code = fields.String()
    detail = fields.String()


class RedriveReportResource(Answer):
    """What became of the dead letters that were looked at."""

    dryRun = fields.Boolean()
    redriven = fields.List(fields.UUID())
    skipped = fields.List(
        fields.UUID(), metadata={"description": "No dead letters, or none any more."}
    )
    failed = fields.List(fields.Nested(FailedRedriveResource))
    next = fields.Dict(
        allow_none=True, metadata={"description": "The body that redrives the rest."}
    )

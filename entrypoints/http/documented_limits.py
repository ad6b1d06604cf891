"""The shapes of the answer of `/limits`, for the OpenAPI document."""

from marshmallow import fields

from entrypoints.http.documented import Answer

# ruff: noqa: N815 (names on the wire are camelCase)


class UploadLimits(Answer):
    """Of one upload; `maxBytes` is the file's, without its form."""

    maxBytes = fields.Integer()
    maxParts = fields.Integer()
    maxPartHeaderBytes = fields.Integer()


class UploadInPartsLimits(Answer):
    """Of uploads in parts, of which a tenant may have `maxOpen` open at a time."""

    maxBytes = fields.Integer()
    maxOpen = fields.Integer()
    openForSeconds = fields.Integer()


class SampleLimits(Answer):
    """Of a sample that is only looked at, which takes so long to arrive at most."""

    maxBytes = fields.Integer()
    maxSeconds = fields.Float()


class BodyLimits(Answer):
    """Of a body that is no file."""

    maxBytes = fields.Integer()


class PageLimits(Answer):
    """Of a page of a list; beyond `deepestItem` no page begins."""

    defaultLimit = fields.Integer()
    maxLimit = fields.Integer()
    deepestItem = fields.Integer()


class WaitLimits(Answer):
    """Of `Prefer: wait`."""

    maxSeconds = fields.Integer()


class ConcurrencyLimits(Answer):
    """How many of all callers the process serves at a time; more are told to come again."""

    uploads = fields.Integer()
    samples = fields.Integer()
    waiting = fields.Integer()


class RateLimits(Answer):
    """How often this caller may ask, by this process's count, and what is left of it."""

    policy = fields.String()
    requests = fields.Integer()
    windowSeconds = fields.Integer()
    remaining = fields.Integer()
    nextInSeconds = fields.Integer(
        metadata={"description": "After so long, one request more; 0 when all are there."}
    )


class LimitsResource(Answer):
    """What a caller has to keep to. `rate` is null where requests are not limited."""

    upload = fields.Nested(UploadLimits)
    uploadInParts = fields.Nested(UploadInPartsLimits)
    sample = fields.Nested(SampleLimits)
    schema = fields.Nested(BodyLimits)
    page = fields.Nested(PageLimits)
    wait = fields.Nested(WaitLimits)
    concurrency = fields.Nested(ConcurrencyLimits)
    rate = fields.Nested(RateLimits, allow_none=True)

"""The shapes of answers about uploads in parts, for the OpenAPI document."""

from marshmallow import fields

from domain.upload_session import UploadStatus
from entrypoints.http.documented import Answer

# ruff: noqa: N815 (names on the wire are camelCase)


class UploadPart(Answer):
    """A part that has arrived."""

    number = fields.Integer()
    size = fields.Integer(metadata={"description": "In bytes."})
    sha256 = fields.String(
        allow_none=True, metadata={"description": "In hexadecimal; null where it is not told."}
    )


class UploadLinks(Answer):
    """Where to go on; `file` is there once the upload is complete."""

    self = fields.String()
    parts = fields.String(metadata={"description": "POST the digests of parts, for links."})
    complete = fields.String(metadata={"description": "POST, when all parts have arrived."})
    file = fields.String(allow_none=True)


class UploadResource(Answer):
    """An upload in parts, and which of them have arrived."""

    id = fields.UUID(metadata={"description": "The one that the file will have."})
    status = fields.String(metadata={"enum": [status.value for status in UploadStatus]})
    originalName = fields.String(
        allow_none=True, metadata={"description": "null once the upload has ended."}
    )
    fileSize = fields.Integer(metadata={"description": "In bytes."})
    sha256 = fields.String(allow_none=True)
    schema = fields.String(allow_none=True, metadata={"description": "name@version"})
    partSize = fields.Integer(
        metadata={"description": "In bytes, of every part; the last is what is left."}
    )
    partCount = fields.Integer()
    parts = fields.List(
        fields.Nested(UploadPart), metadata={"description": "Those that have arrived whole."}
    )
    refusal = fields.String(
        allow_none=True, metadata={"description": "Why the content was refused, as a code."}
    )
    createdAt = fields.DateTime()
    expiresAt = fields.DateTime()
    endedAt = fields.DateTime(allow_none=True)
    links = fields.Nested(UploadLinks)


class PartAddressResource(Answer):
    """How one part is to be sent."""

    number = fields.Integer()
    size = fields.Integer(metadata={"description": "In bytes, exactly."})
    method = fields.String(metadata={"enum": ["PUT"]})
    url = fields.String(
        metadata={
            "description": "Of this server when it begins with a slash; else of the storage, "
            "to which none of our credentials belong."
        }
    )
    headers = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "To be sent as they are."},
    )
    expiresAt = fields.DateTime()


class PartAddressList(Answer):
    """Links for parts, in the order in which they were asked for."""

    items = fields.List(fields.Nested(PartAddressResource))

"""The query parameters of samples and schemas, and how samples are documented."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from domain.processing_options import ENCODINGS, OnError
from entrypoints.http.parameters import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    MAX_PAGE,
    StrictInteger,
    Text,
)
from entrypoints.http.sample_request import FORM, RAW_NAMES

READING_FIELDS = ("encoding", "delimiter", "header")
CHECK_FIELDS = (*READING_FIELDS, "onError", "maxErrors")

_ONE_OF = "Must be one of: {choices}."


class Version(StrictInteger):
    """Which version of a schema."""

    def __init__(self) -> None:
        description = "A version; without it, the latest."
        super().__init__(lowest=1, highest=MAX_PAGE, metadata={"description": description})


class SchemaListQuery(Schema):
    """Which page of the schemas."""

    after = Text(longest=100, metadata={"description": "Past the schema of that name."})
    limit = StrictInteger(lowest=1, highest=MAX_LIMIT, load_default=DEFAULT_LIMIT)


class SchemaVersionListQuery(Schema):
    """Which page of a schema's versions."""

    before = StrictInteger(
        lowest=1, highest=MAX_PAGE, metadata={"description": "Older than that version."}
    )
    limit = StrictInteger(lowest=1, highest=MAX_LIMIT, load_default=DEFAULT_LIMIT)


class TemplateQuery(Schema):
    """Whose template."""

    version = Version()


class InferenceQuery(Schema):
    """How a sample is written; a form may say it in its fields instead."""

    encoding = Text(
        longest=200,
        metadata={
            "description": "The text's encoding, when it is not UTF-8 and has no byte order mark: "
            f"{', '.join(ENCODINGS)}, or another name of one of these.",
            "example": "windows-1252",
        },
    )
    delimiter = Text(
        longest=2, metadata={"description": "`,` `;` `|` or a tab, written `\\t`.", "example": ";"}
    )
    header = fields.String(
        validate=OneOf(["true", "false"], error=_ONE_OF),
        metadata={"description": "Whether a CSV has a header."},
    )


class CheckQuery(InferenceQuery):
    """What to hold a sample against, and how."""

    version = Version()
    onError = fields.String(  # noqa: N815 (the name on the wire)
        validate=OneOf([value.value for value in OnError], error=_ONE_OF),
        metadata={"description": "What one bad row does to the file."},
    )
    maxErrors = Text(  # noqa: N815 (the name on the wire)
        longest=16,
        metadata={
            "description": "The most bad rows: a count, or a share such as `5%`.",
            "example": "5%",
        },
    )


def sample_body(names: tuple[str, ...]) -> dict[str, Any]:
    """The request body of a sample, for the OpenAPI document."""
    file = {
        "type": "string",
        "format": "binary",
        "minLength": 1,
        "description": "A .csv, .tsv, .json, .ndjson or .jsonl file, as it is or as gzip.",
    }
    text = {"type": "string", "minLength": 1, "description": "As the parameter of that name."}
    form = {
        "type": "object",
        "required": ["file"],
        "additionalProperties": False,
        "properties": {"file": file, **dict.fromkeys(names, text)},
    }
    raw = {"schema": {"type": "string", "minLength": 1}}
    return {
        "required": True,
        "description": "A form with one file, or the file itself, whose `Content-Length` or "
        "`Content-Digest` has to be known then. Nothing of it is kept.",
        "content": {FORM: {"schema": form}, **dict.fromkeys(RAW_NAMES, raw)},
    }

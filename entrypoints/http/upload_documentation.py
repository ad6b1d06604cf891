"""What the OpenAPI document says of an upload; its body never passes through marshmallow."""

from collections.abc import Mapping

from domain.processing_options import ENCODINGS, OUTPUTS, OnError
from entrypoints.http.raw_upload import RAW_MEDIA_TYPES


def _text(description: str, **more: object) -> dict[str, object]:
    return {"type": "string", "minLength": 1, "description": description, **more}


_FIELDS: Mapping[str, Mapping[str, object]] = {
    "schema": _text("A registered schema: `name`, or `name@version`."),
    "onError": _text(
        "What one bad row does to the file.",
        enum=[value.value for value in OnError],
    ),
    "maxErrors": _text("The most bad rows: a count, or a share such as `5%`."),
    "outputs": _text(
        f"What the clean rows are written as: {', '.join(OUTPUTS)}, or several "
        "of them with commas between.",
        example="csv,parquet",
        default="csv",
    ),
    "encoding": _text(
        "The text's encoding, when it is not UTF-8 and has no byte order mark: "
        f"{', '.join(ENCODINGS)}, or another name of one of these."
    ),
    "delimiter": _text("`,` `;` `|` or a tab, written `\\t`."),
    "header": _text("Whether a CSV has a header.", enum=["true", "false"]),
    "parentId": _text("The file that this one repairs.", format="uuid"),
    "metadata": _text("A JSON object of strings, kept with the file."),
    "sha256": _text("Of the file's bytes, in hexadecimal."),
}

_FORM = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "file": _text(
            "A .csv, .tsv, .json, .ndjson or .jsonl file, as it is or as gzip.", format="binary"
        ),
        **_FIELDS,
    },
}

UPLOAD_BODY: Mapping[str, object] = {
    "required": True,
    "description": "A form with exactly one file, whose fields may come before or after it; or "
    "the file itself, with its `name` and what would be fields in the query, and with "
    "Content-Length or Content-Digest. No field may be empty.",
    "content": {
        "multipart/form-data": {"schema": _FORM},
        **{media_type: {"schema": {}} for media_type in RAW_MEDIA_TYPES},
    },
}

_HEADERS: list[Mapping[str, object]] = [
    {
        "in": "header",
        "name": name,
        "schema": {"type": "string"},
        "description": description,
        "example": example,
    }
    for name, description, example in (
        (
            "Idempotency-Key",
            "The same key with the same file gives the same answer, for 7 days by default.",
            '"b0c7d5e2"',
        ),
        (
            "Content-Digest",
            "RFC 9530, of the body as sent: sha-256 or sha-512.",
            "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
        ),
        (
            "Prefer",
            "Answer once the file is done, or after so many seconds (at most 30).",
            "wait=20",
        ),
        (
            "traceparent",
            "W3C trace context, kept with the file; a malformed one is passed over.",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ),
    )
]

_QUERY: list[Mapping[str, object]] = [
    {
        "in": "query",
        "name": name,
        "schema": {key: value for key, value in field.items() if key != "description"},
        "description": f"Where the body is the file itself: {field['description']}",
    }
    for name, field in {"name": _text("Its name."), **_FIELDS}.items()
]

UPLOAD_PARAMETERS = [*_HEADERS, *_QUERY]

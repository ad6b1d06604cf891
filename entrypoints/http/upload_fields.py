"""The fields beside the file, and the headers, as what the upload use case understands."""

import re
from collections.abc import Mapping
from typing import Never
from uuid import UUID

from application.use_cases.upload_file import UploadDetails
from domain.errors import FormatNotSupportedError, InvalidOptionError
from domain.processing_options import (
    MaxErrors,
    OnError,
    ProcessingOptions,
    parse_delimiter,
    parse_encoding,
)
from entrypoints.http.problems import RequestError
from entrypoints.http.strict_json import parse_json

_SHORT = 200
FIELD_BYTES = {
    "schema": _SHORT,
    "onError": _SHORT,
    "maxErrors": 16,
    "outputs": _SHORT,
    "encoding": _SHORT,
    "delimiter": _SHORT,
    "header": _SHORT,
    "parentId": _SHORT,
    "metadata": 16 * 1024,
    "sha256": _SHORT,
}
"""Every field that the form may have beside its file, and how long each may be."""

MAX_METADATA_MEMBERS = 50

Fields = Mapping[str, str]

_LATER_OUTPUTS = ("ndjson", "parquet")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
_QUOTED_KEY = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_BARE_KEY = re.compile(r"[!#-~]+")
_TRACE_PARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)
MAX_IDEMPOTENCY_KEY = 255


def upload_details(
    fields: Fields, *, idempotency_key: str | None, trace_parent: str | None
) -> UploadDetails:
    """Raises RequestError and InvalidOptionError, which name the field, and FormatNotSupportedError."""
    _refuse_empty(fields)
    return UploadDetails(
        schema=fields.get("schema"),
        options=_options(fields),
        metadata=_metadata(fields.get("metadata")),
        parent_id=_parent_id(fields.get("parentId")),
        sha256=_sha256(fields.get("sha256")),
        idempotency_key=idempotency_key,
        trace_parent=trace_parent,
    )


def parse_idempotency_key(header: str | None) -> str | None:
    """The key, sent as the draft's quoted string or bare; raises RequestError."""
    if header is None:
        return None
    quoted = _QUOTED_KEY.fullmatch(header)
    if quoted is not None:
        key = re.sub(r"\\(.)", r"\1", quoted[1])
    else:
        key = header if _BARE_KEY.fullmatch(header) else ""
    if not 0 < len(key) <= MAX_IDEMPOTENCY_KEY:
        raise RequestError.in_header(
            "malformed_idempotency_key",
            "Idempotency-Key",
            f'the key must be 1 to {MAX_IDEMPOTENCY_KEY} visible ASCII characters, in " or bare',
        )
    return key


def parse_trace_parent(header: str | None) -> str | None:
    """The W3C trace context; None when it is malformed, as the standard demands."""
    return header if header is not None and _TRACE_PARENT.fullmatch(header) else None


def _refuse_empty(fields: Fields) -> None:
    """Whoever sends `schema=` from an unset variable did not mean to do without a schema."""
    for name, value in fields.items():
        if not value:
            _refuse(name, "it is empty; leave the field out instead")


def _options(fields: Fields) -> ProcessingOptions:
    default = ProcessingOptions()
    return ProcessingOptions(
        on_error=_on_error(fields.get("onError")) or default.on_error,
        max_errors=MaxErrors.parse(fields["maxErrors"]) if "maxErrors" in fields else None,
        outputs=_outputs(fields["outputs"]) if "outputs" in fields else default.outputs,
        encoding=parse_encoding(fields["encoding"]) if "encoding" in fields else None,
        delimiter=parse_delimiter(fields["delimiter"]) if "delimiter" in fields else None,
        header=_header(fields["header"]) if "header" in fields else default.header,
    )


def _on_error(text: str | None) -> OnError | None:
    if text is None:
        return None
    try:
        return OnError(text)
    except ValueError as error:
        raise InvalidOptionError("onError", text, "reject_file or skip_rows") from error


def _outputs(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    for name in names:
        if name in _LATER_OUTPUTS:
            raise FormatNotSupportedError(f'outputs: "{name}" cannot be written yet; ask for csv')
    if names != ("csv",):
        raise InvalidOptionError("outputs", text, "csv")
    return names


def _header(text: str) -> bool:
    if text not in ("true", "false"):
        raise InvalidOptionError("header", text, "true or false")
    return text == "true"


def _parent_id(text: str | None) -> UUID | None:
    if text is None:
        return None
    if not _UUID.fullmatch(text):
        _refuse("parentId", f'"{text}" is not a UUID')
    return UUID(text)


def _sha256(text: str | None) -> str | None:
    if text is None:
        return None
    if not _SHA256.fullmatch(text):
        _refuse("sha256", "it must be 64 hexadecimal digits")
    return text.lower()


def _metadata(text: str | None) -> dict[str, str]:
    if text is None:
        return {}
    try:
        value = parse_json(text)
    except ValueError as error:
        _refuse("metadata", f"it must be a JSON object of strings: {error}")
    if not isinstance(value, dict):
        _refuse("metadata", "it must be a JSON object of strings")
    if len(value) > MAX_METADATA_MEMBERS:
        _refuse(
            "metadata", f"it has {len(value)} members, at most {MAX_METADATA_MEMBERS} are allowed"
        )
    for name, item in value.items():
        if not isinstance(item, str):
            _refuse("metadata", f'the member "{name[:100]}" is not a string')
    return value


def _refuse(field: str, detail: str) -> Never:
    raise RequestError.in_field("invalid_field", field, f"{field}: {detail}")

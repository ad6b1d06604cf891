"""The fields beside the file, and the headers, as what the upload use case understands."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Never, TypeVar
from uuid import UUID

from application.use_cases.upload_file import UploadDetails
from domain.errors import InvalidOptionError
from domain.processing_options import (
    MaxErrors,
    OnError,
    ProcessingOptions,
    parse_delimiter,
    parse_encoding,
    parse_outputs,
)
from entrypoints.http.problems import InputFault, RequestError
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
Value = TypeVar("Value")
Default = TypeVar("Default")

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
_QUOTED_KEY = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
# Without a comma, which stands between the values of a field that was sent twice.
_BARE_KEY = re.compile(r"[!#-+\--~]+")
_TRACE_PARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)
MAX_IDEMPOTENCY_KEY = 255


def upload_details(
    fields: Fields, *, idempotency_key: str | None, trace_parent: str | None
) -> UploadDetails:
    """Raises RequestError, which names every field that is wrong."""
    reader = _FieldReader(fields)
    details = UploadDetails(
        schema=reader.read("schema", str, default=None),
        options=_options(reader),
        metadata=reader.read("metadata", _metadata, default={}),
        parent_id=reader.read("parentId", _parent_id, default=None),
        sha256=reader.read("sha256", _sha256, default=None),
        idempotency_key=idempotency_key,
        trace_parent=trace_parent,
    )
    reader.check()
    return details


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


class _FieldReader:
    """Reads one field after the other, and keeps what is wrong until all were read."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._faults: list[InputFault] = []

    def read(
        self, name: str, parse: Callable[[str], Value], *, default: Default
    ) -> Value | Default:
        """What `parse` makes of the field; `default` when it is not there, or wrong."""
        if name not in self._fields:
            return default
        try:
            return parse(_filled(name, self._fields[name]))
        except (RequestError, InvalidOptionError) as error:
            fault = InputFault(code=error.code, detail=str(error), pointer=f"/{name}")
            self._faults.append(fault)
            return default

    def check(self) -> None:
        """Raises RequestError when a field was wrong."""
        if self._faults:
            detail = "; ".join(fault.detail for fault in self._faults)
            raise RequestError(self._faults[0].code, detail, faults=self._faults)


def _filled(name: str, text: str) -> str:
    """Whoever sends `schema=` from an unset variable did not mean to do without a schema."""
    if not text:
        _refuse(name, "it is empty; leave the field out instead")
    return text


def _options(reader: _FieldReader) -> ProcessingOptions:
    default = ProcessingOptions()
    return ProcessingOptions(
        on_error=reader.read("onError", _on_error, default=default.on_error),
        max_errors=reader.read("maxErrors", MaxErrors.parse, default=None),
        outputs=reader.read("outputs", parse_outputs, default=default.outputs),
        encoding=reader.read("encoding", parse_encoding, default=None),
        delimiter=reader.read("delimiter", parse_delimiter, default=None),
        header=reader.read("header", _header, default=default.header),
    )


def _on_error(text: str) -> OnError:
    try:
        return OnError(text)
    except ValueError as error:
        raise InvalidOptionError("onError", text, "reject_file or skip_rows") from error


def _header(text: str) -> bool:
    if text not in ("true", "false"):
        raise InvalidOptionError("header", text, "true or false")
    return text == "true"


def _parent_id(text: str) -> UUID:
    if not _UUID.fullmatch(text):
        _refuse("parentId", f'"{text}" is not a UUID')
    return UUID(text)


def _sha256(text: str) -> str:
    if not _SHA256.fullmatch(text):
        _refuse("sha256", "it must be 64 hexadecimal digits")
    return text.lower()


def _metadata(text: str) -> dict[str, str]:
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


def in_parameters(error: RequestError, names: Collection[str] = FIELD_BYTES) -> RequestError:
    """The same refusal, of parameters of the query in place of the fields `names`."""
    faults = [
        replace(fault, code=_of_parameter(fault.code), pointer=None, parameter=fault.pointer[1:])
        if fault.pointer and fault.pointer[1:] in names
        else fault
        for fault in error.faults
    ]
    is_of_fields = any(fault.pointer for fault in faults)
    code = error.code if is_of_fields else _of_parameter(error.code)
    return RequestError(code, str(error), faults=faults, headers=error.headers)


def _of_parameter(code: str) -> str:
    return "invalid_parameter" if code == "invalid_field" else code

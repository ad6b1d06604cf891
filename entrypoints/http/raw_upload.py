"""An upload whose body is the file itself; what a form says in fields, its query says."""

from collections.abc import Iterator

from flask import Request

from application.use_cases.upload_file import UploadDetails
from domain.file_type import FileType, promised_type
from domain.upload_policy import clean_file_name
from entrypoints.http.parameters import refuse_parameter, refuse_unknown
from entrypoints.http.problems import RequestError
from entrypoints.http.request_body import RequestBody
from entrypoints.http.upload_fields import (
    FIELD_BYTES,
    in_parameters,
    parse_idempotency_key,
    parse_trace_parent,
    upload_details,
)

NAME = "name"
NAME_BYTES = 4 * 1024
"""A name in the query may be this long; the file's own is cut to what a name may be."""

GZIP = "application/gzip"
RAW_MEDIA_TYPES: dict[str, frozenset[FileType]] = {
    "text/csv": frozenset({FileType.CSV}),
    "text/tab-separated-values": frozenset({FileType.CSV}),
    "application/json": frozenset({FileType.JSON}),
    "application/x-ndjson": frozenset({FileType.NDJSON}),
    GZIP: frozenset(FileType),
}
"""What a body may be called, and what its name may then promise, before a `.gz`."""


class RawUpload:
    """One file as a body; query and headers are checked before the body is read."""

    def __init__(self, body: RequestBody, request: Request) -> None:
        """Raises RequestError, `length_required` when the body's end could not be told."""
        self._body = body
        self._fields = _fields(request)
        self._idempotency_key = parse_idempotency_key(request.headers.get("Idempotency-Key"))
        self._trace_parent = parse_trace_parent(request.headers.get("traceparent"))
        self._name = _name(self._fields.pop(NAME, ""), request.mimetype)
        body.check_end_is_known()

    def seek_file(self) -> str:
        """The file's name, as it was sent."""
        return self._name

    def file_chunks(self) -> Iterator[bytes]:
        """Yields the content; raises RequestError when it is cut short or another one."""
        yield from self._body
        self._body.check_whole()
        self._body.check_digest()

    def details(self) -> UploadDetails:
        """What the parameters say; raises RequestError that names each that is wrong."""
        try:
            return upload_details(
                self._fields,
                idempotency_key=self._idempotency_key,
                trace_parent=self._trace_parent,
            )
        except RequestError as error:
            raise in_parameters(error) from error


def _fields(request: Request) -> dict[str, str]:
    refuse_unknown({NAME, *FIELD_BYTES})
    fields = request.args.to_dict()
    for name, text in fields.items():
        limit = FIELD_BYTES.get(name, NAME_BYTES)
        if len(text.encode()) > limit:
            refuse_parameter(name, f'"{name}" is longer than {limit} bytes')
        # In a file's name it is an error of the name.
        if "\x00" in text and name != NAME:
            refuse_parameter(name, f'"{name}" contains a NUL character')
    return fields


def _name(name: str, media_type: str) -> str:
    if not name:
        refuse_parameter(NAME, "the file has no name: add ?name=people.csv")
    if promised_type(clean_file_name(name)) not in RAW_MEDIA_TYPES[media_type]:
        raise RequestError(
            "file_type_mismatch", f'"{name[:255]}" does not say what {media_type} says'
        )
    return name

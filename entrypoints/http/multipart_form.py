"""A form with one file in it, read while it arrives.

Fed into a push parser: Werkzeug's own form parser corrupts a file when the closing delimiter
straddles two reads (pallets/werkzeug 3285), and keeps whole files besides.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from entrypoints.http.problems import RequestError
from entrypoints.http.raw_upload import RAW_MEDIA_TYPES
from entrypoints.http.request_body import RequestBody

MAX_PARTS = 16
MAX_PART_HEADERS = 8
MAX_HEADER_BYTES = 4 * 1024
"""Of one part, beside its Content-Disposition, which holds the file's name."""

MAX_NAME_HEADER_BYTES = 32 * 1024
"""A header line with its file name: names of any sane length are cleaned, not refused."""

FILE_FIELD = "file"


class MultipartForm:
    """The parts of one body, in order: fields, then the file, then more fields."""

    def __init__(
        self, body: RequestBody, content_type: str, *, field_bytes: dict[str, int]
    ) -> None:
        """`field_bytes` says how long each field may be; fields that it lacks are unknown."""
        self._events = _events(body, _boundary(content_type))
        self._field_bytes = field_bytes
        self._parts_seen = 0
        self._file_seen = False
        self.fields: dict[str, str] = {}

    def seek_file(self) -> str:
        """The file's name, as it was sent, once its content comes next.

        Raises RequestError, `file_missing` among others.
        """
        name = self._read_parts()
        if name is None:
            raise RequestError.in_field("file_missing", FILE_FIELD, "the form has no file")
        return name

    def file_chunks(self) -> Iterator[bytes]:
        """Yields the file's content; raises RequestError when the body is broken or cut short."""
        while (event := next(self._events)) is not None:
            assert isinstance(event, bytes)
            yield event

    def finish(self) -> dict[str, str]:
        """All fields of the form, once it has been read to its end; raises RequestError."""
        if self._read_parts() is not None:
            raise RequestError.in_field("file_repeated", FILE_FIELD, "the form has two files")
        return self.fields

    def _read_parts(self) -> str | None:
        """Reads fields up to the next file, and returns its name; None at the form's end."""
        for event in self._events:
            assert isinstance(event, MultipartSegment)
            self._count(event)
            name = _as_meant(event.name or "")
            if name == FILE_FIELD:
                return self._file_name(event)
            self._read_field(name, is_file=event.filename is not None)
        return None

    def _count(self, part: MultipartSegment) -> None:
        self._parts_seen += 1
        if self._parts_seen > MAX_PARTS:
            raise RequestError("too_many_parts", f"the form has more than {MAX_PARTS} parts")
        size = sum(
            len(name) + len(value)
            for name, value in part.headerlist
            if name != "Content-Disposition"
        )
        if size > MAX_HEADER_BYTES:
            raise RequestError(
                "part_headers_too_large",
                f"a part has more than {MAX_HEADER_BYTES} bytes of headers",
            )

    def _file_name(self, part: MultipartSegment) -> str:
        name = _extended_file_name(part) or _as_meant(part.filename or "")
        if self._file_seen:
            raise RequestError.in_field("file_repeated", FILE_FIELD, "the form has two files")
        if not name:
            raise RequestError.in_field(
                "file_missing",
                FILE_FIELD,
                'the part "file" has no file name, so it is no file; with curl: -F file=@people.csv',
            )
        self._file_seen = True
        return name

    def _read_field(self, name: str, *, is_file: bool) -> None:
        shown = name[:100]
        if name not in self._field_bytes:
            raise RequestError.in_field(
                "unknown_field", shown, f'there is no field "{shown}" in this form'
            )
        if is_file:
            raise RequestError.in_field(
                "invalid_field", name, f'"{name}" is a field, not a file: send it without file name'
            )
        if name in self.fields:
            raise RequestError.in_field("repeated_field", name, f'"{name}" is there twice')
        self.fields[name] = _text(name, self._field_content(name))

    def _field_content(self, name: str) -> bytes:
        content, limit = b"", self._field_bytes[name]
        while (event := next(self._events)) is not None:
            assert isinstance(event, bytes)
            content += event
            if len(content) > limit:
                raise RequestError.in_field(
                    "invalid_field", name, f'"{name}" is longer than {limit} bytes'
                )
        return content


def _boundary(content_type: str) -> str:
    media_type, parameters = parse_options_header(content_type)
    if media_type != "multipart/form-data":
        raise RequestError(
            "not_multipart",
            f'the body must be multipart/form-data or the file itself, not "{media_type[:100]}"',
            headers={"Accept-Post": ", ".join(("multipart/form-data", *RAW_MEDIA_TYPES))},
        )
    boundary: str = parameters.get("boundary", "")
    # RFC 2046, 5.1.1: 1 to 70 characters of a small set, so all of them ASCII.
    if not re.fullmatch(r"[ -~]{1,70}", boundary):
        raise RequestError("malformed_multipart", "Content-Type names no usable boundary")
    return boundary


def _events(body: RequestBody, boundary: str) -> Iterator[MultipartSegment | bytes | None]:
    """Yields each part, then its content, then None; reads the body to its very end."""
    parser = PushMultipartParser(
        boundary,
        max_header_size=MAX_NAME_HEADER_BYTES,
        max_header_count=MAX_PART_HEADERS,
        # One character for each byte: nothing is lost, and no name is broken by its encoding.
        header_charset="latin-1",
    )
    try:
        for chunk in body:
            yield from parser.parse(chunk)
    except ParserLimitReached as error:
        raise RequestError(
            "part_headers_too_large",
            f"a part has more than {MAX_PART_HEADERS} headers, or one that is too long",
        ) from error
    except MultipartError as error:
        raise RequestError(
            "malformed_multipart",
            "the form is broken: a delimiter, or the headers of a part, are not as they must be",
        ) from error
    try:
        parser.close()
    except MultipartError as error:
        raise RequestError(
            "malformed_multipart", "the form is cut short: its closing delimiter is missing"
        ) from error


def _as_meant(header_text: str) -> str:
    """What was sent in UTF-8, as RFC 7578 asks for, or else Latin-1, which old clients send."""
    try:
        return header_text.encode("latin-1").decode()
    except UnicodeDecodeError:
        return header_text


_EXTENDED_NAME = re.compile(r";\s*filename\*\s*=\s*([A-Za-z0-9-]+)'[^']*'([^;\s]+)", re.IGNORECASE)


def _extended_file_name(part: MultipartSegment) -> str | None:
    """The name in `filename*` (RFC 8187), which goes before `filename`; None without one."""
    match = _EXTENDED_NAME.search(part.header("Content-Disposition") or "")
    if match is None:
        return None
    charset = match[1].lower()
    if charset not in ("utf-8", "iso-8859-1"):
        return None
    return unquote_to_bytes(match[2].encode("latin-1")).decode(charset, errors="replace")


def _text(name: str, content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise RequestError.in_field("invalid_field", name, f'"{name}" is not UTF-8') from error
    if "\x00" in text:
        raise RequestError.in_field("invalid_field", name, f'"{name}" contains a NUL character')
    return text

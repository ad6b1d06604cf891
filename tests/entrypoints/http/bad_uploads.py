"""Uploads that are refused: the body, and where its answer says what is wrong."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from tests.entrypoints.http.service import (
    BOUNDARY,
    MAX_UPLOAD_BYTES,
    csv_part,
    form,
    part,
)

UNKNOWN = UUID(int=7 << 76 | 2 << 62)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadUpload:
    """A body, what is wrong with it, and where its answer says that it is."""

    body: bytes
    status: int
    code: str
    place: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def _bad_field(name: str, value: str | bytes, *, status: int = 422, code: str) -> BadUpload:
    return BadUpload(
        body=form(csv_part(), part(name, value)), status=status, code=code, place=f"/{name}"
    )


def _bad_header(name: str, value: str, code: str) -> BadUpload:
    return BadUpload(
        body=form(csv_part()), status=400, code=code, place=name, headers={name: value}
    )


WHOLE = form(csv_part())
BAD_UPLOADS: dict[str, BadUpload] = {
    # The form
    "no parts": BadUpload(body=form(), status=422, code="file_missing", place="/file"),
    "no file part": BadUpload(
        body=form(part("onError", "skip_rows")), status=422, code="file_missing", place="/file"
    ),
    "a file part without a name": BadUpload(
        body=form(part("file", "a\n1\n")), status=422, code="file_missing", place="/file"
    ),
    "a file part with an empty name": BadUpload(
        body=form(csv_part(filename="")), status=422, code="file_missing", place="/file"
    ),
    "two file parts": BadUpload(
        body=form(csv_part(), csv_part()), status=422, code="file_repeated", place="/file"
    ),
    "an unknown field": BadUpload(
        body=form(csv_part(), part("colour", "red")),
        status=422,
        code="unknown_field",
        place="/colour",
    ),
    "an unknown field before the file": BadUpload(
        body=form(part("colour", "red"), csv_part()),
        status=422,
        code="unknown_field",
        place="/colour",
    ),
    "a second file of another name": BadUpload(
        body=form(csv_part(), part("other", "x", filename="x.csv")),
        status=422,
        code="unknown_field",
        place="/other",
    ),
    "a field with a file name": BadUpload(
        body=form(csv_part(), part("schema", "x", filename="x.csv")),
        status=422,
        code="invalid_field",
        place="/schema",
    ),
    "a field twice": BadUpload(
        body=form(part("onError", "skip_rows"), csv_part(), part("onError", "skip_rows")),
        status=422,
        code="repeated_field",
        place="/onError",
    ),
    "a field without a name": BadUpload(
        body=form(csv_part(), part("", "x")), status=422, code="unknown_field", place="/"
    ),
    "a field whose name is not UTF-8": BadUpload(
        body=form(csv_part(), part("sch\udce9ma", "x")),
        status=422,
        code="unknown_field",
        place="/schéma",
    ),
    "nine headers on a part": BadUpload(
        body=form(part("file", "a\n", filename="a.csv", more="X-A: b\r\n" * 8)),
        status=422,
        code="part_headers_too_large",
    ),
    "5 KiB of headers on a part": BadUpload(
        body=form(part("file", "a\n", filename="a.csv", more=f"X-A: {'b' * 5000}\r\n")),
        status=422,
        code="part_headers_too_large",
    ),
    "a header line of 40 KiB": BadUpload(
        body=form(csv_part(filename="n" * 40_000 + ".csv")),
        status=422,
        code="part_headers_too_large",
    ),
    "a part that is no form-data": BadUpload(
        body=WHOLE.replace(b"form-data", b"attachment"), status=400, code="malformed_multipart"
    ),
    "a part without disposition": BadUpload(
        body=WHOLE.replace(b"Content-Disposition", b"X-Disposition"),
        status=400,
        code="malformed_multipart",
    ),
    "no body": BadUpload(body=b"", status=400, code="malformed_multipart"),
    "a body that is no form": BadUpload(body=b"a,b\n1,2\n", status=400, code="malformed_multipart"),
    "bare line feeds": BadUpload(
        body=WHOLE.replace(b"\r\n", b"\n"), status=400, code="malformed_multipart"
    ),
    "no closing delimiter": BadUpload(
        body=WHOLE[: -len(BOUNDARY) - 6], status=400, code="malformed_multipart"
    ),
    "cut in the headers": BadUpload(body=WHOLE[:40], status=400, code="malformed_multipart"),
    "cut in the closing delimiter": BadUpload(
        body=WHOLE[:-4], status=400, code="malformed_multipart"
    ),
    "another boundary": BadUpload(
        body=WHOLE,
        status=400,
        code="malformed_multipart",
        headers={"Content-Type": "multipart/form-data; boundary=another"},
    ),
    "no boundary": BadUpload(
        body=WHOLE,
        status=400,
        code="malformed_multipart",
        headers={"Content-Type": "multipart/form-data"},
    ),
    "a boundary of 71 characters": BadUpload(
        body=WHOLE,
        status=400,
        code="malformed_multipart",
        headers={"Content-Type": f"multipart/form-data; boundary={'b' * 71}"},
    ),
    "JSON without a name": BadUpload(
        body=b"{}",
        status=422,
        code="invalid_parameter",
        place="name",
        headers={"Content-Type": "application/json"},
    ),
    "plain text instead of a form": BadUpload(
        body=b"a\n1\n", status=415, code="not_multipart", headers={"Content-Type": "text/plain"}
    ),
    "an urlencoded form": BadUpload(
        body=b"file=x",
        status=415,
        code="not_multipart",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ),
    "no content type": BadUpload(
        body=WHOLE, status=415, code="not_multipart", headers={"Content-Type": ""}
    ),
    # The file
    "an empty file": BadUpload(body=form(csv_part("")), status=422, code="empty_file"),
    "a blank file": BadUpload(body=form(csv_part(" \r\n\t\n")), status=422, code="empty_file"),
    "only a byte order mark": BadUpload(
        body=form(csv_part(b"\xef\xbb\xbf")), status=422, code="empty_file"
    ),
    "as many blanks as a file may have": BadUpload(
        body=form(csv_part(b"\n" * MAX_UPLOAD_BYTES)), status=422, code="empty_file"
    ),
    "a byte more than the limit": BadUpload(
        body=form(csv_part(b"a\n" + b"1" * (MAX_UPLOAD_BYTES - 1))),
        status=413,
        code="file_too_large",
    ),
    "an executable": BadUpload(
        body=form(csv_part(b"MZ\x90\x00", filename="setup.exe")),
        status=415,
        code="unsupported_file_type",
    ),
    "no extension": BadUpload(
        body=form(csv_part(filename="people")), status=415, code="unsupported_file_type"
    ),
    "CSV named .json": BadUpload(
        body=form(csv_part(filename="people.json")), status=415, code="file_type_mismatch"
    ),
    "JSON named .csv": BadUpload(
        body=form(csv_part('[{"a": 1}]')), status=415, code="file_type_mismatch"
    ),
    "a PNG named .csv": BadUpload(body=form(csv_part(PNG)), status=415, code="file_type_mismatch"),
    "a PNG named .json": BadUpload(
        body=form(csv_part(PNG, filename="x.json")), status=415, code="file_type_mismatch"
    ),
    "CSV named .ndjson": BadUpload(
        body=form(csv_part(filename="people.ndjson")), status=415, code="file_type_mismatch"
    ),
    "several JSON documents": BadUpload(
        body=form(csv_part('{"a": 1}{"a": 2}', filename="x.json")),
        status=422,
        code="format_not_supported",
    ),
    "gzip that is no gzip": BadUpload(
        body=form(csv_part(b"\x1f\x8b\x08\x00", filename="x.csv.gz")),
        status=415,
        code="file_type_mismatch",
    ),
    "gzip in gzip": BadUpload(
        body=form(csv_part(gzip.compress(gzip.compress(b"a\n1\n")), filename="x.csv.gz")),
        status=415,
        code="file_type_mismatch",
    ),
    "gzip of nothing": BadUpload(
        body=form(csv_part(gzip.compress(b" \n"), filename="x.csv.gz")),
        status=422,
        code="empty_file",
    ),
    "gzip of JSON named .csv.gz": BadUpload(
        body=form(csv_part(gzip.compress(b'[{"a": 1}]'), filename="x.csv.gz")),
        status=415,
        code="file_type_mismatch",
    ),
    "gzip that does not say of what": BadUpload(
        body=form(csv_part(gzip.compress(b"a\n1\n"), filename="x.gz")),
        status=415,
        code="unsupported_file_type",
    ),
    "an Excel workbook": BadUpload(
        body=form(csv_part(b"PK\x03\x04\x14\x00", filename="x.xlsx")),
        status=415,
        code="unsupported_file_type",
    ),
    "an Excel workbook named .csv": BadUpload(
        body=form(csv_part(b"PK\x03\x04\x14\x00")), status=415, code="file_type_mismatch"
    ),
    "a name with NUL": BadUpload(
        body=form(csv_part(filename="a\x00b.csv")), status=422, code="invalid_file_name"
    ),
    "a name of dots": BadUpload(
        body=form(csv_part(filename="../..")), status=422, code="invalid_file_name"
    ),
    # The fields
    "a schema that does not exist": _bad_field("schema", "nope", code="unknown_schema"),
    "a schema version that is no number": _bad_field("schema", "people@x", code="unknown_schema"),
    "a schema reference with NUL": _bad_field("schema", "a\x00b", code="invalid_field"),
    "a field that is not UTF-8": _bad_field("schema", b"\xff\xfe", code="invalid_field"),
    "a field that is too long": _bad_field("schema", "s" * 201, code="invalid_field"),
    "an unknown onError": _bad_field("onError", "SKIP", code="invalid_option"),
    "maxErrors below zero": _bad_field("maxErrors", "-1", code="invalid_option"),
    "maxErrors of 101 %": _bad_field("maxErrors", "101%", code="invalid_option"),
    "maxErrors in other digits": _bad_field("maxErrors", "٣", code="invalid_option"),
    "maxErrors with an underscore": _bad_field("maxErrors", "1_0", code="invalid_option"),
    "maxErrors without end": _bad_field("maxErrors", "9" * 17, code="invalid_field"),
    "an unknown output": _bad_field("outputs", "xlsx", code="invalid_option"),
    "no output behind a comma": _bad_field("outputs", "csv,", code="invalid_option"),
    "an output in capitals": _bad_field("outputs", "CSV", code="invalid_option"),
    "an encoding that is no name": _bad_field("encoding", "utf 8; rm", code="invalid_option"),
    "a delimiter of two characters": _bad_field("delimiter", ",,", code="invalid_option"),
    "a letter as delimiter": _bad_field("delimiter", "a", code="invalid_option"),
    "header as a number": _bad_field("header", "1", code="invalid_option"),
    "a parent that is no UUID": _bad_field("parentId", "17", code="invalid_field"),
    "a parent in braces": _bad_field("parentId", f"{{{UNKNOWN}}}", code="invalid_field"),
    "metadata that is no JSON": _bad_field("metadata", "{", code="invalid_field"),
    "metadata that is no object": _bad_field("metadata", "[]", code="invalid_field"),
    "metadata with a number": _bad_field("metadata", '{"a": 1}', code="invalid_field"),
    "metadata with a member twice": _bad_field(
        "metadata", '{"a": "1", "a": "2"}', code="invalid_field"
    ),
    "metadata with half a surrogate": _bad_field(
        "metadata", '{"a": "\\ud800"}', code="invalid_field"
    ),
    "metadata with NUL": _bad_field("metadata", '{"a": "\\u0000"}', code="invalid_field"),
    "metadata too deep": _bad_field("metadata", "[" * 16_000, code="invalid_field"),
    "metadata of 17 KiB": _bad_field("metadata", "x" * 17 * 1024, code="invalid_field"),
    "metadata of 51 members": _bad_field(
        "metadata",
        "{" + ",".join(f'"{n}": ""' for n in range(51)) + "}",
        code="invalid_field",
    ),
    "a sha256 too short": _bad_field("sha256", "0" * 63, code="invalid_field"),
    "another sha256": BadUpload(
        body=form(csv_part(), part("sha256", hashlib.sha256(b"").hexdigest())),
        status=400,
        code="digest_mismatch",
        place="/sha256",
    ),
    "a parent that does not exist": BadUpload(
        body=form(csv_part(), part("parentId", str(UNKNOWN))),
        status=422,
        code="parent_not_found",
        place="/parentId",
    ),
    # The headers
    "a key with a space": _bad_header("Idempotency-Key", "a b", "malformed_idempotency_key"),
    "an empty key": _bad_header("Idempotency-Key", '""', "malformed_idempotency_key"),
    "an unclosed key": _bad_header("Idempotency-Key", '"abc', "malformed_idempotency_key"),
    "a key too long": _bad_header("Idempotency-Key", "k" * 256, "malformed_idempotency_key"),
    "a digest without colons": _bad_header("Content-Digest", "sha-256=abc", "malformed_digest"),
    "a digest that is no base64": _bad_header("Content-Digest", "sha-256=:a:", "malformed_digest"),
    "a digest of md5 alone": _bad_header("Content-Digest", "md5=:AAAA:", "malformed_digest"),
    "a digest of another body": _bad_header("Content-Digest", "sha-256=:AAAA:", "digest_mismatch"),
}

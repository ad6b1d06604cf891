"""Bodies: forms, files as they are, JSON."""

import gzip
from collections.abc import Iterator
from urllib.parse import quote

from tests.entrypoints.http.bad_uploads import BAD_UPLOADS
from tests.entrypoints.http.corpus.bad_request import BadRequest
from tests.entrypoints.http.corpus.fields import FORM_TYPE
from tests.entrypoints.http.raw_bodies import CSV

# The limit of a file is another one where this is sent to.
OF_A_SIZE = {"a byte more than the limit", "as many blanks as a file may have"}

RAW_QUERIES = {
    "": "invalid_parameter",
    "name=": "invalid_parameter",
    "name=a.csv&name=a.csv": "invalid_parameter",
    "name=a.csv&colour=red": "invalid_parameter",
    "name=a.csv&file=x": "invalid_parameter",
    "name=a.csv&schema=": "invalid_parameter",
    "name=a.csv&schema=%00": "invalid_parameter",
    "name=a.csv&schema=" + "s" * 201: "invalid_parameter",
    "name=a.csv&schema=nope": "unknown_schema",
    "name=a.csv&onError=SKIP": "invalid_option",
    "name=a.csv&maxErrors=-1": "invalid_option",
    "name=a.csv&outputs=xlsx": "invalid_option",
    "name=a.csv&encoding=klingon": "invalid_option",
    "name=a.csv&delimiter=a": "invalid_option",
    "name=a.csv&header=yes": "invalid_option",
    "name=a.csv&metadata=[]": "invalid_parameter",
    "name=a.csv&parentId=17": "invalid_parameter",
    "name=a.csv&sha256=0": "invalid_parameter",
    "name=a%00b.csv": "invalid_file_name",
    "name=..%2f..": "invalid_file_name",
    "name=" + "n" * 5000 + ".csv": "invalid_parameter",
}
RAW_CONTENTS: dict[str, tuple[str, str, bytes, int, str]] = {
    "of another type than its name": ("a.json", "text/csv", CSV, 415, "file_type_mismatch"),
    "NDJSON named JSON": ("a.json", "application/x-ndjson", b"{}\n", 415, "file_type_mismatch"),
    "without an extension": ("a", "text/csv", CSV, 415, "unsupported_file_type"),
    "a workbook": ("a.xlsx", "text/csv", b"PK\x03\x04", 415, "unsupported_file_type"),
    "JSON as CSV": ("a.csv", "text/csv", b'[{"a": 1}]', 415, "file_type_mismatch"),
    "CSV as JSON": ("a.json", "application/json", CSV, 415, "file_type_mismatch"),
    "NUL as CSV": ("a.csv", "text/csv", b"a\n\x00\n", 415, "file_type_mismatch"),
    "gzip of what": ("a.gz", "application/gzip", gzip.compress(CSV), 415, "unsupported_file_type"),
    "empty": ("a.csv", "text/csv", b"", 422, "empty_file"),
    "blank": ("a.csv", "text/csv", b" \r\n\t", 422, "empty_file"),
    "documents in a row": ("a.json", "application/json", b"{}{}", 422, "format_not_supported"),
}
DEEP = b'{"fields":' + b"[" * 5000
SCHEMAS: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 400, "malformed_json"),
    "no JSON": (b"{", 400, "malformed_json"),
    "a comma too many": (b'{"fields": [],}', 400, "malformed_json"),
    "in single quotes": (b"{'fields': []}", 400, "malformed_json"),
    "not a number": (b'{"a": NaN}', 400, "malformed_json"),
    "a member twice": (b'{"fields": [], "fields": []}', 400, "malformed_json"),
    "half a surrogate": (b'{"a": "\\ud800"}', 400, "malformed_json"),
    "NUL": (b'{"a": "\\u0000"}', 400, "malformed_json"),
    "no UTF-8": (b'{"a": "\xff"}', 400, "malformed_json"),
    "too deep": (DEEP, 400, "malformed_json"),
    "a digit too many": (b'{"a": ' + b"9" * 5000 + b"}", 400, "malformed_json"),
    "too large": (b" " * (1024 * 1024 + 1), 413, "body_too_large"),
    "an array": (b"[]", 422, "invalid_schema"),
    "a number": (b"1", 422, "invalid_schema"),
    "no fields": (b"{}", 422, "invalid_schema"),
    "a field without a name": (b'{"fields": [{}]}', 422, "invalid_schema"),
    "an unknown type": (b'{"fields": [{"name": "a", "type": "x"}]}', 422, "invalid_schema"),
}
REDRIVES: dict[str, tuple[bytes, int, str]] = {
    "an array": (b"[]", 422, "invalid_member"),
    "nothing": (b"{}", 422, "invalid_member"),
    "an unknown member": (b'{"all": true, "x": 1}', 422, "invalid_member"),
    "all in words": (b'{"all": "yes"}', 422, "invalid_member"),
    "ids of no files": (b'{"ids": ["17"]}', 422, "invalid_member"),
    "no JSON": (b"all", 400, "malformed_json"),
    "too large": (b" " * (64 * 1024 + 1), 413, "body_too_large"),
}


def bad_bodies() -> Iterator[tuple[str, BadRequest]]:
    """Each with its name."""
    for name, upload in BAD_UPLOADS.items():
        if name not in OF_A_SIZE:
            headers = {**FORM_TYPE, **upload.headers}
            bad = _upload("", upload.body, headers, status=upload.status, code=upload.code)
            yield f"form: {name}", bad
    for query, code in RAW_QUERIES.items():
        bad = _upload(f"?{query}", CSV, {"Content-Type": "text/csv"}, status=422, code=code)
        yield f"file: ?{query[:40]}".replace("%", "pct"), bad
    for name, (file_name, media_type, content, status, code) in RAW_CONTENTS.items():
        query = f"?name={quote(file_name)}"
        bad = _upload(query, content, {"Content-Type": media_type}, status=status, code=code)
        yield f"file: {name}", bad
    for target, method, cases in (
        ("/schemas/people", "PUT", SCHEMAS),
        ("/dead-letters/redrive", "POST", REDRIVES),
    ):
        for name, (content, status, code) in cases.items():
            yield (
                f"{target}: {name}",
                BadRequest(
                    method=method,
                    target=target,
                    body=content,
                    headers={"Content-Type": "application/json"},
                    status=status,
                    code=code,
                ),
            )


def _upload(
    query: str, body: bytes, headers: dict[str, str], *, status: int, code: str
) -> BadRequest:
    target = f"/files/upload{query}"
    return BadRequest(
        method="POST", target=target, body=body, headers=headers, status=status, code=code
    )

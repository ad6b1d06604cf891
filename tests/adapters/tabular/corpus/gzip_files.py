"""Files whose compression is broken, goes too far, or hides what is never read."""

import gzip
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from domain.file_type import FileType
from tests.adapters.tabular.corpus.bad_input import SMALL, BadInput, Place

_packed = partial(gzip.compress, mtime=0)

_ROWS = b"a,b\n1,2\n3,4\n"
_STREAM = _packed(_ROWS)
_HEADER_BYTES = 10
_TRAILER_BYTES = 8
_ZEROS = _packed(b"a\n" + b"0\n" * 10_000)
_BOUNDED = replace(SMALL, decompressed_bytes=202)
# Beyond a hundred bytes, ten times the size of what was sent.
_STRETCHED = replace(SMALL, expansion_ratio=10, expansion_free_bytes=100)


def _gzip(
    name: str,
    content: bytes,
    file_error: str | None,
    *,
    accepted: int = 0,
    errors: Sequence[Place] = (),
    **expected: Any,
) -> BadInput:
    return BadInput(
        name=name, content=content, file_error=file_error, accepted=accepted, errors=errors, **expected
    )  # fmt: skip


def _flipped(stream: bytes, at: int) -> bytes:
    changed = bytearray(stream)
    changed[at] ^= 0xFF
    return bytes(changed)


BROKEN = [
    _gzip("a stream that ends behind its header", _STREAM[:_HEADER_BYTES], "gzip_corrupt"),
    _gzip("a stream without its checksum", _STREAM[:-_TRAILER_BYTES], "gzip_corrupt", accepted=2),
    _gzip("a stream without its last byte", _STREAM[:-1], "gzip_corrupt", accepted=2),
    _gzip("a stream with another checksum", _flipped(_STREAM, -_TRAILER_BYTES), "gzip_corrupt", accepted=2),
    _gzip("a stream with another length", _flipped(_STREAM, -1), "gzip_corrupt", accepted=2),
    _gzip("a block of a kind that does not exist", _STREAM[:_HEADER_BYTES] + b"\x07" + _STREAM[_HEADER_BYTES + 1 :], "gzip_corrupt"),
    _gzip("a text behind the stream", _STREAM + b"the end", "gzip_corrupt", accepted=2),
    _gzip("a second stream cut short", _STREAM + _packed(b"5,6\n")[:-1], "gzip_corrupt", accepted=3),
    _gzip("a second stream with another method", _STREAM + b"\x1f\x8b\x07" + _STREAM[3:], "gzip_corrupt", accepted=2),
    _gzip("JSON whose stream is cut short", _packed(b'[{"a":1},{"a":2}]')[:-1], "gzip_corrupt", accepted=2, file_type=FileType.JSON),
    _gzip("NDJSON whose stream is cut short", _packed(b'{"a":1}\n{"a":2}\n')[:-1], "gzip_corrupt", accepted=2, file_type=FileType.NDJSON),
]  # fmt: skip

TOO_LARGE = [
    _gzip("rows beyond what may be expanded", _ZEROS, "decompression_limit", accepted=100, limits=_BOUNDED),
    _gzip("zeros that take next to no room", _ZEROS, "decompression_limit", accepted=10 * len(_ZEROS) // 2 - 1, limits=_STRETCHED),
]  # fmt: skip

HIDDEN = [
    _gzip("gzip in gzip", _packed(_STREAM), "not_this_type"),
    _gzip("a workbook in gzip", _packed(b"PK\x03\x04" + b"\0" * 30), "not_this_type"),
    _gzip("Parquet in gzip", _packed(b"PAR1\x15\x04\x15\x10\x15\x14"), "not_this_type"),
    _gzip("a workbook that is called CSV", b"PK\x03\x04" + b"\0" * 30, "not_this_type"),
    _gzip("Zstandard that is called CSV", b"\x28\xb5\x2f\xfd" + b"\0" * 20, "not_this_type"),
    _gzip("nothing in gzip", _packed(b""), "empty_file"),
    _gzip("blanks in gzip", _packed(b" \r\n\n"), "empty_file"),
    _gzip("CSV in gzip that is called JSON", _packed(_ROWS), "not_this_type", file_type=FileType.JSON),
]  # fmt: skip

WITHIN = [
    _gzip("a row too short in gzip", _packed(b"a,b\n1\n3,4\n"), None, accepted=1, errors=[(1, 2, "b", "missing_cell")], repairs={1: ["1", "2"]}),
    _gzip("a quote never closed in gzip", _packed(b'a,b\n1,"2\n3,4\n'), None, accepted=1, errors=[(1, 2, None, "unclosed_quote")], repairs={1: ["1", "2"]}),
    _gzip("a bad row in the second of two streams", _packed(b"a,b\n1,2\n3") + _packed(b"\n5,6\n"), None, accepted=2, errors=[(2, 3, "b", "missing_cell")], repairs={2: ["3", "4"]}),
    _gzip("a broken element in gzip", _packed(b'[{"a":1},\n{"a":}]'), None, accepted=1, errors=[(2, 2, None, "json_syntax")], repairs={2: {"a": 2}}, file_type=FileType.JSON),
]  # fmt: skip

GZIP_FILES = [*BROKEN, *TOO_LARGE, *HIDDEN, *WITHIN]

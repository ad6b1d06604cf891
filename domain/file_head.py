"""How a file begins: the bytes that tell what it is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.gunzip import GZIP_MARK, Gunzip

HEAD_BYTES: Final = 64 * 1024
"""How much of a file's beginning decides what it is, compressed or not."""

_XLSX = "an Excel workbook or another ZIP archive; save the sheet as CSV, or send the file in it"
_COMPRESSED = "compressed in a way that is not read; send it as it is, or as gzip"
_SIGNATURES = (
    (b"PK\x03\x04", _XLSX),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook; save the sheet as CSV"),
    (b"PAR1\x15", "Parquet; send its rows as CSV, JSON or NDJSON"),
    (b"\x28\xb5\x2f\xfd", f"Zstandard: {_COMPRESSED}"),
    (b"\xfd7zXZ\x00", f"xz: {_COMPRESSED}"),
    (b"7z\xbc\xaf\x27\x1c", f"7-Zip: {_COMPRESSED}"),
    *((b"BZh%d1AY&SY" % level, f"bzip2: {_COMPRESSED}") for level in range(1, 10)),
    (b"%PDF-", "PDF; it holds no rows that could be read"),
)


class Compression(StrEnum):
    """What a file's bytes are compressed by."""

    GZIP = "gzip"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHead:
    """The beginning of the content without its compression.

    `goes_on` when more of it may follow, or its compression is broken after it.
    """

    content: bytes
    compression: Compression | None
    goes_on: bool


def file_head(beginning: bytes) -> FileHead:
    """The head of a file that begins with these bytes, HEAD_BYTES of them or all."""
    compression = compression_of(beginning)
    if compression is None:
        goes_on = len(beginning) >= HEAD_BYTES
        return FileHead(content=beginning[:HEAD_BYTES], compression=None, goes_on=goes_on)
    expanded = Gunzip([beginning], most_bytes=HEAD_BYTES)
    content = b"".join(expanded)
    return FileHead(content=content, compression=compression, goes_on=expanded.fault is not None)


def compression_of(beginning: bytes) -> Compression | None:
    """What a file is compressed by that begins so, whatever its name."""
    return Compression.GZIP if beginning.startswith(GZIP_MARK) else None


def other_format(content: bytes) -> str | None:
    """The format, and a way out, of content that begins as something that is never read."""
    if compression_of(content) is not None:
        return "compressed twice; compress it once"
    return next((name for mark, name in _SIGNATURES if content.startswith(mark)), None)

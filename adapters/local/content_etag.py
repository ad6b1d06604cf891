"""ETags of files on disk.

An ETag must change whenever the content does, and telling whether it still fits must not
cost a second reading of a large file. So it has two parts: a digest of the content, which
decides, and a stamp of inode, modification time and size, which spares the digest. A file
whose stamp is the recorded one has not been touched. One whose stamp differs was replaced,
cut off, or only copied back from a backup: then its content is digested and compared.

Nothing is stored beside the file: a record of its own could get lost or lie after a crash,
while this one travels with whoever wants to be sure.
"""

import os
from hashlib import blake2b
from typing import BinaryIO

_DIGEST_BYTES = 16
_READ_BYTES = 1024 * 1024


class ContentDigest:
    """The digest of content that passes by."""

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=_DIGEST_BYTES)

    def update(self, chunk: bytes) -> None:
        self._hash.update(chunk)

    def etag(self, stat: os.stat_result) -> str:
        """The ETag of a file with the digested content and this status."""
        return f"{self._hash.hexdigest()}.{_stamp(stat)}"


def fits(etag: str, file: BinaryIO) -> bool:
    """True when `etag` belongs to the open file's content; leaves its position anywhere."""
    digest, _, stamp = etag.partition(".")
    stat = os.fstat(file.fileno())
    return stamp == _stamp(stat) or digest == _digest_of(file)


def _stamp(stat: os.stat_result) -> str:
    return f"{stat.st_ino:x}-{stat.st_mtime_ns:x}-{stat.st_size:x}"


def _digest_of(file: BinaryIO) -> str:
    digest = blake2b(digest_size=_DIGEST_BYTES)
    file.seek(0)
    while chunk := file.read(_READ_BYTES):
        digest.update(chunk)
    return digest.hexdigest()

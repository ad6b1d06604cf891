"""Content on its way from the caller to storage: counted, hashed and recognised."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from application.ports.file_storage import FileStorage
from domain.errors import EmptyFileError
from domain.file_type import HEAD_BYTES, FileType, decide_file_type, is_blank
from domain.upload_policy import UploadPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedContent:
    """Content that is durable in storage and not yet any file's."""

    name: str
    key: str
    etag: str
    file_type: FileType
    size_bytes: int
    sha256: str


def receive_content(
    storage: FileStorage, key: str, *, name: str, chunks: Iterable[bytes], policy: UploadPolicy
) -> ReceivedContent:
    """Streams `chunks` to `key`, holding no more of them than decides the file's type.

    Raises EmptyFileError, FileTooLargeError, what `decide_file_type` raises, what `chunks`
    raises, and storage's errors; then nothing is at `key`.
    """
    digest, size_bytes, head = hashlib.sha256(), 0, b""
    file_type: FileType | None = None
    with storage.create(key, media_type="application/octet-stream") as writer:
        for chunk in chunks:
            size_bytes += len(chunk)
            policy.check_size(size_bytes)
            digest.update(chunk)
            writer.write(chunk)
            if file_type is None:
                head += chunk[: HEAD_BYTES - len(head)]
                file_type = decide_file_type(name, head) if len(head) == HEAD_BYTES else None
        if file_type is None:
            if is_blank(head):
                raise EmptyFileError
            file_type = decide_file_type(name, head)
        etag = writer.commit()
    return ReceivedContent(
        name=name,
        key=key,
        etag=etag,
        file_type=file_type,
        size_bytes=size_bytes,
        sha256=digest.hexdigest(),
    )

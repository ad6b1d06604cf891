"""Content on its way from the caller to storage: counted, hashed and recognised."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from application.ports.file_storage import ContentWriter
from domain.errors import EmptyFileError, FormatNotSupportedError
from domain.file_head import HEAD_BYTES, Compression, compression_of, file_head, other_format
from domain.file_state import FileState, SchemaReference
from domain.file_type import FileType, decide_file_type, is_blank, promised_type
from domain.processing_options import ProcessingOptions
from domain.upload_policy import UploadPolicy

# NUL too: blanks of UTF-16 and UTF-32 hold it.
_BLANK_BYTES = b"\x00\t\n\x0b\x0c\r "


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedContent:
    """Content that is durable in storage and not yet any file's."""

    name: str
    key: str
    etag: str
    file_type: FileType
    compression: Compression | None
    size_bytes: int
    sha256: str

    def new_file(
        self,
        file_id: UUID,
        tenant: str,
        *,
        bucket: str,
        at: datetime,
        schema: SchemaReference | None,
        options: ProcessingOptions,
        metadata: Mapping[str, str],
        parent_id: UUID | None,
        trace_parent: str | None,
    ) -> FileState:
        """The file that it becomes, of which nothing has happened yet."""
        return FileState(
            id=file_id,
            tenant=tenant,
            original_name=self.name,
            bucket=bucket,
            key=self.key,
            etag=self.etag,
            file_type=self.file_type,
            compression=self.compression,
            size_bytes=self.size_bytes,
            sha256=self.sha256,
            schema=schema,
            options=options,
            metadata=metadata,
            parent_id=parent_id,
            trace_parent=trace_parent,
            created_at=at,
            updated_at=at,
            generation_started_at=at,
            next_attempt_at=at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedContent:
    """Content that was written whole and can still be refused: nothing is committed.

    `head` are its first HEAD_BYTES as they arrived, `goes_on` tells whether anything but blanks
    follows them.
    """

    name: str
    head: bytes
    goes_on: bool
    size_bytes: int
    sha256: str

    @property
    def compression(self) -> Compression | None:
        """What the bytes are compressed by."""
        return compression_of(self.head)

    def file_type(self, encoding: str | None) -> FileType:
        """What it is, if it is written in `encoding`; None is one that was not declared.

        Raises EmptyFileError and what `decide_file_type` raises.
        """
        if not self.goes_on and is_blank(self.head, encoding=encoding):
            raise EmptyFileError
        return decide_file_type(self.name, self.head, encoding=encoding)


def receive_content(
    writer: ContentWriter, *, name: str, chunks: Iterable[bytes], policy: UploadPolicy
) -> ArrivedContent:
    """Writes `chunks`, holding no more of them than HEAD_BYTES.

    What no encoding could make right is refused before the end of a long body. Raises
    FileTooLargeError, what `decide_file_type` raises, what `chunks` raises, and storage's errors.
    """
    promised_type(name)
    digest, size_bytes, head, goes_on = hashlib.sha256(), 0, bytearray(), False
    for chunk in chunks:
        size_bytes += len(chunk)
        policy.check_size(size_bytes)
        digest.update(chunk)
        writer.write(chunk)
        room = HEAD_BYTES - len(head)
        head += chunk[:room]
        goes_on = goes_on or bool(chunk[room:].strip(_BLANK_BYTES))
        if room and len(head) == HEAD_BYTES:
            _refuse_early(name, bytes(head))
    return ArrivedContent(
        name=name,
        head=bytes(head),
        goes_on=goes_on,
        size_bytes=size_bytes,
        sha256=digest.hexdigest(),
    )


def _refuse_early(name: str, head: bytes) -> None:
    """Refuses a long head that is no text, or text without NUL whose beginning is wrong.

    So much text has no NUL only where ASCII is ASCII, so that every encoding begins alike.
    Where the first JSON value ends is another matter: in some, a letter holds a backslash.
    """
    content = file_head(head).content
    # Of compressed text that is stored as it is, a little less fits in.
    is_plain = len(content) >= HEAD_BYTES // 2 and b"\x00" not in content
    if not is_plain and other_format(content) is None:
        return
    with suppress(FormatNotSupportedError):
        decide_file_type(name, head)

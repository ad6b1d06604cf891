"""The parts of an upload as one object, read once on the way: counted, hashed and recognised."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace

from application.errors import (
    ContentChangedError,
    ContentNotFoundError,
    DependencyError,
    DigestMismatchError,
)
from application.ports.direct_uploads import DirectUploads
from application.ports.file_storage import ContentWriter, FileStorage
from application.upload_errors import PartChangedError, UploadIsOverError
from application.use_cases.arrived_parts import (
    ReceivedPart,
    as_arrived,
    missing,
    received_parts,
)
from application.use_cases.received_content import (
    ArrivedContent,
    ReceivedContent,
    receive_content,
)
from domain.errors import PartsMissingError
from domain.upload_policy import UploadPolicy
from domain.upload_session import UploadSessionState


def assemble_received(
    state: UploadSessionState, *, storage: FileStorage, key: str
) -> ReceivedContent:
    """Copies the parts that were sent to us into one object at `key`, where nothing is yet.

    Each part is compared with its digest while it is copied; one that is not what arrived is
    removed, and so missing. Raises PartsMissingError, PartChangedError, what may be wrong with
    content, and the storage's errors; then nothing is at `key`.
    """
    received = received_parts(storage, state.id)
    lacking = missing(state.plan, map(as_arrived, received.values()))
    if lacking:
        raise PartsMissingError(lacking)
    parts = [received[number] for number in range(1, state.plan.count + 1)]
    with storage.create(key, media_type="application/octet-stream") as writer:
        arrived = _received(state, writer, _in_order(storage, parts))
        # Before the commit: what is refused here never was at the key.
        uncommitted = _found(state, arrived, key=key, etag="")
        return replace(uncommitted, etag=writer.commit())


def assemble_at_storage(
    state: UploadSessionState, *, storage: FileStorage, direct_uploads: DirectUploads
) -> ReceivedContent:
    """Lets the storage make one object of its parts, then reads that object once.

    Of an upload that became its object before, it reads that. Raises PartsMissingError,
    ContentNotFoundError when the storage has dropped the upload, what may be wrong with content,
    and the storage's errors.
    """
    handle = state.handle or ""
    with suppress(UploadIsOverError):
        lacking = missing(state.plan, direct_uploads.arrived(state.key, handle))
        if lacking:
            raise PartsMissingError(lacking)
    etag = direct_uploads.complete(state.key, handle)
    with closing(storage.open(state.key, etag=etag)) as chunks:
        arrived = _received(state, _AlreadyStored(), chunks)
    return _found(state, arrived, key=state.key, etag=etag)


def forget_object(storage: FileStorage, key: str) -> None:
    """Removes an object that no record names; the collector finds it where that fails."""
    with suppress(DependencyError):
        storage.delete(key)


class _AlreadyStored(ContentWriter):
    """Takes content that is where it belongs already."""

    def write(self, chunk: bytes) -> None:
        """Nothing is left to do."""

    def commit(self) -> str:
        """Never asked for: the object has its ETag."""
        raise NotImplementedError

    def abort(self) -> None:
        """Nothing was begun."""


def _received(
    state: UploadSessionState, writer: ContentWriter, chunks: Iterator[bytes]
) -> ArrivedContent:
    policy = UploadPolicy(max_bytes=state.size_bytes)
    arrived = receive_content(writer, name=state.original_name, chunks=chunks, policy=policy)
    if arrived.size_bytes != state.size_bytes:
        raise ContentChangedError(state.key)
    if state.sha256 is not None and state.sha256 != arrived.sha256:
        raise DigestMismatchError(expected=state.sha256, actual=arrived.sha256)
    return arrived


def _found(
    state: UploadSessionState, arrived: ArrivedContent, *, key: str, etag: str
) -> ReceivedContent:
    return ReceivedContent(
        name=state.original_name,
        key=key,
        etag=etag,
        file_type=arrived.file_type(state.options.encoding),
        compression=arrived.compression,
        size_bytes=arrived.size_bytes,
        sha256=arrived.sha256,
    )


def _in_order(storage: FileStorage, parts: Sequence[ReceivedPart]) -> Iterator[bytes]:
    for part in parts:
        digest = hashlib.sha256()
        try:
            with closing(storage.open(part.key)) as chunks:
                for chunk in chunks:
                    digest.update(chunk)
                    yield chunk
        except ContentNotFoundError as error:
            raise PartChangedError(part.number) from error
        if digest.hexdigest() != part.sha256:
            forget_object(storage, part.key)
            raise PartsMissingError([part.number])

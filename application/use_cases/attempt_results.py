"""The results of one attempt, written where no other attempt writes."""

import hashlib

from application.ports.content_engine import CommittedResult, ResultSink, ResultSinks
from application.ports.file_storage import ContentWriter, FileStorage
from application.use_cases.stored_bytes import results_folder
from domain.file_state import FileState, ResultFile


class AttemptResults(ResultSinks):
    """Sinks into storage under `results/{id}/{generation}/{attempt}/`.

    The attempt is part of the key, so that a worker that lost its lease without noticing
    can never overwrite what another one was praised for.
    """

    def __init__(self, storage: FileStorage, state: FileState) -> None:
        self._storage = storage
        self._folder = f"{results_folder(state.id)}/{state.generation}/{state.attempt}"
        self._open: list[ContentWriter] = []
        self._files: list[ResultFile] = []

    @property
    def files(self) -> tuple[ResultFile, ...]:
        """The committed results, in the order of their names."""
        return tuple(sorted(self._files, key=lambda result: result.name))

    def open(self, name: str, *, media_type: str) -> ResultSink:
        """A sink for the result called `name`."""
        key = f"{self._folder}/{name}"
        writer = self._storage.create(key, media_type=media_type)
        self._open.append(writer)
        return _DigestingSink(writer, files=self._files, key=key, name=name, media_type=media_type)

    def abort_uncommitted(self) -> None:
        """Leaves nothing behind of the sinks that were not committed."""
        for writer in self._open:
            writer.abort()

    def delete_all(self) -> None:
        """Removes what was committed, when the attempt turns out not to count.

        Also what storage kept although its answer to the commit got lost.
        """
        if self._open:
            self._storage.delete_below(self._folder)


class _DigestingSink(ResultSink):
    """Counts and hashes what passes through to storage."""

    def __init__(
        self,
        writer: ContentWriter,
        *,
        files: list[ResultFile],
        key: str,
        name: str,
        media_type: str,
    ) -> None:
        self._writer = writer
        self._files = files
        self._key = key
        self._name = name
        self._media_type = media_type
        self._digest = hashlib.sha256()
        self._size_bytes = 0

    def write(self, data: bytes) -> None:
        self._digest.update(data)
        self._size_bytes += len(data)
        self._writer.write(data)

    def commit(self, *, rows: int | None) -> CommittedResult:
        etag, sha256 = self._writer.commit(), self._digest.hexdigest()
        self._files.append(
            ResultFile(
                name=self._name,
                media_type=self._media_type,
                key=self._key,
                etag=etag,
                size_bytes=self._size_bytes,
                sha256=sha256,
                rows=rows,
            )
        )
        return CommittedResult(size_bytes=self._size_bytes, sha256=sha256)

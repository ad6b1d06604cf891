"""Gives back what was submitted and what was made of it."""

from collections.abc import Generator
from dataclasses import dataclass
from uuid import UUID

from application.errors import UnknownResultError
from application.ports.file_storage import FileStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.get_file import read_file
from domain.file_state import FileState


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredContent:
    """Stored bytes that may be read, whole or in part."""

    storage: FileStorage
    key: str
    etag: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str

    def open(self, *, start: int = 0, length: int | None = None) -> Generator[bytes]:
        """Yields the bytes as `FileStorage.open` does, and raises what it raises."""
        return self.storage.open(self.key, etag=self.etag, start=start, length=length)


class OpenContent:
    """The submitted bytes of a file."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory, storage: FileStorage) -> None:
        self._units_of_work = units_of_work
        self._storage = storage

    def __call__(self, tenant: str, file_id: UUID) -> StoredContent:
        """The original content; raises UnknownFileError, FileErasedError."""
        with self._units_of_work.for_reading() as work:
            state = read_file(work, tenant, file_id)
        return StoredContent(
            storage=self._storage,
            key=state.key,
            etag=state.etag,
            name=state.original_name,
            media_type=state.file_type.media_type,
            size_bytes=state.size_bytes,
            sha256=state.sha256,
        )


class OpenResult:
    """One result of a file's present generation."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory, storage: FileStorage) -> None:
        self._units_of_work = units_of_work
        self._storage = storage

    def __call__(self, tenant: str, file_id: UUID, name: str) -> StoredContent:
        """The result called `name`.

        Raises UnknownFileError, FileErasedError, and UnknownResultError when the file has
        no such result, or none yet.
        """
        with self._units_of_work.for_reading() as work:
            state = read_file(work, tenant, file_id)
        return stored_result(self._storage, state, name)


def stored_result(storage: FileStorage, state: FileState, name: str) -> StoredContent:
    """The file's result called `name`; raises UnknownResultError."""
    for result in state.results:
        if result.name == name:
            return StoredContent(
                storage=storage,
                key=result.key,
                etag=result.etag,
                name=result.name,
                media_type=result.media_type,
                size_bytes=result.size_bytes,
                sha256=result.sha256,
            )
    raise UnknownResultError(state.id, name)

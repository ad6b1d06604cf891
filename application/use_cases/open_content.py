"""Gives back what was submitted and what was made of it."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from uuid import UUID

from application.errors import UnknownResultError
from application.ports.direct_downloads import DirectDownloads
from application.ports.file_storage import FileStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.get_file import read_file
from domain.file_state import FileState

LINK_SECONDS = 300
"""How long a link into storage may be followed: time to follow it, and little to pass it on."""


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
    direct_downloads: DirectDownloads | None = None

    def open(self, *, start: int = 0, length: int | None = None) -> Generator[bytes]:
        """Yields the bytes as `FileStorage.open` does, and raises what it raises."""
        return self.storage.open(self.key, etag=self.etag, start=start, length=length)

    def link(self) -> str | None:
        """A URL that answers GET with the bytes for LINK_SECONDS; None where there are none.

        Asks the storage first, and raises what `open` raises on its first step: who follows
        the link to nothing would meet the storage's words instead of ours. Raises
        ConfigurationError when the links cannot be signed.
        """
        if self.direct_downloads is None:
            return None
        with closing(self.open(length=1)) as chunks:
            next(chunks, b"")
        return self.direct_downloads.link(
            self.key,
            file_name=self.name,
            media_type=self.media_type,
            expires_in_seconds=LINK_SECONDS,
        )


class OpenContent:
    """The submitted bytes of a file; `direct_downloads` where the storage makes links."""

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        storage: FileStorage,
        direct_downloads: DirectDownloads | None = None,
    ) -> None:
        self._units_of_work = units_of_work
        self._storage = storage
        self._direct_downloads = direct_downloads

    def __call__(self, tenant: str, file_id: UUID) -> StoredContent:
        """The original content; raises UnknownFileError, FileErasedError."""
        with self._units_of_work.for_reading() as work:
            state = read_file(work, tenant, file_id)
        return StoredContent(
            storage=self._storage,
            key=state.key,
            etag=state.etag,
            name=state.original_name,
            media_type=state.media_type,
            size_bytes=state.size_bytes,
            sha256=state.sha256,
            direct_downloads=self._direct_downloads,
        )


class OpenResult:
    """One result of a file's present generation; `direct_downloads` as for OpenContent."""

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        storage: FileStorage,
        direct_downloads: DirectDownloads | None = None,
    ) -> None:
        self._units_of_work = units_of_work
        self._storage = storage
        self._direct_downloads = direct_downloads

    def __call__(self, tenant: str, file_id: UUID, name: str) -> StoredContent:
        """The result called `name`.

        Raises UnknownFileError, FileErasedError, and UnknownResultError when the file has
        no such result, or none yet.
        """
        with self._units_of_work.for_reading() as work:
            state = read_file(work, tenant, file_id)
        stored = stored_result(self._storage, state, name)
        return replace(stored, direct_downloads=self._direct_downloads)


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

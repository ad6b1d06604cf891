"""A database and a storage that fail when a test says so."""

from collections.abc import Callable, Generator, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Self

from application.errors import (
    AmbiguousCommitError,
    DatabaseBusyError,
    DatabaseUnavailableError,
    StorageUnavailableError,
)
from application.ports.file_storage import ContentWriter, FileStorage, StoredObject
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.wrapped_database import WrappedUnitOfWork


class CommitFault(StrEnum):
    """How a commit fails: what became of it, and whether its caller is told."""

    REFUSED = "nothing was committed, and the caller knows"
    LOST = "nothing was committed, and the caller cannot know"
    UNANSWERED = "everything was committed, and the caller cannot know"


class FaultyUnitsOfWork(UnitOfWorkFactory):
    """Transactions of `units`, whose commits fail as `next_fault` says each time.

    While `is_away()`, none begins; while `is_contended()`, none that writes.
    """

    def __init__(
        self,
        units: UnitOfWorkFactory,
        *,
        next_fault: Callable[[], CommitFault | None] = lambda: None,
        is_away: Callable[[], bool] = lambda: False,
        is_contended: Callable[[], bool] = lambda: False,
    ) -> None:
        self._units = units
        self.next_fault = next_fault
        self.is_away = is_away
        self.is_contended = is_contended
        self.faults: list[CommitFault] = []
        """The faults so far."""

    def for_writing(self) -> UnitOfWork:
        return _FaultyUnitOfWork(self._units.for_writing(), self, is_writing=True)

    def for_reading(self) -> UnitOfWork:
        return _FaultyUnitOfWork(self._units.for_reading(), self, is_writing=False)


class FaultyStorage(FileStorage):
    """The objects of `storage`, which removes nothing when `refuses_removal()`."""

    def __init__(self, storage: FileStorage) -> None:
        self._storage = storage
        self.refuses_removal: Callable[[], bool] = lambda: False

    @property
    def bucket(self) -> str:
        return self._storage.bucket

    def create(self, key: str, *, media_type: str) -> ContentWriter:
        return self._storage.create(key, media_type=media_type)

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        return self._storage.open(key, etag=etag, start=start, length=length)

    def delete(self, key: str) -> None:
        self._check()
        self._storage.delete(key)

    def delete_below(self, folder: str) -> None:
        self._check()
        self._storage.delete_below(folder)

    def list_below(self, folder: str, *, after: str | None = None) -> Generator[StoredObject]:
        return self._storage.list_below(folder, after=after)

    def delete_all(self, keys: Sequence[str]) -> None:
        self._check()
        self._storage.delete_all(keys)

    def remove_abandoned(self, *, older_than: timedelta) -> int:
        return self._storage.remove_abandoned(older_than=older_than)

    def _check(self) -> None:
        if self.refuses_removal():
            raise StorageUnavailableError("connection refused")


class _FaultyUnitOfWork(WrappedUnitOfWork):
    def __init__(self, work: UnitOfWork, factory: FaultyUnitsOfWork, *, is_writing: bool) -> None:
        super().__init__(work)
        self._factory = factory
        self._is_writing = is_writing

    def commit(self) -> None:
        fault = self._factory.next_fault()
        if fault is None:
            self.work.commit()
            return
        if fault is CommitFault.UNANSWERED:
            self.work.commit()
        self._factory.faults.append(fault)
        kind = DatabaseUnavailableError if fault is CommitFault.REFUSED else AmbiguousCommitError
        raise kind("connection lost")

    def __enter__(self) -> Self:
        if self._factory.is_away():
            raise DatabaseUnavailableError("connection refused")
        if self._is_writing and self._factory.is_contended():
            raise DatabaseBusyError("canceling statement due to lock timeout")
        self.work.__enter__()
        return self

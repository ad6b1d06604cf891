"""Keeps submitted content and results."""

from abc import ABC, abstractmethod
from collections.abc import Generator
from types import TracebackType
from typing import Self


class ContentWriter(ABC):
    """One object being written. Nothing is at its key before `commit`, all of it after.

    A context manager: leaving without `commit`, by an error or not, leaves nothing behind.
    """

    @abstractmethod
    def write(self, chunk: bytes) -> None:
        """Appends `chunk`, of any length.

        Raises StorageFullError, StorageUnavailableError.
        """

    @abstractmethod
    def commit(self) -> str:
        """Makes the object durable, replacing what was at its key, and returns its ETag.

        The ETag changes whenever the content does. Raises StorageFullError,
        StorageUnavailableError; then nothing is at the key, or what was there before.
        """

    @abstractmethod
    def abort(self) -> None:
        """Forgets what was written; never raises, and does nothing after `commit`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.abort()


class FileStorage(ABC):
    """Objects by key, as in S3: written whole, read in order, never changed in place.

    Keys are relative paths of `[A-Za-z0-9._/-]` without empty, `.` or `..` parts; others
    raise ValueError, since no caller's words ever become part of a key.
    """

    @property
    @abstractmethod
    def bucket(self) -> str:
        """The name of the place that keys are in; part of the public message."""

    @abstractmethod
    def create(self, key: str, *, media_type: str) -> ContentWriter:
        """A writer for the object at `key`."""

    @abstractmethod
    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        """Yields `length` bytes from `start` (to the end when None), in order, in chunks.

        Opens lazily: nothing is fetched before the first step. A range past the end yields
        what there is. Close the generator to stop early. Raises on a step
        ContentNotFoundError when nothing is at `key`, ContentChangedError when `etag` is
        given and is not the object's, StorageUnavailableError.
        """

    @abstractmethod
    def delete(self, key: str) -> None:
        """Removes the object; a key with nothing at it is no error.

        Raises StorageUnavailableError.
        """

    @abstractmethod
    def delete_below(self, folder: str) -> None:
        """Removes every object whose key begins with `folder` and a slash.

        `folder` has a key's form; an object at that very key stays. Nothing there is no error,
        so it may be repeated. What is committed meanwhile may stay: call it when no writer is
        left. Raises StorageUnavailableError, ConfigurationError; then some objects may be gone.
        """

"""Keeps submitted content and results."""

from abc import ABC, abstractmethod
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """One object of a listing; `age` is how long ago it was written, by the storage's clock.

    That clock is never compared with another: a machine whose clock is wrong must not take a
    new object for an old one. An age is rather too low than too high.
    """

    key: str
    size_bytes: int
    age: timedelta


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

    @abstractmethod
    def list_below(self, folder: str, *, after: str | None = None) -> Generator[StoredObject]:
        """Yields the objects whose keys begin with `folder` and a slash, in the order of keys.

        Keys are compared as ASCII, character by character, the slashes too. With `after`, only
        those past that key, which may be any text and need not be there. Lazy, and holds no more
        than some thousand of them at once. What is committed or removed meanwhile may be in it
        or not; what was there all the time is. Things that no key can name are left out. Raises
        StorageUnavailableError, ConfigurationError on a step.
        """

    @abstractmethod
    def delete_all(self, keys: Sequence[str]) -> None:
        """Removes the objects, as many at once as can be; keys with nothing at them are no error.

        Raises StorageUnavailableError, ConfigurationError; then some of them may be gone, among
        them, where it can be, all that could be removed.
        """

    @abstractmethod
    def remove_abandoned(self, *, older_than: timedelta) -> int:
        """Removes what writers left that died before their commit; returns how many it was of.

        Only where nothing was written to for longer than `older_than`, which must be more than a
        living writer can be silent for. Where the storage itself does so, it is 0. Raises
        StorageUnavailableError.
        """

"""The submitted content as the engine reads it: as often as it likes, fetched once."""

from collections.abc import Generator
from contextlib import closing
from types import TracebackType
from typing import Self

from application.ports.content_engine import ContentSource
from application.ports.file_storage import FileStorage
from domain.file_state import FileState

REMEMBERED_BYTES = 8 * 1024 * 1024


class StoredSource(ContentSource):
    """Reads the content as it was when it was accepted, and remembers its beginning.

    An engine looks at the beginning before it reads, and every opening of an object is a call
    that costs money and time. So all openings share one reading of the first 8 MiB, and the
    first of them to go on takes that reading along; only another one that goes on as well
    asks the storage again, from there. For one thread; a context manager.
    """

    def __init__(self, storage: FileStorage, state: FileState) -> None:
        self._storage = storage
        self._state = state
        self._beginning: list[bytes] = []
        self._beginning_bytes = 0
        self._is_whole = False
        self._rest: Generator[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._rest is not None:
            self._rest.close()

    @property
    def size_bytes(self) -> int:
        return self._state.size_bytes

    def open(self) -> Generator[bytes]:
        index = 0
        while index < len(self._beginning) or self._remember_more():
            yield self._beginning[index]
            index += 1
        if not self._is_whole:
            with closing(self._take_rest()) as rest:
                yield from rest

    def _remember_more(self) -> bool:
        """False when there is no more, or no more of it shall be remembered."""
        if self._is_whole or self._beginning_bytes >= REMEMBERED_BYTES:
            return False
        # Not kept while it is read: one that failed looks like one that came to its end.
        rest = self._take_rest()
        chunk = next(rest, None)
        if chunk is None:
            self._is_whole = True
            return False
        self._rest = rest
        self._beginning.append(chunk)
        self._beginning_bytes += len(chunk)
        return True

    def _take_rest(self) -> Generator[bytes]:
        """What comes after the beginning, for the caller alone."""
        rest, self._rest = self._rest, None
        return rest or self._storage.open(
            self._state.key, etag=self._state.etag, start=self._beginning_bytes
        )

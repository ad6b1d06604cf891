"""Objects in memory."""

import hashlib
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.memory.manual_clock import ManualClock
from application.errors import ContentChangedError, ContentNotFoundError, StorageFullError
from application.ports.clock import Clock
from application.ports.file_storage import ContentWriter, FileStorage, StoredObject

_CHUNK_BYTES = 64 * 1024
_KEY_PART = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredObject:
    content: bytes
    media_type: str
    etag: str
    written_at: datetime


class MemoryFileStorage(FileStorage):
    """Objects in a dict; `capacity_bytes`, when set, is what all of them may hold together.

    They age by `clock`; without one they stay new.
    """

    def __init__(
        self,
        bucket: str = "memory",
        *,
        capacity_bytes: int | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._bucket = bucket
        self._clock = clock or ManualClock()
        self._objects: dict[str, _StoredObject] = {}
        self.capacity_bytes = capacity_bytes

    @property
    def bucket(self) -> str:
        return self._bucket

    @property
    def keys(self) -> frozenset[str]:
        """The keys at which there is an object."""
        return frozenset(self._objects)

    def create(self, key: str, *, media_type: str) -> "MemoryContentWriter":
        return MemoryContentWriter(self, _checked(key), media_type)

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        stored = self._objects.get(_checked(key))
        if stored is None:
            raise ContentNotFoundError(key)
        if etag is not None and etag != stored.etag:
            raise ContentChangedError(key)
        stop = len(stored.content) if length is None else start + length
        wanted = stored.content[start:stop]
        for position in range(0, len(wanted), _CHUNK_BYTES):
            yield wanted[position : position + _CHUNK_BYTES]

    def delete(self, key: str) -> None:
        self._objects.pop(_checked(key), None)

    def delete_below(self, folder: str) -> None:
        beginning = f"{_checked(folder)}/"
        for key in tuple(self._objects):
            if key.startswith(beginning):
                self._objects.pop(key, None)

    def list_below(self, folder: str, *, after: str | None = None) -> Generator[StoredObject]:
        beginning = f"{_checked(folder)}/"
        now = self._clock.now()
        for key in sorted(self._objects):
            stored = self._objects.get(key)
            if stored is None or not key.startswith(beginning) or key <= (after or ""):
                continue
            yield StoredObject(key=key, size_bytes=len(stored.content), age=now - stored.written_at)

    def delete_all(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.delete(key)

    def remove_abandoned(self, *, older_than: timedelta) -> int:
        """0: what a writer had is gone with it."""
        del older_than
        return 0

    def check_room(self, size_bytes: int) -> None:
        """Raises StorageFullError when that many bytes more are too many."""
        used = sum(len(stored.content) for stored in tuple(self._objects.values()))
        if self.capacity_bytes is not None and used + size_bytes > self.capacity_bytes:
            raise StorageFullError(f"{used + size_bytes} bytes exceed {self.capacity_bytes}")

    def put(self, key: str, content: bytes, media_type: str) -> str:
        """Stores the object in one step, and returns its ETag."""
        etag = hashlib.sha256(content).hexdigest()
        self._objects[key] = _StoredObject(
            content=content, media_type=media_type, etag=etag, written_at=self._clock.now()
        )
        return etag


class MemoryContentWriter(ContentWriter):
    """Collects an object's bytes until they are stored at once."""

    def __init__(self, storage: MemoryFileStorage, key: str, media_type: str) -> None:
        self._storage = storage
        self._key = key
        self._media_type = media_type
        self._content = bytearray()

    def write(self, chunk: bytes) -> None:
        self._storage.check_room(len(self._content) + len(chunk))
        self._content += chunk

    def commit(self) -> str:
        return self._storage.put(self._key, bytes(self._content), self._media_type)

    def abort(self) -> None:
        self._content.clear()


def _checked(key: str) -> str:
    if not all(_KEY_PART.fullmatch(part) for part in key.split("/")):
        raise ValueError(f"not a key: {key!r}")
    return key

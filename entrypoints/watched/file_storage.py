"""Watched objects."""

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import timedelta
from typing import TypeVar

from application.ports.file_storage import ContentWriter, FileStorage, StoredObject
from entrypoints.watched.calls import CallWatch, Dependency, watched, watched_for_errors

Item = TypeVar("Item")

_DELETED_AT_ONCE = 100


class WatchedFileStorage(FileStorage):
    """The objects of `storage`; each chunk that is read or written is seen."""

    def __init__(self, storage: FileStorage, watch: CallWatch) -> None:
        self._storage = storage
        self._watch = watch

    @property
    def bucket(self) -> str:
        return self._storage.bucket

    def create(self, key: str, *, media_type: str) -> ContentWriter:
        with watched_for_errors(self._watch, Dependency.STORAGE_WRITES):
            writer = self._storage.create(key, media_type=media_type)
        return _WatchedWriter(writer, self._watch)

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        # What the reader does between two chunks is none of the storage's business.
        yield from self._seen(self._storage.open(key, etag=etag, start=start, length=length))

    def delete(self, key: str) -> None:
        with watched(self._watch, Dependency.STORAGE):
            self._storage.delete(key)

    def delete_below(self, folder: str) -> None:
        with watched(self._watch, Dependency.STORAGE):
            self._storage.delete_below(folder)

    def list_below(self, folder: str, *, after: str | None = None) -> Generator[StoredObject]:
        yield from self._seen(self._storage.list_below(folder, after=after))

    def delete_all(self, keys: Sequence[str]) -> None:
        # Some at a time, because a slow disk takes a while for each, and must not look hung.
        for start in range(0, len(keys), _DELETED_AT_ONCE):
            with watched(self._watch, Dependency.STORAGE):
                self._storage.delete_all(keys[start : start + _DELETED_AT_ONCE])

    def remove_abandoned(self, *, older_than: timedelta) -> int:
        with watched(self._watch, Dependency.STORAGE):
            return self._storage.remove_abandoned(older_than=older_than)

    def _seen(self, items: Generator[Item]) -> Generator[Item]:
        with closing(items):
            while True:
                with watched(self._watch, Dependency.STORAGE):
                    item = next(items, None)
                if item is None:
                    return
                yield item


class _WatchedWriter(ContentWriter):
    def __init__(self, writer: ContentWriter, watch: CallWatch) -> None:
        self._writer = writer
        self._watch = watch

    def write(self, chunk: bytes) -> None:
        with watched_for_errors(self._watch, Dependency.STORAGE_WRITES):
            self._writer.write(chunk)
        # It may have been put into a buffer: whether it is kept shows at the commit.
        self._watch.go_on()

    def commit(self) -> str:
        with watched(self._watch, Dependency.STORAGE_WRITES):
            return self._writer.commit()

    def abort(self) -> None:
        self._writer.abort()
        # It hides its errors, so that it came back says nothing.
        self._watch.go_on()

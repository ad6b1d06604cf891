"""Objects as plain files below one folder."""

import os
from collections.abc import Generator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from adapters.local.content_etag import fits
from adapters.local.disk_content_writer import DiskContentWriter
from adapters.local.errors import translated
from adapters.local.folders import empty_folder, prune_folders
from adapters.local.object_listing import KEY_PART, objects_below
from application.errors import (
    ContentChangedError,
    ContentNotFoundError,
    StorageUnavailableError,
)
from application.ports.file_storage import FileStorage, StoredObject

_CHUNK_BYTES = 256 * 1024
# No key can contain a tilde, so no object is ever among the partial files.
_PARTIALS = ".partial~"
_NOTHING_THERE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class DiskFileStorage(FileStorage):
    """Keeps the object at a key in the file of that path below `root`.

    Content is durable at commit: the file and every new folder's name are synced. `root`
    must exist; while it does not, everything is StorageUnavailableError, for it may be a
    disk that is not mounted, and a new empty root would hide what is stored there.
    A key cannot be another key's folder: with something at `a/b`, nothing can be at `a`.
    ETags are explained in `content_etag`.
    """

    def __init__(self, root: Path, *, bucket: str = "local") -> None:
        self._root = root
        self._bucket = bucket

    @property
    def bucket(self) -> str:
        return self._bucket

    def create(self, key: str, *, media_type: str) -> DiskContentWriter:
        """A writer for the object at `key`; a file has no place for its media type."""
        target = self._path(key)
        return DiskContentWriter(self._root, partials=self._root / _PARTIALS, target=target)

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        with self._open_file(key) as file:
            if etag is not None:
                with translated():
                    is_same = fits(etag, file)
                if not is_same:
                    raise ContentChangedError(key)
            yield from _read(file, start, length)

    def delete(self, key: str) -> None:
        path = self._path(key)
        with translated():
            try:
                path.unlink()
            except _NOTHING_THERE:
                self._check_root()
                return
            prune_folders(self._root, path.parent)

    def delete_below(self, folder: str) -> None:
        path = self._path(folder)
        with translated():
            if not path.is_dir():
                self._check_root()
                return
            empty_folder(path)
            prune_folders(self._root, path)

    def list_below(self, folder: str, *, after: str | None = None) -> Generator[StoredObject]:
        path = self._path(folder)
        with translated():
            now = self._now()
        for key, status in objects_below(path, f"{folder}/", after=after or ""):
            age = timedelta(seconds=max(0.0, now - status.st_mtime))
            yield StoredObject(key=key, size_bytes=status.st_size, age=age)

    def delete_all(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.delete(key)

    def remove_abandoned(self, *, older_than: timedelta) -> int:
        """As the port says; a partial file's age is the time since it was last written to."""
        with translated():
            now = self._now()
            abandoned = [
                partial
                for partial in self._partials()
                if now - partial.lstat().st_mtime > older_than.total_seconds()
            ]
            for partial in abandoned:
                partial.unlink(missing_ok=True)
        return len(abandoned)

    def sweep_partials(self) -> int:
        """Removes what writers that died left unfinished; returns how many objects it was.

        Only while no writer is alive. What no writer made is left alone.
        """
        with translated():
            self._check_root()
            partials = self._partials()
            for partial in partials:
                partial.unlink()
        return len(partials)

    def _partials(self) -> list[Path]:
        found = (self._root / _PARTIALS).glob("*")
        return [path for path in found if DiskContentWriter.is_partial(path)]

    def _now(self) -> float:
        """The time by the clock that dates the files, which on a shared disk is not ours."""
        self._check_root()
        folder = self._root / _PARTIALS
        folder.mkdir(exist_ok=True)
        # Takes no room, as a new file might: a full disk is when collecting matters most.
        os.utime(folder)
        return folder.stat().st_mtime

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if not all(KEY_PART.fullmatch(part) for part in parts):
            raise ValueError(f"not a key: {key!r}")
        return self._root.joinpath(*parts)

    def _open_file(self, key: str) -> BinaryIO:
        path = self._path(key)
        with translated():
            try:
                return path.open("rb")
            except _NOTHING_THERE as error:
                self._check_root()
                raise ContentNotFoundError(key) from error

    def _check_root(self) -> None:
        if not self._root.is_dir():
            raise StorageUnavailableError("the storage folder is gone")


def _read(file: BinaryIO, start: int, length: int | None) -> Generator[bytes]:
    left = length
    with translated():
        file.seek(start)
    while left is None or left > 0:
        wanted = _CHUNK_BYTES if left is None else min(left, _CHUNK_BYTES)
        with translated():
            chunk = file.read(wanted)
        if not chunk:
            return
        yield chunk
        left = None if left is None else left - len(chunk)

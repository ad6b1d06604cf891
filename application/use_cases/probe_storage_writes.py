"""Asks whether the storage keeps what is written."""

from contextlib import suppress

from application.errors import DependencyError
from application.ports.file_storage import FileStorage
from application.ports.probe import PROBE_FOLDER

WRITTEN_KEY = f"{PROBE_FOLDER}/written"
_CHUNK = bytes(64 * 1024)
_CHUNKS = 4
"""A disk that is full often has room for a few bytes, and for no result."""


class ProbeStorageWrites:
    """Writes a small object and removes it again; what a process that dies leaves is collected.

    A storage that is full, or read-only, gives out all that it has: only a write shows it.
    """

    def __init__(self, *, storage: FileStorage) -> None:
        self._storage = storage

    def __call__(self) -> None:
        """Returns when the object was kept; raises DependencyError."""
        # One key for all: two processes that write and remove it at once do no harm.
        with self._storage.create(WRITTEN_KEY, media_type="application/octet-stream") as writer:
            for _ in range(_CHUNKS):
                writer.write(_CHUNK)
            writer.commit()
        # That it was kept is the answer; whoever may not remove it leaves it to the collector.
        with suppress(DependencyError):
            self._storage.delete(WRITTEN_KEY)

"""Asks whether the storage answers."""

from contextlib import closing, suppress

from application.errors import ContentNotFoundError
from application.ports.file_storage import FileStorage
from application.ports.probe import PROBE_FOLDER

NOTHING_KEY = f"{PROBE_FOLDER}/nothing"


class ProbeStorage:
    """Asks for an object that nobody ever stores: leaves nothing behind, and moves no content."""

    def __init__(self, *, storage: FileStorage) -> None:
        self._storage = storage

    def __call__(self) -> None:
        """Returns when the storage says that there is none; raises DependencyError."""
        with closing(self._storage.open(NOTHING_KEY)) as chunks, suppress(ContentNotFoundError):
            next(chunks, None)

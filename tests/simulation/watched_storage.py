"""The storage, whose every change is shown to those who check it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.memory.file_storage import MemoryFileStorage
from application.errors import ContentNotFoundError
from application.ports.clock import Clock

if TYPE_CHECKING:
    from tests.simulation.watch import Watch


class WatchedStorage(MemoryFileStorage):
    """Objects that nobody changes unseen."""

    def __init__(self, watch: "Watch", clock: Clock) -> None:
        super().__init__(clock=clock)
        self._watch = watch

    def put(self, key: str, content: bytes, media_type: str) -> str:
        etag = super().put(key, content, media_type)
        self._watch.object_put(key, content)
        return etag

    def delete(self, key: str) -> None:
        super().delete(key)
        self._watch.objects_removed()

    def delete_below(self, folder: str) -> None:
        super().delete_below(folder)
        self._watch.objects_removed()

    def delete_all(self, keys: Sequence[str]) -> None:
        ages = {found.key: found.age for found in self.list_below("uploads")}
        ages |= {found.key: found.age for found in self.list_below("results")}
        super().delete_all(keys)
        self._watch.collected({key: ages[key] for key in keys if key in ages})
        self._watch.objects_removed()

    def content_at(self, key: str) -> bytes | None:
        """The bytes at that key, None when there is nothing."""
        try:
            return b"".join(self.open(key))
        except ContentNotFoundError:
            return None

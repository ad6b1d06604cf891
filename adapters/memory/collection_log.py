"""How far the collection has come, in memory."""

from contextlib import AbstractContextManager, nullcontext

from application.ports.collection_log import Collection, CollectionLog
from domain.epoch import Epoch


class MemoryCollectionLog(CollectionLog):
    """Two values, each replaced as a whole; `guard` is for threads."""

    def __init__(self, *, guard: AbstractContextManager[object] | None = None) -> None:
        self._newest: Collection | None = None
        self._epoch: Epoch | None = None
        self._guard = guard or nullcontext()

    def newest(self) -> Collection | None:
        return self._newest

    def record(self, collection: Collection) -> None:
        self._newest = collection

    def epoch(self) -> Epoch | None:
        return self._epoch

    def record_epoch(self, epoch: Epoch, *, instead_of: Epoch | None) -> bool:
        with self._guard:
            is_ours = self._epoch == instead_of
            if is_ours:
                self._epoch = epoch
        return is_ours

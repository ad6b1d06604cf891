"""How far the collection has come, in memory."""

from application.ports.collection_log import Collection, CollectionLog


class MemoryCollectionLog(CollectionLog):
    """One value, which is replaced as a whole."""

    def __init__(self) -> None:
        self._newest: Collection | None = None

    def newest(self) -> Collection | None:
        return self._newest

    def record(self, collection: Collection) -> None:
        self._newest = collection

"""How far the collection of garbage has come, and for which records, known to all processes."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime

from domain.epoch import Epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection: begun at `began_at`, by the database's time.

    `position` is the key up to which the storage was looked through, None before the first.
    """

    began_at: datetime
    position: str | None = None
    is_over: bool = False


class CollectionLog(ABC):
    """Remembers the newest collection, and no other, in a transaction of its own each time.

    It shares out work and guards nothing: two processes that record at once overwrite each
    other, and then some keys are looked at twice. The epoch beside it is guarded: of two that
    replace the same one, one does. All methods raise DatabaseUnavailableError.
    """

    @abstractmethod
    def newest(self) -> Collection | None:
        """What was recorded last; None when nothing ever was."""

    @abstractmethod
    def record(self, collection: Collection) -> None:
        """Replaces what was recorded."""

    @abstractmethod
    def epoch(self) -> Epoch | None:
        """What these records say of themselves; None when nothing was recorded yet.

        It is kept with the records, so that it is set back when they are.
        """

    @abstractmethod
    def record_epoch(self, epoch: Epoch, *, instead_of: Epoch | None) -> bool:
        """Replaces that epoch, None for the very first; False when another is recorded.

        They are told apart by installation, number and the time of comparison.
        """

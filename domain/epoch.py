"""Whether records and storage belong together, told by a number that both of them bear.

The database advances its number first and the storage's after it, so that of the two the
storage's is never ahead, whatever dies in between: where it is, the records were set back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

COMPARE_EVERY = timedelta(minutes=10)
"""Records that were set back by less than this may pass unnoticed."""

PAUSE = timedelta(hours=48)
"""How long nothing is collected after records were set back: time for people to act."""


class Belonging(StrEnum):
    """What a comparison has shown."""

    TOGETHER = "together"

    SET_BACK = "set_back"
    """The storage knows a later number, or none any more: one of the two is not what it was."""

    PAUSED = "paused"
    """They were set back not long ago, or shared."""

    SHARED = "shared"
    """Another installation keeps its objects in the same storage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """What the records say: whose they are, at which number, and until when nothing is collected.

    The number is 0 until the storage was seen to have it.
    """

    installation: UUID
    number: int
    compared_at: datetime
    paused_until: datetime | None = None

    def is_paused(self, *, at: datetime) -> bool:
        """True while nothing may be collected."""
        return self.paused_until is not None and at < self.paused_until

    def was_compared_lately(self, *, at: datetime) -> bool:
        """True when the next comparison can wait."""
        return at - self.compared_at < COMPARE_EVERY


def compare(epoch: Epoch, stored: Mapping[UUID, int], *, at: datetime) -> tuple[Belonging, Epoch]:
    """What the storage's numbers, by installation, mean; and what the records are to say next."""
    own = stored.get(epoch.installation)
    compared = replace(epoch, compared_at=at)
    if _is_ahead(own, epoch):
        number = max(own or 0, epoch.number)
        return Belonging.SET_BACK, replace(compared, number=number, paused_until=at + PAUSE)
    if stored.keys() - {epoch.installation}:
        until = max(epoch.paused_until or at, at + COMPARE_EVERY)
        return Belonging.SHARED, replace(compared, paused_until=until)
    if epoch.is_paused(at=at):
        return Belonging.PAUSED, compared
    number = epoch.number if own is None else epoch.number + 1
    return Belonging.TOGETHER, replace(compared, number=number, paused_until=None)


def _is_ahead(own: int | None, epoch: Epoch) -> bool:
    # A number that vanished may have been any, but for the first, which was not written yet.
    return epoch.number > 0 if own is None else own > epoch.number

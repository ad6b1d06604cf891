"""Who erases a file, and when its bytes are removed: at once, and once more after a while."""

from datetime import datetime, timedelta
from enum import StrEnum

LATE_WRITERS_GONE_AFTER = timedelta(hours=1)
"""A worker learns within a lease that the file is no longer its own, and writes no more."""


class ErasedBy(StrEnum):
    """On whose word a file is erased, as its history tells."""

    USER = "user"
    RETENTION = "retention"


def next_removal(erased_at: datetime, *, began_at: datetime) -> datetime | None:
    """When to remove once more, after a removal that began at `began_at`; None: never again.

    What a late worker stored behind the back of the first removal, and did not live to take
    away itself, is what the last one finds.
    """
    last_due_at = erased_at + LATE_WRITERS_GONE_AFTER
    return None if began_at >= last_due_at else last_due_at

"""How long things are kept once nothing happens to them any more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.file_state import FileState

LEAST_TOMBSTONE_AGE = timedelta(days=31)
"""Messages about a file live for two weeks at most, and idempotency keys for thirty days: what
may still name a file must find its tombstone, or it would be taken for a stranger's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """How long finished files, tombstones and so on stay; None is for ever.

    A finished file's time runs from its last end, so that a reprocessed one starts anew; a
    tombstone's from its erasure. Raises ValueError for tombstones younger than
    LEAST_TOMBSTONE_AGE and keys that would outlive them.
    """

    finished_files: timedelta | None = None
    tombstones: timedelta | None = None
    idempotency_keys: timedelta = timedelta(days=7)
    sent_messages: timedelta = timedelta(hours=24)

    def __post_init__(self) -> None:
        if self.tombstones is not None and self.tombstones < LEAST_TOMBSTONE_AGE:
            raise ValueError(f"tombstones are kept for {LEAST_TOMBSTONE_AGE.days} days at least")
        if self.idempotency_keys >= LEAST_TOMBSTONE_AGE:
            raise ValueError("idempotency keys would outlive the tombstones that they name")

    def finished_before(self, at: datetime) -> datetime | None:
        """Files that finished before this are to be erased at `at`; None: none are."""
        return None if self.finished_files is None else at - self.finished_files

    def has_run_out(self, state: FileState, *, at: datetime) -> bool:
        """True when that finished file is to be erased."""
        moment, ended_at = self.finished_before(at), state.processed_at
        if moment is None or ended_at is None or state.is_erased:
            return False
        return ended_at < moment

"""What happened to a file: one event for every move, and so one line of its history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.file_status import FileStatus, Outcome


class FileEventName(StrEnum):
    """The past tense of each verb; a start that replaces a dead worker has its own name."""

    RECEIVED = "file_received"
    STARTED = "file_started"
    TAKEN_OVER = "file_taken_over"
    RELEASED = "file_released"
    RETRY_SCHEDULED = "file_retry_scheduled"
    COMPLETED = "file_completed"
    REJECTED = "file_rejected"
    DEAD_LETTERED = "file_dead_lettered"
    CANCELLED = "file_cancelled"
    REPROCESSED = "file_reprocessed"
    ERASED = "file_erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEvent:
    """One move of one file, as kept in its history and published when it is the last.

    `seconds` is how long the file had been in the status it left; `details` holds the
    few facts that belong to this kind of move alone (lease owner, row counts, next try).
    """

    name: FileEventName
    file_id: UUID
    tenant: str
    at: datetime
    generation: int
    attempt: int
    from_status: FileStatus | None
    to_status: FileStatus
    seconds: float
    outcome: Outcome | None = None
    error_code: str | None = None
    error_message: str | None = None
    details: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def is_terminal(self) -> bool:
        """True for the one event that ends a generation."""
        return self.to_status.is_final and not (
            self.from_status is not None and self.from_status.is_final
        )

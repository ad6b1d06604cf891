"""What the records say of the service as a whole, over all tenants."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.events import FileEventName
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome

COUNTED_MOVES = frozenset(FileEventName) - {FileEventName.RECEIVED, FileEventName.STARTED}
"""The moves that can be counted: those that not every file makes to begin with."""


class Happening(StrEnum):
    """What is counted although no file's history tells of it."""

    FENCED = "fenced"
    """An attempt had lost its lease, or found that its file had gone on without it."""

    REPUBLISHED = "file_republished"
    """The reconciler repeated a message that was lost."""

    SENT_AGAIN = "dead_letter_sent_again"
    """A dead letter of an unfinished file was replaced by a new message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDone:
    """What came to its end in a while: how many files by outcome, and what was in those read.

    Rows and bytes are of files that were completed or rejected; the bytes are those submitted.
    A file that ended twice, because it was reprocessed, counts twice.
    """

    ended: Mapping[Outcome, int]
    rows_accepted: int
    rows_rejected: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxBacklog:
    """The messages that have not left, and when the oldest of them was written."""

    unsent: int
    oldest_at: datetime | None


class Statistics(ABC):
    """Counts over files, their history and the outbox, within one unit of work.

    What it costs depends on what is unfinished, on what has happened lately and on the bounds
    that are given, never on how many files there are. Any method may raise
    DatabaseUnavailableError.
    """

    @abstractmethod
    def unfinished(self, *, at_most: int) -> Mapping[FileStatus, int]:
        """How many files are PENDING and PROCESSING, of the `at_most` that wait the longest."""

    @abstractmethod
    def oldest_unfinished(self) -> FileState | None:
        """The unfinished file whose generation began first; None when all are finished."""

    @abstractmethod
    def ended(self, *, at_most: int) -> Mapping[Outcome, int]:
        """How many files there are of each outcome, erased ones apart; of each, `at_most`."""

    @abstractmethod
    def moves(
        self, names: Collection[FileEventName], *, since: datetime
    ) -> Mapping[FileEventName, int]:
        """How often each of these happened at `since` or later; erased files' moves count.

        Only for COUNTED_MOVES; raises ValueError for others.
        """

    @abstractmethod
    def note(self, happening: Happening, *, times: int = 1) -> None:
        """Counts it at the present, once this unit of work is committed."""

    @abstractmethod
    def happenings(self, *, since: datetime) -> Mapping[Happening, int]:
        """How often each happened at `since` or later."""

    @abstractmethod
    def forget_happenings(self, *, before: datetime, limit: int) -> int:
        """Removes the notes of before then, at most `limit`; how many."""

    @abstractmethod
    def work_done(self, *, since: datetime) -> WorkDone:
        """What ended at `since` or later."""

    @abstractmethod
    def outbox_backlog(self, *, at_most: int) -> OutboxBacklog:
        """The messages of every topic that wait to be sent; counts no more than `at_most`."""


def check_counted(names: Collection[FileEventName]) -> None:
    """Raises ValueError for a move that is not counted."""
    if others := set(names) - COUNTED_MOVES:
        raise ValueError(f"{sorted(others)} are not counted")

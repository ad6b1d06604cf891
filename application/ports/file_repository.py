"""The record of every file."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.events import FileEvent
from domain.file import File
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome
from domain.file_type import FileType
from domain.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFilter:
    """Which of a tenant's files are wanted; None means any.

    `schema_name` is a name without version, and `schema_version` one version of that schema.
    `name_prefix` compares the original name case-sensitively; a text that no file can have
    matches nothing. `created_after` and `created_before` exclude the moment itself.
    Erased files are never listed.
    """

    status: FileStatus | None = None
    outcome: Outcome | None = None
    file_type: FileType | None = None
    schema_name: str | None = None
    schema_version: int | None = None
    name_prefix: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """Some files of a list, and how many the whole list has."""

    items: tuple[FileState, ...]
    total: int


class FileRepository(ABC):
    """Files by id, within one unit of work; what it changes becomes true at commit.

    Any method may raise DatabaseUnavailableError.
    """

    @abstractmethod
    def add(self, file: File) -> None:
        """Stores a new file and its events as history."""

    @abstractmethod
    def get(self, tenant: str, file_id: UUID) -> File:
        """The tenant's file, erased ones included; raises UnknownFileError."""

    @abstractmethod
    def lock(self, tenant: str, file_id: UUID) -> File:
        """As `get`, and nobody else can change the file before this unit of work ends."""

    @abstractmethod
    def lock_for_worker(self, file_id: UUID) -> File:
        """As `lock` for whichever tenant: messages name only the file, the row its tenant."""

    @abstractmethod
    def find_all(self, file_ids: Collection[UUID]) -> Sequence[FileState]:
        """Those of these files that are known, of whichever tenant, erased ones included.

        In any order; some thousand ids at most.
        """

    @abstractmethod
    def save(self, file: File) -> None:
        """Stores a changed file and appends its events to its history.

        Saving an erased file removes the error messages from all of its history.
        Raises ConcurrentUpdateError when the stored version is not `file.loaded_version`;
        then nothing is changed.
        """

    @abstractmethod
    def list(self, tenant: str, wanted: FileFilter, *, offset: int, limit: int) -> FilePage:
        """The tenant's files, newest first (the higher id first among equals)."""

    @abstractmethod
    def history(self, tenant: str, file_id: UUID) -> Sequence[FileEvent]:
        """Every event of the file, oldest first; raises UnknownFileError."""

    @abstractmethod
    def renew_lease(self, file_id: UUID, *, attempt: int, expires_at: datetime) -> bool:
        """Moves the lease's end; False when the attempt is no longer the file's or is over.

        Changes no version, no update time and no history; so do the next four.
        """

    @abstractmethod
    def report_progress(self, file_id: UUID, *, attempt: int, progress: Progress) -> bool:
        """Records how far the attempt has come; False as in `renew_lease`."""

    @abstractmethod
    def note_published(self, file_ids: Sequence[UUID], *, at: datetime) -> None:
        """Records when a work message of these files last left for the queue."""

    @abstractmethod
    def note_republished(self, file_ids: Sequence[UUID]) -> None:
        """Counts one republication more of each of these files."""

    @abstractmethod
    def expire_leases(self, *, owner: str | None, at: datetime) -> int:
        """Ends the live leases of `owner`, or of everybody, and returns how many there were.

        Only for workers known to be dead.
        """

    @abstractmethod
    def stranded(
        self,
        *,
        published_before: Sequence[datetime],
        at: datetime,
        after: UUID | None,
        limit: int,
    ) -> Sequence[FileState]:
        """Unfinished files that nothing will ever look at, by id, from the one past `after`.

        Such a file has no live lease at `at`, no unsent message of work, is due, and was last
        published before `published_before[n]`, or never and was last moved before it, where n
        is its republications; the last of them is for all files that were republished more. So
        a single moment is for every file, however often it was republished.
        """

    @abstractmethod
    def finished_before(self, moment: datetime, *, limit: int) -> Sequence[FileState]:
        """Files of all tenants whose end was before `moment`, the oldest first; none is erased."""

    @abstractmethod
    def delete_tombstones(self, *, before: datetime, limit: int) -> int:
        """Forgets at most `limit` files erased before `before`, with their history; how many.

        Those of which storage may still have something stay.
        """

    @abstractmethod
    def due_for_removal(self, *, at: datetime, limit: int) -> Sequence[FileState]:
        """Erased files of all tenants whose `removal_due_at` has come, the longest due first."""

    @abstractmethod
    def plan_removal(self, file_id: UUID, *, due_at: datetime | None) -> None:
        """Records when storage is to lose what it still has of an erased file; None: never again.

        Does nothing to a file that is not erased. Changes no version and no history.
        """

    @abstractmethod
    def count_unfinished(self) -> int:
        """How many files of all tenants are PENDING or PROCESSING."""

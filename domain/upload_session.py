"""The aggregate of an upload that comes in parts, and is no file before it is whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.errors import (
    EmptyFileError,
    FileTooLargeError,
    UnknownPartError,
    UploadCompletedError,
    UploadEndedError,
)
from domain.file_state import SchemaReference
from domain.part_plan import PART_BYTES, PartPlan
from domain.processing_options import ProcessingOptions

LIFETIME: Final = timedelta(hours=24)
"""After this nothing more is taken for an upload. Buckets drop unfinished parts a day after their
upload began, and not before."""

SWEPT_AFTER: Final = timedelta(hours=1)
"""So long after its end an upload that has expired is swept away: what was asked for in time, the
reading of some gigabytes for one, may come to its end."""


class UploadStatus(StrEnum):
    """What has become of an upload. All but the first are its end."""

    OPEN = "open"
    COMPLETED = "completed"
    ABORTED = "aborted"
    EXPIRED = "expired"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSessionPolicy:
    """The operator's limits: how large an upload may be, how many a tenant may have open."""

    max_bytes: int = 5 * 1024 * 1024 * 1024
    max_open: int = 100
    part_bytes: int = PART_BYTES

    def plan(self, size_bytes: int) -> PartPlan:
        """The parts of an upload; raises EmptyFileError, FileTooLargeError."""
        if size_bytes < 1:
            raise EmptyFileError
        if size_bytes > self.max_bytes:
            raise FileTooLargeError(max_bytes=self.max_bytes)
        return PartPlan.of(size_bytes, part_bytes=self.part_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSessionState:
    """Everything known of one upload; `id` is the one that its file will have.

    `handle` is the storage's own word for the upload, None where the parts come to us. Once it
    has ended, ids, sizes and times are left: what it was called lives on with its file alone.
    `refusal` is the code of what was wrong with the content, where it was refused.
    """

    id: UUID
    tenant: str
    status: UploadStatus = UploadStatus.OPEN
    original_name: str
    key: str
    handle: str | None
    size_bytes: int
    part_bytes: int
    sha256: str | None
    schema: SchemaReference | None = None
    options: ProcessingOptions = ProcessingOptions()
    metadata: Mapping[str, str] = field(default_factory=dict)
    parent_id: UUID | None = None
    trace_parent: str | None = None
    refusal: str | None = None
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None

    @property
    def plan(self) -> PartPlan:
        """Its parts."""
        return PartPlan(size_bytes=self.size_bytes, part_bytes=self.part_bytes)

    @property
    def is_open(self) -> bool:
        """True until it has ended."""
        return self.status is UploadStatus.OPEN


class UploadSession:
    """An upload in parts. Its state is read as a value and changed by verbs alone.

    Each verb ends it, once and for all.
    """

    __slots__ = ("_state",)

    def __init__(self, state: UploadSessionState) -> None:
        """A new upload, or one as it was stored."""
        self._state = state

    @property
    def state(self) -> UploadSessionState:
        """All that is known of it now."""
        return self._state

    def complete(self, *, at: datetime) -> None:
        """It has become the file of its id. Raises UploadCompletedError, UploadEndedError."""
        self.check_open()
        self._end(UploadStatus.COMPLETED, at)

    def refuse(self, code: str, *, at: datetime) -> None:
        """Its content cannot be a file, for the reason of that code; raises as `complete`."""
        self.check_open()
        self._end(UploadStatus.REFUSED, at, refusal=code)

    def abort(self, *, at: datetime) -> None:
        """Its caller wants no more of it; aborting what has ended is nothing.

        Raises UploadCompletedError once it is a file, which is another thing to delete.
        """
        if self._state.status is UploadStatus.COMPLETED:
            raise UploadCompletedError(self._state.id)
        if self._state.is_open:
            self._end(UploadStatus.ABORTED, at)

    def expire(self, *, at: datetime) -> None:
        """Its time has long been over; nothing if it has ended, or may still be completed."""
        if self._state.is_open and at >= self._state.expires_at + SWEPT_AFTER:
            self._end(UploadStatus.EXPIRED, at)

    def check_open(self) -> None:
        """Raises UploadCompletedError or UploadEndedError when it has ended."""
        if self._state.status is UploadStatus.COMPLETED:
            raise UploadCompletedError(self._state.id)
        if not self._state.is_open:
            raise UploadEndedError(self._state.id, how=self._state.status)

    def check_takes(self, *, at: datetime) -> None:
        """As `check_open`, for what is only asked now: raises UploadEndedError once expired."""
        self.check_open()
        if at >= self._state.expires_at:
            raise UploadEndedError(self._state.id, how=UploadStatus.EXPIRED)

    def check_part(self, number: int) -> None:
        """Raises UnknownPartError when it has no such part."""
        plan = self._state.plan
        if not plan.has(number):
            raise UnknownPartError(number, count=plan.count)

    def _end(self, status: UploadStatus, at: datetime, *, refusal: str | None = None) -> None:
        self._state = replace(
            self._state,
            status=status,
            original_name="",
            key="",
            handle=None,
            sha256=None,
            metadata={},
            refusal=refusal,
            ended_at=at,
        )

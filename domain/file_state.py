"""Everything that is known of one file at one moment, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.file_head import Compression
from domain.file_status import FileStatus, Outcome
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.processing_report import RowCounts
from domain.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaReference:
    """One immutable version of a registered schema."""

    name: str
    version: int

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right of one worker to work on a file until a moment of database time."""

    owner: str
    expires_at: datetime

    def is_live(self, at: datetime) -> bool:
        """True while the owner may still be at work."""
        return at < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFile:
    """One file made from the submitted one; `rows` is None where rows make no sense."""

    name: str
    media_type: str
    key: str
    etag: str
    size_bytes: int
    sha256: str
    rows: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """One file, all of it. Changed only through the verbs of `File`.

    `generation` counts what users asked for (the upload, then each reprocessing), `attempt`
    counts starts over the whole life and fences off late writers, `starts` counts those since
    the last outcome, `failures` and `retries` are the budgets of `RetryPolicy`,
    `republications` counts the messages repeated since a worker last began. `version` rises
    with every move. `removal_due_at` is when storage is to lose what it still has of an
    erased file. Times are UTC and the database's.
    """

    id: UUID
    tenant: str
    original_name: str
    bucket: str
    key: str
    etag: str
    file_type: FileType
    size_bytes: int
    sha256: str
    created_at: datetime
    updated_at: datetime
    generation_started_at: datetime
    next_attempt_at: datetime
    compression: Compression | None = None
    options: ProcessingOptions = ProcessingOptions()
    schema: SchemaReference | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    parent_id: UUID | None = None
    trace_parent: str | None = None
    status: FileStatus = FileStatus.PENDING
    outcome: Outcome | None = None
    error_code: str | None = None
    error_message: str | None = None
    rows: RowCounts | None = None
    results: tuple[ResultFile, ...] = ()
    progress: Progress = Progress(bytes_read=0, rows_read=0)
    generation: int = 1
    attempt: int = 0
    failures: int = 0
    retries: int = 0
    starts: int = 0
    republications: int = 0
    lease: Lease | None = None
    published_at: datetime | None = None
    processed_at: datetime | None = None
    erased_at: datetime | None = None
    removal_due_at: datetime | None = None
    version: int = 1

    @property
    def media_type(self) -> str:
        """The name in HTTP of the bytes as they were submitted."""
        return self.file_type.media_type if self.compression is None else "application/gzip"

    @property
    def is_final(self) -> bool:
        """True when nothing more happens to the file by itself."""
        return self.status.is_final

    @property
    def is_erased(self) -> bool:
        """True when only the tombstone is left."""
        return self.erased_at is not None

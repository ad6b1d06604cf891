"""One transaction: everything in it happens, or nothing does."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from application.ports.dead_lettered_files import DeadLetteredFiles
from application.ports.file_repository import FileRepository
from application.ports.idempotency_keys import IdempotencyKeys
from application.ports.outbox import Outbox
from application.ports.schema_repository import SchemaRepository
from application.ports.statistics import Statistics
from application.ports.upload_sessions import UploadSessions
from domain.events import FileEvent


class UnitOfWork(ABC):
    """A transaction that has begun; a context manager that rolls back unless committed.

    Belongs to one thread. No other port is called while it is open: nothing does network
    I/O inside a transaction.
    """

    @property
    @abstractmethod
    def files(self) -> FileRepository:
        """The files."""

    @property
    @abstractmethod
    def dead_lettered_files(self) -> DeadLetteredFiles:
        """The files that were given up, for operators: of all tenants."""

    @property
    @abstractmethod
    def statistics(self) -> Statistics:
        """What can be counted, for operators: over all tenants."""

    @property
    @abstractmethod
    def outbox(self) -> Outbox:
        """The messages to be sent."""

    @property
    @abstractmethod
    def schemas(self) -> SchemaRepository:
        """The schemas."""

    @property
    @abstractmethod
    def idempotency_keys(self) -> IdempotencyKeys:
        """The idempotency keys."""

    @property
    @abstractmethod
    def upload_sessions(self) -> UploadSessions:
        """The uploads in parts."""

    @abstractmethod
    def now(self) -> datetime:
        """The database's time, aware and in UTC; what is stored bears it."""

    @abstractmethod
    def commit(self) -> None:
        """Makes everything durable, then shows the saved files' events to the observer.

        Raises DatabaseUnavailableError when nothing was committed, AmbiguousCommitError when
        that cannot be known, and what the members' methods put off until here.
        """

    @abstractmethod
    def __enter__(self) -> Self: ...

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class UnitOfWorkFactory(ABC):
    """Begins transactions; shared by all threads.

    Both methods return at once; the transaction begins on entering it, which raises
    DatabaseUnavailableError when the database cannot be reached or stays locked.
    """

    @abstractmethod
    def for_writing(self) -> UnitOfWork:
        """A unit of work that may change things, serialised where the database demands it."""

    @abstractmethod
    def for_reading(self) -> UnitOfWork:
        """A unit of work that sees one state of the database and never commits."""


@runtime_checkable
class EventObserver(Protocol):
    """Is told of every committed move: logs it, counts it."""

    def __call__(self, events: Sequence[FileEvent]) -> None:
        """Takes the events of one commit, in order; must not raise."""


@runtime_checkable
class CommitBell(Protocol):
    """Is rung after a commit that put messages into the outbox, so that a relay wakes up."""

    def __call__(self) -> None:
        """Returns at once; must not raise."""

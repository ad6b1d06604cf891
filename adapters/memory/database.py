"""The tables that units of work in memory share, and how a transaction changes them."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import TypeVar
from uuid import UUID

from application.errors import DatabaseUnavailableError
from application.ports.idempotency_keys import IdempotencyRecord
from application.ports.outbox import OutgoingMessage
from application.ports.schema_repository import SchemaVersion
from application.ports.statistics import Happening
from domain.events import FileEvent
from domain.file_state import FileState

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One message of the outbox, with its claim and its fate."""

    id: int
    message: OutgoingMessage
    added_at: datetime
    tries: int = 0
    error: str | None = None
    available_at: datetime | None = None
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """One state of the database. Rows are values; only a transaction's own copy changes."""

    files: dict[UUID, FileState] = field(default_factory=dict)
    history: dict[UUID, tuple[FileEvent, ...]] = field(default_factory=dict)
    outbox: dict[int, OutboxRow] = field(default_factory=dict)
    idempotency_keys: dict[tuple[str, str, str], IdempotencyRecord] = field(default_factory=dict)
    schemas: dict[tuple[str, str, int], SchemaVersion] = field(default_factory=dict)
    happenings: list[tuple[datetime, Happening, int]] = field(default_factory=list)

    def copy(self) -> "Tables":
        """The same rows in tables of their own."""
        return Tables(
            files=dict(self.files),
            history=dict(self.history),
            outbox=dict(self.outbox),
            idempotency_keys=dict(self.idempotency_keys),
            schemas=dict(self.schemas),
            happenings=list(self.happenings),
        )


class MemoryDatabase:
    """What is committed. `tables` is replaced as a whole and never changed in place."""

    def __init__(self, *, guard: AbstractContextManager[object] | None = None) -> None:
        """`guard` makes commits atomic among threads; without one, use a single thread."""
        self.tables = Tables()
        self.guard: AbstractContextManager[object] = guard or nullcontext()
        self.outbox_ids = count(1)


class Transaction:
    """Changes to a copy of the tables, repeated on the newest tables at commit.

    Optimistic: the first to commit wins. The one after it repeats every change, and fails
    when any of them now gives another answer than its caller was told; so what is committed
    is always what some serial order of the transactions would have done.
    """

    def __init__(self, database: MemoryDatabase, *, may_write: bool) -> None:
        self._database = database
        self._seen = database.tables
        self._may_write = may_write
        self._changes: list[tuple[Callable[[Tables], object], object]] = []
        self.tables = self._seen.copy() if may_write else self._seen
        self.events: list[FileEvent] = []
        self.has_outgoing_messages = False

    def change(self, change: Callable[[Tables], Result]) -> Result:
        """Applies `change` now, and once more at commit if others committed in between.

        A change that raises must have left the tables alone.
        """
        if not self._may_write:
            raise RuntimeError("this unit of work is for reading, or is over")
        result = change(self.tables)
        self._changes.append((change, result))
        return result

    def commit(self) -> None:
        """Makes the changes true for everybody; raises DatabaseUnavailableError on conflict."""
        if not self._may_write:
            raise RuntimeError("this unit of work is for reading, or is over")
        self._may_write = False
        with self._database.guard:
            if self._database.tables is not self._seen:
                self.tables = self._repeat_on(self._database.tables.copy())
            self._database.tables = self.tables

    def _repeat_on(self, tables: Tables) -> Tables:
        for change, told in self._changes:
            if change(tables) != told:
                raise DatabaseUnavailableError("another transaction came first")
        return tables

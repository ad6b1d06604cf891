"""The files in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from adapters.sql.file_list import page_of_files
from adapters.sql.file_mapping import event_row, file_event, file_row, file_state
from adapters.sql.message_tables import is_unsent, outbox
from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.tables import file_history, files, is_kept, is_unfinished
from adapters.sql.utc_date_time import UtcDateTime
from application.errors import ConcurrentUpdateError, UnknownFileError
from application.ports.file_repository import (
    FileFilter,
    FilePage,
    FilePlace,
    FileRepository,
)
from application.ports.outbox import Topic
from domain.events import FileEvent
from domain.file import File
from domain.file_state import FileState
from domain.file_status import FileStatus
from domain.progress import Progress


class SqlFileRepository(FileRepository):
    """Files in `files`, their events in `file_history`."""

    def __init__(self, transaction: SqlTransaction) -> None:
        self._transaction = transaction
        self._events: list[FileEvent] = []

    @property
    def events(self) -> Sequence[FileEvent]:
        """The events of every file stored so far, in order."""
        return tuple(self._events)

    def add(self, file: File) -> None:
        self._transaction.change(insert(files), file_row(file.state))
        self._append_history(file)

    def get(self, tenant: str, file_id: UUID) -> File:
        return self._one(select(files).where(files.c.tenant == tenant), file_id)

    def lock(self, tenant: str, file_id: UUID) -> File:
        wanted = select(files).where(files.c.tenant == tenant)
        return self._one(wanted.with_for_update(), file_id)

    def lock_for_worker(self, file_id: UUID) -> File:
        return self._one(select(files).with_for_update(), file_id)

    def find_all(self, file_ids: Collection[UUID]) -> Sequence[FileState]:
        known = select(files).where(files.c.id.in_(list(file_ids)))
        return [file_state(row) for row in self._transaction.rows(known)]

    def save(self, file: File) -> None:
        statement = (
            update(files)
            .where(files.c.id == file.id, files.c.version == file.loaded_version)
            .values(file_row(file.state))
        )
        if not self._transaction.change(statement):
            raise ConcurrentUpdateError(file.id, expected_version=file.loaded_version)
        self._append_history(file)
        if file.state.is_erased:
            self._transaction.change(
                update(file_history)
                .where(file_history.c.file_id == file.id)
                .values(error_message=None)
            )

    def list(
        self,
        tenant: str,
        wanted: FileFilter,
        *,
        limit: int,
        offset: int = 0,
        past: FilePlace | None = None,
    ) -> FilePage:
        return page_of_files(
            self._transaction, tenant, wanted, limit=limit, offset=offset, past=past
        )

    def history(self, tenant: str, file_id: UUID) -> Sequence[FileEvent]:
        self.get(tenant, file_id)
        moves = select(file_history).where(file_history.c.file_id == file_id)
        return [
            file_event(row) for row in self._transaction.rows(moves.order_by(file_history.c.id))
        ]

    def renew_lease(self, file_id: UUID, *, attempt: int, expires_at: datetime) -> bool:
        return self._change_attempt(file_id, attempt, lease_expires_at=expires_at)

    def report_progress(self, file_id: UUID, *, attempt: int, progress: Progress) -> bool:
        return self._change_attempt(
            file_id, attempt, bytes_read=progress.bytes_read, rows_read=progress.rows_read
        )

    def note_published(self, file_ids: Sequence[UUID], *, at: datetime) -> None:
        self._note(file_ids, published_at=at)

    def note_republished(self, file_ids: Sequence[UUID]) -> None:
        self._note(file_ids, republications=files.c.republications + 1)

    def expire_leases(self, *, owner: str | None, at: datetime) -> int:
        live = [is_unfinished, files.c.lease_expires_at > at]
        if owner is not None:
            live.append(files.c.lease_owner == owner)
        return self._transaction.change(update(files).where(*live).values(lease_expires_at=at))

    def stranded(
        self,
        *,
        published_before: Sequence[datetime],
        at: datetime,
        after: UUID | None,
        limit: int,
    ) -> Sequence[FileState]:
        # Events of its end may wait as well, and tell no worker of the file.
        has_message = exists().where(
            outbox.c.file_id == files.c.id,
            outbox.c.topic == Topic.FILE_PROCESSING.value,
            is_unsent,
        )
        last_heard_of = func.coalesce(files.c.published_at, files.c.updated_at)
        wanted = select(files).where(
            is_unfinished,
            files.c.lease_expires_at.is_(None) | (files.c.lease_expires_at <= at),
            files.c.next_attempt_at <= at,
            last_heard_of < _by_republications(published_before),
            ~has_message,
        )
        if after is not None:
            wanted = wanted.where(files.c.id > after)
        rows = self._transaction.rows(wanted.order_by(files.c.id).limit(limit))
        return [file_state(row) for row in rows]

    def finished_before(self, moment: datetime, *, limit: int) -> Sequence[FileState]:
        finished = select(files).where(files.c.processed_at < moment, is_kept)
        in_order = finished.order_by(files.c.processed_at, files.c.id).limit(limit)
        return [file_state(row) for row in self._transaction.rows(in_order)]

    def delete_tombstones(self, *, before: datetime, limit: int) -> int:
        old = select(files.c.id).where(files.c.erased_at < before, files.c.removal_due_at.is_(None))
        in_order = old.order_by(files.c.erased_at, files.c.id).limit(limit)
        ids = [row.id for row in self._transaction.rows(in_order)]
        self._transaction.change(delete(file_history).where(file_history.c.file_id.in_(ids)))
        return self._transaction.change(delete(files).where(files.c.id.in_(ids)))

    def due_for_removal(self, *, at: datetime, limit: int) -> Sequence[FileState]:
        due = select(files).where(files.c.removal_due_at <= at)
        in_order = due.order_by(files.c.removal_due_at, files.c.id).limit(limit)
        return [file_state(row) for row in self._transaction.rows(in_order)]

    def plan_removal(self, file_id: UUID, *, due_at: datetime | None) -> None:
        is_erased = files.c.erased_at.is_not(None)
        self._transaction.change(
            update(files).where(files.c.id == file_id, is_erased).values(removal_due_at=due_at)
        )

    def count_unfinished(self) -> int:
        return self._count(select(func.count()).select_from(files).where(is_unfinished))

    def _one(self, wanted: Select[Any], file_id: UUID) -> File:
        rows = self._transaction.rows(wanted.where(files.c.id == file_id))
        if not rows:
            raise UnknownFileError(file_id)
        return File(file_state(rows[0]))

    def _append_history(self, file: File) -> None:
        if file.events:
            self._transaction.change(insert(file_history), [event_row(e) for e in file.events])
            self._events.extend(file.events)

    def _note(self, file_ids: Sequence[UUID], **values: object) -> None:
        # Locked in the order of their ids, so that two that note never wait for each other.
        of_these = select(files.c.id).where(files.c.id.in_(file_ids))
        locked = self._transaction.rows(of_these.order_by(files.c.id).with_for_update())
        is_one = files.c.id.in_([row.id for row in locked])
        self._transaction.change(update(files).where(is_one).values(**values))

    def _change_attempt(self, file_id: UUID, attempt: int, **values: object) -> bool:
        """Changes some columns, as long as the attempt is the file's and under way."""
        statement = update(files).where(
            files.c.id == file_id,
            files.c.attempt == attempt,
            files.c.status == FileStatus.PROCESSING.value,
        )
        return self._transaction.change(statement.values(**values)) > 0

    def _count(self, statement: Select[int]) -> int:
        count: int = self._transaction.rows(statement)[0][0]
        return count


def _by_republications(moments: Sequence[datetime]) -> ColumnElement[datetime]:
    """The moment that applies to a file: the last one when it was republished more often."""
    *first, last = (literal(moment, UtcDateTime) for moment in moments)
    if not first:
        return last
    return case(dict(enumerate(first)), value=files.c.republications, else_=last)

"""Files in memory."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.memory.database import Tables, Transaction
from application.errors import ConcurrentUpdateError, UnknownFileError
from application.ports.file_repository import (
    COUNTED_UP_TO,
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

_NO_PROGRESS = Progress(bytes_read=0, rows_read=0)


class MemoryFileRepository(FileRepository):
    """The files of one transaction.

    `lock` is optimistic: whoever commits first wins, and when a locked file has changed by
    the time its holder commits, that commit raises DatabaseUnavailableError, as a database
    would after waiting for the lock in vain.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, file: File) -> None:
        def insert(tables: Tables) -> None:
            if file.id in tables.files:
                raise ValueError(f"file {file.id} exists already")
            tables.files[file.id] = state
            tables.history[file.id] = events

        state, events = file.state, file.events
        self._transaction.change(insert)
        self._transaction.events.extend(events)

    def get(self, tenant: str, file_id: UUID) -> File:
        return File(_find(self._transaction.tables, tenant, file_id))

    def lock(self, tenant: str, file_id: UUID) -> File:
        file = self.get(tenant, file_id)
        self._transaction.change(lambda tables: _locked_part(tables.files[file_id]))
        return file

    def lock_for_worker(self, file_id: UUID) -> File:
        state = self._transaction.tables.files.get(file_id)
        if state is None:
            raise UnknownFileError(file_id)
        return self.lock(state.tenant, file_id)

    def find_all(self, file_ids: Collection[UUID]) -> Sequence[FileState]:
        known = self._transaction.tables.files
        return [known[file_id] for file_id in file_ids if file_id in known]

    def save(self, file: File) -> None:
        def update(tables: Tables) -> None:
            stored = tables.files.get(state.id)
            if stored is None or stored.version != expected:
                raise ConcurrentUpdateError(state.id, expected_version=expected)
            tables.files[state.id] = _merge(seen, state, stored)
            tables.history[state.id] += events
            if state.is_erased:
                tables.history[state.id] = tuple(
                    replace(event, error_message=None) for event in tables.history[state.id]
                )

        state, events, expected = file.state, file.events, file.loaded_version
        seen = self._transaction.tables.files.get(state.id, state)
        self._transaction.change(update)
        self._transaction.events.extend(events)

    def list(
        self,
        tenant: str,
        wanted: FileFilter,
        *,
        limit: int,
        offset: int = 0,
        past: FilePlace | None = None,
    ) -> FilePage:
        matching = sorted(
            (
                state
                for state in self._transaction.tables.files.values()
                if state.tenant == tenant and _matches(state, wanted)
            ),
            key=lambda state: (state.created_at, state.id),
            reverse=True,
        )
        rest = [state for state in matching if past is None or _is_past(state, past)]
        items = tuple(rest[offset : offset + limit])
        return FilePage(
            items=items,
            total=min(len(matching), COUNTED_UP_TO),
            is_total_exact=len(matching) <= COUNTED_UP_TO,
            next_past=FilePlace.of(items[-1]) if items and rest[offset + limit :] else None,
        )

    def history(self, tenant: str, file_id: UUID) -> Sequence[FileEvent]:
        tables = self._transaction.tables
        _find(tables, tenant, file_id)
        return tables.history[file_id]

    def renew_lease(self, file_id: UUID, *, attempt: int, expires_at: datetime) -> bool:
        def renew(state: FileState) -> FileState:
            return replace(state, lease=state.lease and replace(state.lease, expires_at=expires_at))

        return self._change_attempt(file_id, attempt, renew)

    def report_progress(self, file_id: UUID, *, attempt: int, progress: Progress) -> bool:
        return self._change_attempt(
            file_id, attempt, lambda state: replace(state, progress=progress)
        )

    def note_published(self, file_ids: Sequence[UUID], *, at: datetime) -> None:
        self._note(file_ids, lambda state: replace(state, published_at=at))

    def note_republished(self, file_ids: Sequence[UUID]) -> None:
        self._note(file_ids, lambda state: replace(state, republications=state.republications + 1))

    def expire_leases(self, *, owner: str | None, at: datetime) -> int:
        def expire(tables: Tables) -> int:
            leased = [state for state in tables.files.values() if _is_leased(state, owner, at)]
            for state in leased:
                lease = state.lease and replace(state.lease, expires_at=at)
                tables.files[state.id] = replace(state, lease=lease)
            return len(leased)

        return self._transaction.change(expire)

    def stranded(
        self,
        *,
        published_before: Sequence[datetime],
        at: datetime,
        after: UUID | None,
        limit: int,
    ) -> Sequence[FileState]:
        last = len(published_before) - 1
        tables = self._transaction.tables
        awaited = {
            row.message.file_id
            for row in tables.outbox.values()
            if row.sent_at is None and row.message.topic is Topic.FILE_PROCESSING
        }
        found = (
            state
            for state in _unfinished(tables)
            if state.id not in awaited
            and not _is_leased(state, None, at)
            and state.next_attempt_at <= at
            and (state.published_at or state.updated_at)
            < published_before[min(state.republications, last)]
            and (after is None or state.id > after)
        )
        return sorted(found, key=lambda state: state.id)[:limit]

    def finished_before(self, moment: datetime, *, limit: int) -> Sequence[FileState]:
        finished = sorted(
            (state.processed_at, state.id)
            for state in self._transaction.tables.files.values()
            if state.processed_at is not None
            and state.processed_at < moment
            and not state.is_erased
        )
        return [self._transaction.tables.files[file_id] for _, file_id in finished[:limit]]

    def delete_tombstones(self, *, before: datetime, limit: int) -> int:
        def delete(tables: Tables) -> int:
            old = sorted(
                (state.erased_at, state.id)
                for state in tables.files.values()
                if state.erased_at is not None
                and state.erased_at < before
                and state.removal_due_at is None
            )
            for _, file_id in old[:limit]:
                del tables.files[file_id], tables.history[file_id]
            return min(len(old), limit)

        return self._transaction.change(delete)

    def due_for_removal(self, *, at: datetime, limit: int) -> Sequence[FileState]:
        due = sorted(
            (state.removal_due_at, state.id)
            for state in self._transaction.tables.files.values()
            if state.removal_due_at is not None and state.removal_due_at <= at
        )
        return [self._transaction.tables.files[file_id] for _, file_id in due[:limit]]

    def plan_removal(self, file_id: UUID, *, due_at: datetime | None) -> None:
        def plan(tables: Tables) -> None:
            state = tables.files.get(file_id)
            if state is not None and state.is_erased:
                tables.files[file_id] = replace(state, removal_due_at=due_at)

        self._transaction.change(plan)

    def count_unfinished(self) -> int:
        return sum(1 for _ in _unfinished(self._transaction.tables))

    def _note(self, file_ids: Sequence[UUID], change: Callable[[FileState], FileState]) -> None:
        def note(tables: Tables) -> None:
            for file_id in file_ids:
                if file_id in tables.files:
                    tables.files[file_id] = change(tables.files[file_id])

        self._transaction.change(note)

    def _change_attempt(
        self, file_id: UUID, attempt: int, change: Callable[[FileState], FileState]
    ) -> bool:
        def change_if_current(tables: Tables) -> bool:
            state = tables.files.get(file_id)
            if state is None or state.attempt != attempt:
                return False
            if state.status is not FileStatus.PROCESSING:
                return False
            tables.files[file_id] = change(state)
            return True

        return self._transaction.change(change_if_current)


def _find(tables: Tables, tenant: str, file_id: UUID) -> FileState:
    state = tables.files.get(file_id)
    if state is None or state.tenant != tenant:
        raise UnknownFileError(file_id)
    return state


def _locked_part(state: FileState) -> FileState:
    """The row but for what others may change without moving the file."""
    return replace(state, published_at=None, republications=0, progress=_NO_PROGRESS)


def _merge(seen: FileState, saved: FileState, stored: FileState) -> FileState:
    """The saved row, with what others noted meanwhile and the saved move did not touch.

    Else a note of publication, which is no conflict, would be lost to a concurrent move.
    """
    changes: dict[str, Any] = {
        name: getattr(stored, name)
        for name in ("published_at", "republications", "progress")
        if getattr(saved, name) == getattr(seen, name)
    }
    return replace(saved, **changes)


def _matches(state: FileState, wanted: FileFilter) -> bool:
    schema_name = state.schema.name if state.schema else None
    schema_version = state.schema.version if state.schema else None
    return (
        not state.is_erased
        and wanted.status in (None, state.status)
        and wanted.outcome in (None, state.outcome)
        and wanted.file_type in (None, state.file_type)
        and wanted.schema_name in (None, schema_name)
        and wanted.schema_version in (None, schema_version)
        and state.original_name.startswith(wanted.name_prefix or "")
        and (wanted.created_after is None or state.created_at > wanted.created_after)
        and (wanted.created_before is None or state.created_at < wanted.created_before)
    )


def _is_past(state: FileState, place: FilePlace) -> bool:
    return (state.created_at, state.id) < (place.created_at, place.file_id)


def _is_leased(state: FileState, owner: str | None, at: datetime) -> bool:
    lease = state.lease
    return lease is not None and lease.is_live(at) and owner in (None, lease.owner)


def _unfinished(tables: Tables) -> Iterable[FileState]:
    return (state for state in tables.files.values() if not state.is_final)

"""Statistics over the database."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
)

from adapters.sql.database_clock import DatabaseClock
from adapters.sql.file_mapping import file_state
from adapters.sql.happenings_table import happenings
from adapters.sql.message_tables import is_unsent, outbox
from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.tables import (
    file_history,
    files,
    is_counted,
    is_dead_lettered,
    is_ended_otherwise,
    is_unfinished,
)
from application.ports.statistics import (
    Happening,
    OutboxBacklog,
    Statistics,
    WorkDone,
    check_counted,
)
from domain.events import FileEventName
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome

_ENDS = (
    FileEventName.COMPLETED,
    FileEventName.REJECTED,
    FileEventName.DEAD_LETTERED,
    FileEventName.CANCELLED,
)
_READ = (Outcome.CLEAN, Outcome.PARTIAL, Outcome.REJECTED)
_LONGEST_WAITING_FIRST = (files.c.generation_started_at, files.c.id)


class SqlStatistics(Statistics):
    """Counts by partial indexes, which hold little else than what is counted."""

    def __init__(self, transaction: SqlTransaction, clock: DatabaseClock) -> None:
        self._transaction = transaction
        self._clock = clock

    def unfinished(self, *, at_most: int) -> Mapping[FileStatus, int]:
        waiting = select(files.c.status).where(is_unfinished)
        some = waiting.order_by(*_LONGEST_WAITING_FIRST).limit(at_most).subquery()
        counting = select(some.c.status, func.count().label("total")).group_by(some.c.status)
        counts = {row.status: row.total for row in self._transaction.rows(counting)}
        return {
            status: counts.get(status.value, 0)
            for status in (FileStatus.PENDING, FileStatus.PROCESSING)
        }

    def oldest_unfinished(self) -> FileState | None:
        oldest = select(files).where(is_unfinished).order_by(*_LONGEST_WAITING_FIRST).limit(1)
        return next(map(file_state, self._transaction.rows(oldest)), None)

    def ended(self, *, at_most: int) -> Mapping[Outcome, int]:
        return {
            outcome: self._count(select(literal(1)).where(_has_ended(outcome)).limit(at_most))
            for outcome in Outcome
        }

    def moves(
        self, names: Collection[FileEventName], *, since: datetime
    ) -> Mapping[FileEventName, int]:
        check_counted(names)
        name = file_history.c.name
        counting = (
            select(name, func.count().label("total")).where(_happened(names, since)).group_by(name)
        )
        counts = {row.name: row.total for row in self._transaction.rows(counting)}
        return {name: counts.get(name.value, 0) for name in names}

    def note(self, happening: Happening, *, times: int = 1) -> None:
        row = {"at": self._clock.now(self._transaction), "name": happening.value, "times": times}
        self._transaction.change(insert(happenings), row)

    def happenings(self, *, since: datetime) -> Mapping[Happening, int]:
        name = happenings.c.name
        counting = (
            select(name, func.sum(happenings.c.times).label("total"))
            .where(happenings.c.at >= since)
            .group_by(name)
        )
        counts = {row.name: int(row.total) for row in self._transaction.rows(counting)}
        return {it: counts.get(it.value, 0) for it in Happening}

    def forget_happenings(self, *, before: datetime, limit: int) -> int:
        at = happenings.c.at
        old = select(happenings.c.id).where(at < before).order_by(at).limit(limit)
        return self._transaction.change(delete(happenings).where(happenings.c.id.in_(old)))

    def work_done(self, *, since: datetime) -> WorkDone:
        size = select(files.c.size_bytes).where(files.c.id == file_history.c.file_id)
        totals = (
            select(
                file_history.c.outcome,
                func.count().label("ended"),
                func.sum(_detail("rows_accepted")).label("rows_accepted"),
                func.sum(_detail("rows_rejected")).label("rows_rejected"),
                func.sum(size.scalar_subquery()).label("size_bytes"),
            )
            .where(_happened(_ENDS, since))
            .group_by(file_history.c.outcome)
        )
        rows = {Outcome(row.outcome): row for row in self._transaction.rows(totals)}
        read = [row for outcome, row in rows.items() if outcome in _READ]
        return WorkDone(
            ended={outcome: rows[outcome].ended if outcome in rows else 0 for outcome in Outcome},
            # PostgreSQL's sums are decimals.
            rows_accepted=sum(int(row.rows_accepted) for row in read),
            rows_rejected=sum(int(row.rows_rejected) for row in read),
            size_bytes=sum(int(row.size_bytes) for row in read),
        )

    def outbox_backlog(self, *, at_most: int) -> OutboxBacklog:
        # Rows of an earlier version do not say when they were written.
        added_at = func.coalesce(outbox.c.added_at, outbox.c.available_at)
        oldest = select(added_at.label("added_at")).where(is_unsent).order_by(outbox.c.id).limit(1)
        unsent = select(literal(1)).where(is_unsent).order_by(outbox.c.id).limit(at_most)
        return OutboxBacklog(
            unsent=self._count(unsent),
            oldest_at=next((row.added_at for row in self._transaction.rows(oldest)), None),
        )

    def _count(self, some: Select[int]) -> int:
        counting = select(func.count()).select_from(some.subquery())
        count: int = self._transaction.rows(counting)[0][0]
        return count


def _has_ended(outcome: Outcome) -> ColumnElement[bool]:
    if outcome is Outcome.DEAD_LETTERED:
        return is_dead_lettered
    return is_ended_otherwise & (files.c.outcome == outcome.value)


def _happened(names: Collection[FileEventName], since: datetime) -> ColumnElement[bool]:
    listed = file_history.c.name.in_([name.value for name in names])
    return is_counted & listed & (file_history.c.at >= since)


def _detail(name: str) -> ColumnElement[int]:
    return cast(file_history.c.details[name].as_string(), BigInteger)

"""Statistics over what is in memory."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from adapters.memory.database import Tables, Transaction
from application.ports.clock import Clock
from application.ports.statistics import (
    Happening,
    OutboxBacklog,
    Statistics,
    WorkDone,
    check_counted,
)
from domain.events import FileEvent, FileEventName
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome

_READ = (Outcome.CLEAN, Outcome.PARTIAL, Outcome.REJECTED)


class MemoryStatistics(Statistics):
    """Counts the tables of one transaction."""

    def __init__(self, transaction: Transaction, clock: Clock) -> None:
        self._transaction = transaction
        self._clock = clock

    def unfinished(self, *, at_most: int) -> Mapping[FileStatus, int]:
        counts = Counter(state.status for state in self._unfinished()[:at_most])
        return {status: counts[status] for status in (FileStatus.PENDING, FileStatus.PROCESSING)}

    def oldest_unfinished(self) -> FileState | None:
        return next(iter(self._unfinished()), None)

    def ended(self, *, at_most: int) -> Mapping[Outcome, int]:
        files = self._transaction.tables.files.values()
        counts = Counter(state.outcome for state in files if not state.is_erased)
        return {outcome: min(at_most, counts[outcome]) for outcome in Outcome}

    def moves(
        self, names: Collection[FileEventName], *, since: datetime
    ) -> Mapping[FileEventName, int]:
        check_counted(names)
        counts = Counter(event.name for event in self._since(since))
        return {name: counts[name] for name in names}

    def note(self, happening: Happening, *, times: int = 1) -> None:
        at = self._clock.now()

        def add(tables: Tables) -> None:
            tables.happenings.append((at, happening, times))

        self._transaction.change(add)

    def happenings(self, *, since: datetime) -> Mapping[Happening, int]:
        noted = [it for it in self._transaction.tables.happenings if it[0] >= since]
        return {name: sum(times for _, it, times in noted if it is name) for name in Happening}

    def forget_happenings(self, *, before: datetime, limit: int) -> int:
        def forget(tables: Tables) -> int:
            old = [it for it in tables.happenings if it[0] < before][:limit]
            for each in old:
                tables.happenings.remove(each)
            return len(old)

        return self._transaction.change(forget)

    def work_done(self, *, since: datetime) -> WorkDone:
        ends = [event for event in self._since(since) if event.is_terminal]
        counts = Counter(event.outcome for event in ends)
        read = [event for event in ends if event.outcome in _READ]
        files = self._transaction.tables.files
        return WorkDone(
            ended={outcome: counts[outcome] for outcome in Outcome},
            rows_accepted=sum(int(event.details["rows_accepted"]) for event in read),
            rows_rejected=sum(int(event.details["rows_rejected"]) for event in read),
            size_bytes=sum(files[event.file_id].size_bytes for event in read),
        )

    def outbox_backlog(self, *, at_most: int) -> OutboxBacklog:
        unsent = [row for row in self._transaction.tables.outbox.values() if row.sent_at is None]
        oldest = min(unsent, key=lambda row: row.id, default=None)
        return OutboxBacklog(
            unsent=min(at_most, len(unsent)), oldest_at=None if oldest is None else oldest.added_at
        )

    def _unfinished(self) -> list[FileState]:
        files = self._transaction.tables.files.values()
        unfinished = (state for state in files if not state.is_final)
        return sorted(unfinished, key=lambda state: (state.generation_started_at, state.id))

    def _since(self, moment: datetime) -> Iterator[FileEvent]:
        for events in self._transaction.tables.history.values():
            yield from (event for event in events if event.at >= moment)

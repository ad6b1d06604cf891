"""The invariants that a database shows, held against what was seen of it before."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from application.ports.clock import Clock
from application.ports.file_storage import FileStorage
from application.ports.outbox import Topic
from domain.events import FileEvent, FileEventName
from domain.file_state import FileState, Lease
from domain.file_status import MOVES, Outcome, Verb
from tests.databases.record import OutboxRow, Record
from tests.databases.turns import Kept

_VERBS = {
    FileEventName.STARTED: Verb.START,
    FileEventName.TAKEN_OVER: Verb.START,
    FileEventName.RELEASED: Verb.RELEASE,
    FileEventName.RETRY_SCHEDULED: Verb.RETRY,
    FileEventName.COMPLETED: Verb.COMPLETE,
    FileEventName.REJECTED: Verb.REJECT,
    FileEventName.DEAD_LETTERED: Verb.BURY,
    FileEventName.CANCELLED: Verb.CANCEL,
    FileEventName.REPROCESSED: Verb.REPROCESS,
    FileEventName.ERASED: Verb.ERASE,
}
_STARTS = (FileEventName.STARTED, FileEventName.TAKEN_OVER)
_JUDGED = (Outcome.CLEAN, Outcome.PARTIAL, Outcome.REJECTED)


class RecordWatch:
    """Remembers what the record said, and objects to what must not follow."""

    def __init__(self, storage: FileStorage) -> None:
        self._storage = storage
        self._last: Record | None = None
        self._leases: dict[tuple[UUID, int], Lease] = {}
        self._outbox: dict[int, OutboxRow] = {}
        self._owners: dict[tuple[str, str], UUID] = {}
        self.without_message: set[UUID] = set()
        """Files whose messages a purge took; nobody knows of them until they are told of again."""
        self.names: Counter[FileEventName] = Counter()

    def check(self, record: Record) -> None:
        """Raises AssertionError when the record breaks a promise."""
        self._outbox |= {row.id: row for row in record.outbox}
        for file_id, state in record.files.items():
            history = record.history[file_id]
            self._check_goes_on(file_id, history)
            self._check_moves(history)
            self._check_state(state, history)
            self._check_leases(state, history)
            self._check_results(state)
        self._check_outbox(record)
        self._check_keys(record)
        self._check_somebody_will_look(record)
        self._leases |= {
            (state.id, state.attempt): state.lease for state in record.files.values() if state.lease
        }
        self._last = record

    def check_moves_of(self, record: Record) -> None:
        """Only what the histories and rows say; of files that were never really processed."""
        for file_id, state in record.files.items():
            self._check_moves(record.history[file_id])
            self._check_state(state, record.history[file_id])

    @staticmethod
    def check_trust(record: Record, kept: Iterable[Kept], clock: Clock) -> None:
        """I8: whoever may trust its lease has one that the database says is live."""
        for one in kept:
            state = record.files[one.held.file_id]
            if state.lease is None or state.attempt != one.held.attempt or one.lease.is_lost:
                continue
            is_trusted = clock.monotonic() < one.lease.trusted_until
            assert not is_trusted or state.lease.is_live(clock.now()), "trusted, and run out"

    def _check_goes_on(self, file_id: UUID, history: Sequence[FileEvent]) -> None:
        """What was once committed stays: moves are appended, never changed or lost."""
        known = self._last.history.get(file_id, ()) if self._last else ()
        before = [_identity(event) for event in known]
        assert [_identity(event) for event in history[: len(known)]] == before
        self.names.update(event.name for event in history[len(known) :])

    @staticmethod
    def _check_moves(history: Sequence[FileEvent]) -> None:
        """I2, I3 and I11: legal moves, one end for each generation, attempts that only rise."""
        first, *rest = history
        assert first.name is FileEventName.RECEIVED
        ended = {first.generation: False}
        for before, event in zip(history, rest, strict=False):
            verb = _VERBS[event.name]
            assert event.from_status is before.to_status
            assert MOVES[verb].get(before.to_status) is event.to_status
            rises = event.name in _STARTS or event.name is FileEventName.ERASED
            assert event.attempt == before.attempt + rises, f"{event.name} by an old attempt"
            is_new = event.name is FileEventName.REPROCESSED
            assert event.generation == before.generation + is_new
            assert event.at >= before.at
            if event.is_terminal:
                assert not ended.get(event.generation), "a generation ended twice"
                ended[event.generation] = True

    @staticmethod
    def _check_state(state: FileState, history: Sequence[FileEvent]) -> None:
        """The row says what its last move said; I12 and I14."""
        last = history[-1]
        said = (last.to_status, last.generation, last.attempt, last.outcome, last.at)
        assert said == (
            state.status,
            state.generation,
            state.attempt,
            state.outcome,
            state.updated_at,
        )
        assert {event.tenant for event in history} == {state.tenant}
        if state.rows is not None:
            rows = state.rows
            assert rows.read == rows.accepted + rows.rejected + rows.skipped

    def _check_leases(self, state: FileState, history: Sequence[FileEvent]) -> None:
        """I8: nobody takes over before the last lease that was ever seen has run out."""
        for event in history:
            if event.name is FileEventName.TAKEN_OVER:
                earlier = self._leases.get((state.id, event.attempt - 1))
                assert earlier is None or event.at >= earlier.expires_at

    def _check_results(self, state: FileState) -> None:
        """I4: what is recorded is there, by the attempt that won, and to the byte."""
        if state.is_erased or state.outcome not in _JUDGED:
            assert not state.results
            return
        assert state.results
        for result in state.results:
            assert result.key.startswith(f"results/{state.id}/{state.generation}/{state.attempt}/")
            content = b"".join(self._storage.open(result.key, etag=result.etag))
            assert hashlib.sha256(content).hexdigest() == result.sha256

    def _check_outbox(self, record: Record) -> None:
        """I1, I3 and I14: each file had a message at its beginning, and one at each end."""
        ends: Counter[UUID] = Counter()
        told_of = set()
        for row in self._outbox.values():
            assert row.tenant == record.files[row.file_id].tenant
            told_of.add(row.file_id)
            ends[row.file_id] += row.topic is Topic.FILE_EVENTS
        for file_id, history in record.history.items():
            is_erased = record.files[file_id].is_erased
            assert file_id in told_of or is_erased, "accepted without a message"
            assert ends[file_id] == sum(event.is_terminal for event in history)

    def _check_keys(self, record: Record) -> None:
        """I7: a key stands for one file, and for the same one ever after."""
        for (tenant, key), file_id in record.keys.items():
            assert record.files[file_id].tenant == tenant
            assert self._owners.setdefault((tenant, key), file_id) == file_id

    def _check_somebody_will_look(self, record: Record) -> None:
        """I6: an unfinished file has a message, or one that is about to leave."""
        rings: defaultdict[UUID, set[int | None]] = defaultdict(set)
        for row in record.outbox:
            if row.topic is Topic.FILE_PROCESSING and row.generation is not None:
                rings[row.file_id].add(row.generation)
        for file_id, generation in record.messages:
            rings[file_id].add(generation)
        for state in record.files.values():
            if state.is_final or state.generation in rings[state.id]:
                self.without_message.discard(state.id)
            else:
                assert state.id in self.without_message, f"{state.id} is forgotten"


def _identity(event: FileEvent) -> tuple[object, ...]:
    """What no later move changes: an erasure takes the texts of errors away."""
    return event.name, event.at, event.generation, event.attempt, event.outcome

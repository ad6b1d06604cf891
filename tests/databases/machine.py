"""Everything that can happen to files, in whatever order, on a real database."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Engine

from application.errors import DependencyError, IdempotencyKeyReusedError
from application.ports.dead_lettered_files import DeadLetterFilter
from application.ports.message_queue import MessageQueue
from application.use_cases.cancel_file import CancelFile
from application.use_cases.delete_file import DeleteFile
from application.use_cases.process_delivery import DeliveryResult, ProcessDelivery
from application.use_cases.reconcile import Reconcile
from application.use_cases.redrive_dead_letters import RedriveDeadLetters
from application.use_cases.relay_outbox import RelayOutbox
from application.use_cases.renew_lease import Renewal, RenewLease
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.upload_file import UploadDetails, UploadFile
from application.use_cases.watch_dead_letters import WatchDeadLetters
from domain.errors import DomainError, FileErasedError
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome
from tests.databases.record import Record, forget_everything, lose_messages, read_record
from tests.databases.service import DatabaseService
from tests.databases.turns import Actor
from tests.databases.watch import RecordWatch
from tests.doubles import TRUST_SECONDS
from tests.faults import CommitFault

TENANTS = ("acme", "globex")
GOOD, BAD, BROKEN = b"id\n1\n", b"id\nreject\n", b"id\nerror defect\n"
MOST_ACTORS = 6
CALM_ROUNDS = 60

turns = st.sampled_from([0, 1, 2, 3, 5, 100])
"""How far an actor goes at once; 100 is to its end."""

contents = st.sampled_from([GOOD, GOOD, BAD, BROKEN])

which = st.integers(0, 7)
"""A file or an actor, by its number among those that there are."""


class Files(RuleBasedStateMachine):
    """A model of what was promised, and actors that are stopped, killed and forgotten."""

    def __init__(self, engine: Engine, folder: Path, seen: Counter[str]) -> None:
        super().__init__()
        forget_everything(engine)
        folder.mkdir()
        self.engine = engine
        self.seen = seen
        self.service = DatabaseService(engine, folder)
        self.service.engine.errors["defect"] = RuntimeError("a defect")
        self.watch = RecordWatch(self.service.disk)
        self.actors: list[Actor] = []
        self.ids: list[UUID] = []
        self.contents: dict[UUID, bytes] = {}
        self.answers: dict[tuple[str, str], UUID] = {}

    @initialize(contents=st.lists(contents, max_size=3))
    def begin_with_some_files(self, contents: list[bytes]) -> None:
        """Most of what can go wrong needs files that are already on their way."""
        for content in contents:
            self.upload(TENANTS[0], content, None, 100)
        self.tend(RelayOutbox, 100)

    # What users do.

    @rule(
        tenant=st.sampled_from(TENANTS),
        content=contents,
        key=st.sampled_from([None, "key-1", "key-2"]),
        turns=turns,
    )
    def upload(self, tenant: str, content: bytes, key: str | None, turns: int) -> None:
        def act() -> None:
            with suppress(DependencyError, IdempotencyKeyReusedError, FileErasedError):
                receipt = self.service.get(UploadFile)(
                    tenant,
                    name="people.csv",
                    chunks=[content],
                    details=partial(UploadDetails, idempotency_key=key),
                )
                self._accept(receipt.file, content, key)
                self.seen["replays"] += receipt.is_replay

        self._begin(act, turns)

    @precondition(lambda self: self.ids)
    @rule(
        verb=st.sampled_from([CancelFile, ReprocessFile, ReprocessFile, DeleteFile]),
        number=which,
        turns=turns,
    )
    def ask(
        self, verb: type[CancelFile | ReprocessFile | DeleteFile], number: int, turns: int
    ) -> None:
        file_id = self.ids[number % len(self.ids)]
        tenant = self._read().files[file_id].tenant

        def act() -> None:
            with suppress(DependencyError, DomainError):
                self.service.get(verb)(tenant, file_id)

        self._begin(act, turns)

    # What the service does by itself.

    @rule(pause=st.sampled_from([0, 0, 0, 61, 301]), turns=turns)
    def work(self, pause: int, turns: int) -> None:
        """A worker receives, after a while in which whoever is at work may lose its lease."""
        self.service.clock.advance(pause)
        self._begin(self._work, turns)

    @rule(
        verb=st.sampled_from([RelayOutbox, RelayOutbox, WatchDeadLetters, Reconcile]), turns=turns
    )
    def tend(self, verb: type[RelayOutbox | WatchDeadLetters | Reconcile], turns: int) -> None:
        def act() -> None:
            with suppress(DependencyError):
                self.service.get(verb)()

        self._begin(act, turns)

    @rule(turns=turns)
    def redrive(self, turns: int) -> None:
        def act() -> None:
            with suppress(DependencyError):
                report = self.service.get(RedriveDeadLetters)(
                    DeadLetterFilter(), past=None, limit=10
                )
                self.seen["redriven"] += len(report.redriven)

        self._begin(act, turns)

    @precondition(lambda self: self._at_work())
    @rule(number=which)
    def beat(self, number: int) -> None:
        """The heart of one worker beats; of a paused one, too, once it goes on."""
        actors = self._at_work()
        kept = actors[number % len(actors)].kept
        assert kept is not None
        before, taken_at = self._read(), self.service.clock.monotonic()
        renewal = self.service.get(RenewLease)(kept.held)
        state = before.files[kept.held.file_id]
        is_theirs = state.attempt == kept.held.attempt and state.status is FileStatus.PROCESSING
        if renewal is Renewal.RENEWED:
            assert is_theirs
            kept.lease.trusted_until = taken_at + TRUST_SECONDS
        elif renewal is Renewal.REFUSED:
            assert not is_theirs
            assert self._read().files[state.id] == state, "an old attempt changed the row"
            kept.lease.is_lost = True
            self.seen["refused heartbeats"] += 1

    # What befalls all of it.

    @precondition(lambda self: self.actors)
    @rule(number=which, turns=turns)
    def go_on(self, number: int, turns: int) -> None:
        self._run(self.actors[number % len(self.actors)], turns)

    @precondition(lambda self: self.actors)
    @rule(number=which)
    def kill(self, number: int) -> None:
        self.actors.pop(number % len(self.actors)).die()
        self.seen["kills"] += 1

    @rule(seconds=st.sampled_from([1, 10, 61, 211, 241, 301, 1801]))
    def pass_time(self, seconds: int) -> None:
        self.service.clock.advance(seconds)

    @rule(fault=st.sampled_from(list(CommitFault)))
    def spoil_the_next_commit(self, fault: CommitFault) -> None:
        self.service.next_fault = fault

    @rule(is_rare=st.sampled_from([False, False, False, True]))
    def purge(self, is_rare: bool) -> None:
        if not is_rare:
            return
        record = self._read()
        self.watch.without_message |= {
            state.id for state in record.files.values() if not state.is_final
        }
        lose_messages(self.engine)

    # What must hold all the time, and what must come true in the end.

    @invariant()
    def keeps_its_promises(self) -> None:
        record = self._read()
        self.watch.check(record)
        kept = [actor.kept for actor in self.actors if actor.kept is not None]
        self.watch.check_trust(record, kept, self.service.clock)
        for (tenant, key), file_id in self.answers.items():
            assert record.keys[tenant, key] == file_id
        for file_id in self.ids:
            self._check_outcome(record.files[file_id])
        self.seen["steps"] += 1

    def teardown(self) -> None:
        try:
            self._come_to_rest()
        finally:
            for actor in self.actors:
                actor.die()
        self.seen["files"] += len(self._read().files)
        self.seen.update({name.value: count for name, count in self.watch.names.items()})
        self.seen.update(fault.name for fault in self.service.database.faults)

    def _come_to_rest(self) -> None:
        """Whoever slept wakes up, nothing fails any more, and every file comes to its end."""
        self.service.next_fault = None
        for actor in list(self.actors):
            self._run(actor, 100)
        assert not self.actors
        self.keeps_its_promises()
        for _ in range(CALM_ROUNDS):
            while self.service.get(RelayOutbox)().claimed:
                pass
            while self._work():
                pass
            self.service.get(WatchDeadLetters)()
            self.service.get(Reconcile)()
            self.keeps_its_promises()
            record = self._read()
            if all(state.is_final for state in record.files.values()) and not any(
                row.generation for row in record.outbox
            ):
                return
            self.service.clock.advance(301)
        raise AssertionError("a file never came to its end")

    def _begin(self, act: Callable[[], object], turns: int) -> None:
        if len(self.actors) == MOST_ACTORS:
            self._run(self.actors[0], 100)
        actor = Actor(act)
        self.actors.append(actor)
        # Without a turn it has not begun; with one it stands before its first call.
        self._run(actor, turns)

    def _run(self, actor: Actor, turns: int) -> None:
        actor.go_on(turns)
        if actor.dead:
            self.actors.remove(actor)

    def _work(self) -> int:
        """Receives once and processes what there is, as a slot of a worker does."""
        deliveries = self.service.get(MessageQueue).receive(limit=2, wait_seconds=0)
        for delivery in deliveries:
            with suppress(DependencyError):
                report = self.service.get(ProcessDelivery)(delivery, is_shutting_down=lambda: False)
                assert report.result is not DeliveryResult.FOREIGN
                self.seen[f"delivery {report.result}"] += 1
        return len(deliveries)

    def _at_work(self) -> Sequence[Actor]:
        return [actor for actor in self.actors if actor.kept is not None]

    def _accept(self, file: FileState, content: bytes, key: str | None) -> None:
        """I1 and I7: what was answered is there, and the same key gets the same answer."""
        stored = self._read().files[file.id]
        if not stored.is_erased:
            assert b"".join(self.service.disk.open(stored.key)) == content
        if file.id not in self.contents:
            self.ids.append(file.id)
        assert self.contents.setdefault(file.id, content) == content
        if key is not None:
            assert self.answers.setdefault((file.tenant, key), file.id) == file.id

    def _check_outcome(self, state: FileState) -> None:
        """I9: only the content, a spent budget or a user says how a file ends."""
        content = self.contents[state.id]
        own = {GOOD: Outcome.CLEAN, BAD: Outcome.REJECTED, BROKEN: Outcome.DEAD_LETTERED}[content]
        spent = state.failures >= 3 or state.starts >= 6
        assert state.outcome in (None, own, Outcome.CANCELLED) or (
            state.outcome is Outcome.DEAD_LETTERED and spent
        )

    def _read(self) -> Record:
        return read_record(self.engine)

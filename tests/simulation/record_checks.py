"""What every commit has to keep, and what every record has to find in the world."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.memory.database import OutboxRow, Tables
from application.ports.outbox import Topic
from domain.events import FileEvent, FileEventName
from domain.file_state import FileState
from domain.file_status import MOVES, FileStatus, Outcome, Verb
from tests.simulation.actors import current_actor
from tests.simulation.broken_promise import BrokenPromiseError
from tests.simulation.content import Content, Nature

if TYPE_CHECKING:
    from tests.simulation.lease_actors import Holder
    from tests.simulation.world import World

VERBS = {
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
STARTS = (FileEventName.STARTED, FileEventName.TAKEN_OVER)
MOVING_ATTEMPTS = (*STARTS, FileEventName.ERASED)
MOVING_COLUMNS = ("status", "outcome", "generation", "attempt", "results", "rows", "version")


class RecordChecks:
    """Looks at what a commit changed; raises BrokenPromiseError."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._contents: dict[UUID, Content] = {}
        self._lost: set[tuple[UUID, int]] = set()
        """Files whose message the world has lost; the reconciler is to find them."""
        self.wishes: set[tuple[UUID, Outcome]] = set()
        """Which ends users have asked for."""
        self.added_at: dict[int, float] = {}
        """When each message came into the outbox."""

    def check(
        self,
        before: Tables,
        after: Tables,
        rival_of: "Callable[[FileState], Holder | None]",
    ) -> None:
        """The moves of one commit."""
        added = [row for number, row in after.outbox.items() if number not in before.outbox]
        told = [row for row in added if row.message.topic is Topic.FILE_EVENTS]
        moved: list[FileEvent] = []
        for file_id, state in after.files.items():
            old = before.files.get(file_id)
            if old is state:
                continue
            events = after.history[file_id][len(before.history.get(file_id, ())) :]
            moved += events
            self._check_file(old, state, events, after)
            if events and events[-1].name in STARTS:
                self._check_start(old, state, rival_of(state))
        _check_told(moved, told)
        self._check_tenants(after, added, moved)
        self._note(added, moved)

    def check_future(self) -> None:
        """I6, I6b: something will ring for every unfinished file."""
        for state in self._world.database.tables.files.values():
            if not state.is_final and (state.id, state.generation) not in self._lost:
                _require(
                    self._has_future(state), "I6", f"nothing will look at {_named(state)} any more"
                )

    def note_losses(self) -> None:
        """The world has lost messages: that is nobody's fault, and the reconciler's business."""
        for state in self._world.database.tables.files.values():
            if not state.is_final and not self._has_future(state):
                self._lost.add((state.id, state.generation))
                self._world.needs_repair()

    def was_lost(self, state: FileState) -> bool:
        """True when the world lost the file's only message."""
        return (state.id, state.generation) in self._lost

    def check_objects(self) -> None:
        """I4, I5: what a record names is there."""
        present = self._world.storage.keys
        for state in self._world.database.tables.files.values():
            if state.is_erased:
                continue
            _require(state.key in present, "I5", f"the input of {_named(state)} is gone")
            for result in state.results:
                content = self._world.storage.content_at(result.key)
                _require(content is not None, "I4", f"{result.key} is gone")
                assert content is not None
                is_same = hashlib.sha256(content).hexdigest() == result.sha256
                _require(is_same, "I4", f"{result.key} is not what was recorded")

    def check_was_announced(self, state: FileState) -> None:
        """I1: an accepted file has its object, and somebody is told of it."""
        if state.is_erased:
            return
        _require(state.key in self._world.storage.keys, "I1", "an accepted file has no object")
        is_announced = any(
            row.message.file_id == state.id for row in self._world.database.tables.outbox.values()
        )
        _require(is_announced, "I1", "an accepted file has no message in the outbox")

    def check_served(self, state: FileState, name: str, content: bytes) -> None:
        """I4: what a user was given is what its content has to become."""
        expected = self._contents[state.id].results.get(name)
        _require(content == expected, "I4", f"{name} was served with other bytes")

    def content_of(self, state: FileState) -> Content:
        """What the file's client submitted; remembered, since an erased row forgets."""
        return self._contents[state.id]

    def _check_file(
        self,
        old: FileState | None,
        state: FileState,
        events: tuple[FileEvent, ...],
        after: Tables,
    ) -> None:
        if old is None:
            self._check_new(state, after)
            return
        if not events:
            changed = [name for name in MOVING_COLUMNS if _differs(old, state, name)]
            _require(not changed, "I2", f"{changed} of {_named(state)} changed without a move")
            return
        at = old.status
        for event in events:
            legal = MOVES[VERBS[event.name]].get(at)
            _require(legal is event.to_status, "I2", f"{event.name} of a {at} file")
            at = event.to_status
            self._check_event(event, state)
        _require(at is state.status, "I2", f"{_named(state)} is not where its moves lead")
        _require(
            state.version == old.version + len(events), "I2", f"{_named(state)} lost a version"
        )
        self._check_numbers(old, state, events)
        self._check_terminal(old, state, after)

    def _check_new(self, state: FileState, after: Tables) -> None:
        content = self._world.content_by_sha256(state.sha256)
        is_keyed = content in self._world.keyed_contents
        twins = [known for known in self._contents.values() if known == content]
        _require(not (is_keyed and twins), "I7", "one key brought in two files")
        self._contents[state.id] = content
        _require(state.status is FileStatus.PENDING, "I2", "a file that does not begin as PENDING")
        _require(state.key in self._world.storage.keys, "I1", "a record without its object")

    def _check_numbers(
        self, old: FileState, state: FileState, events: tuple[FileEvent, ...]
    ) -> None:
        steps = sum(event.name in MOVING_ATTEMPTS for event in events)
        _require(
            state.attempt == old.attempt + steps, "I11", f"attempt {old.attempt}, {state.attempt}"
        )
        generations = sum(event.name is FileEventName.REPROCESSED for event in events)
        _require(
            state.generation == old.generation + generations,
            "I2",
            f"generation {old.generation}, {state.generation}",
        )
        if old.is_final and state.generation == old.generation:
            _require(state.outcome is old.outcome, "I2", f"{old.outcome} became {state.outcome}")

    def _check_event(self, event: FileEvent, state: FileState) -> None:
        content = self._contents[state.id]
        if event.name is FileEventName.RETRY_SCHEDULED and event.error_code == "internal_error":
            is_poison = content.nature is Nature.POISON
            _require(is_poison, "I9", "the service failed on a file that has nothing special")
        if event.is_terminal:
            self._check_end(event, state, content)

    def _check_end(self, event: FileEvent, state: FileState, content: Content) -> None:
        match event.outcome:
            case Outcome.CANCELLED:
                is_wished = (state.id, Outcome.CANCELLED) in self.wishes
                _require(is_wished, "I9", "a file was cancelled that nobody wanted cancelled")
            case Outcome.DEAD_LETTERED:
                self._check_burial(state, content)
            case _:
                is_true = event.outcome in content.outcomes or self._world.is_mended
                _require(is_true, "I9", f"{content.nature} content ended {event.outcome}")

    def _check_burial(self, state: FileState, content: Content) -> None:
        self._world.sightings.add("exhausted")
        policy = self._world.wiring.retry_policy
        match state.error_code:
            case "worker_crash_loop":
                is_spent = state.starts >= policy.max_starts
            case "internal_error":
                is_spent = content.nature is Nature.POISON and state.failures >= policy.max_failures
            case "dependency_unavailable":
                is_spent = state.updated_at - state.generation_started_at >= policy.max_unfinished
            case _:
                is_spent = False
        _require(is_spent, "I9", f"buried with {state.error_code}, although no budget was spent")

    def _check_terminal(self, old: FileState, state: FileState, after: Tables) -> None:
        ends = [
            event
            for event in after.history[state.id]
            if event.is_terminal and event.generation == state.generation
        ]
        _require(len(ends) <= 1, "I3", f"{_named(state)} ended {len(ends)} times")
        if state.is_erased or state.outcome in (None, Outcome.CANCELLED, Outcome.DEAD_LETTERED):
            return
        assert state.rows is not None
        rows = state.rows
        _require(
            rows.read == rows.accepted + rows.rejected + rows.skipped, "I12", "rows do not add up"
        )
        _require(bool(state.results), "I4", f"{_named(state)} ended without results")
        for result in state.results:
            is_own = f"/{state.generation}/{state.attempt}/" in result.key
            _require(is_own, "I4", f"{result.key} is not the winner's")
        self.check_objects()

    def _check_start(self, old: FileState | None, state: FileState, rival: "Holder | None") -> None:
        name = rival.actor.name if rival is not None else ""
        _require(rival is None, "I8", f"{_named(state)} was taken while {name} trusts its lease")
        if old is not None and old.status is FileStatus.PROCESSING:
            self._world.sightings.add("takeover")
            is_over = old.lease is None or not old.lease.is_live(self._world.clock.now())
            _require(is_over, "I8", f"{_named(state)} was taken before its lease was over")

    @staticmethod
    def _check_tenants(after: Tables, added: list[OutboxRow], moved: list[FileEvent]) -> None:
        for row in added:
            tenants = {row.message.tenant, dict(row.message.attributes)["tenant"]}
            is_own = tenants == {after.files[row.message.file_id].tenant}
            _require(is_own, "I14", "a message bears another tenant")
        for event in moved:
            is_own = event.tenant == after.files[event.file_id].tenant
            _require(is_own, "I14", "an event bears another tenant")

    def _note(self, added: list[OutboxRow], moved: list[FileEvent]) -> None:
        for event in moved:
            self._world.note(
                f"{current_actor().name}: {event.name} of {event.file_id},"
                f" attempt {event.attempt}, {event.error_code or event.outcome or ''}"
            )
        if any(event.name is FileEventName.ERASED for event in moved):
            self._world.needs_repair()
        self.added_at |= {row.id: self._world.scheduler.now for row in added}
        works = [row for row in added if row.message.topic is Topic.FILE_PROCESSING]
        for row in works:
            state = self._world.database.tables.files[row.message.file_id]
            self._lost.discard((state.id, state.generation))
        if works and not moved and current_actor().name.endswith("dead-letters"):
            self._world.sightings.add("redriven")

    def _has_future(self, state: FileState) -> bool:
        """A message for this generation: in the outbox, in the queue, or a dead letter."""
        file_id, generation = f'"{state.id}"', f'"generation": {state.generation},'
        unsent = [
            row.message.body
            for row in self._world.database.tables.outbox.values()
            if row.sent_at is None and row.message.topic is Topic.FILE_PROCESSING
        ]
        bodies = (*unsent, *self._world.queue.bodies, *self._world.dead_letters.bodies)
        return any(file_id in body and generation in body for body in bodies)


def _check_told(moved: list[FileEvent], told: list[OutboxRow]) -> None:
    """I3: an end and the message that tells of it are committed together."""
    ends = sorted((str(event.file_id), str(event.name)) for event in moved if event.is_terminal)
    messages = sorted(
        (str(row.message.file_id), dict(row.message.attributes)["eventType"]) for row in told
    )
    _require(ends == messages, "I3", f"{ends} was told as {messages}")


def _differs(old: FileState, state: FileState, name: str) -> bool:
    return bool(getattr(old, name) != getattr(state, name))


def _named(state: FileState) -> str:
    return f"file {state.id} ({state.status}, attempt {state.attempt})"


def _require(is_kept: bool, invariant: str, message: str) -> None:
    if not is_kept:
        raise BrokenPromiseError(invariant, message)

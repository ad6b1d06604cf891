"""What every commit has to keep, and what every record has to find in the world."""

import hashlib
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.memory.database import OutboxRow, Tables
from application.ports.outbox import Topic
from domain.events import FileEvent, FileEventName
from domain.file_state import FileState
from domain.file_status import MOVES, FileStatus, Verb
from tests.simulation.actors import current_actor
from tests.simulation.broken_promise import require
from tests.simulation.budget_checks import STARTS, BudgetChecks
from tests.simulation.end_checks import EndChecks
from tests.simulation.retention_checks import KEYS_LIVE, RetentionChecks
from tests.simulation.sent_files import SentFiles
from tests.simulation.tenant_checks import TenantChecks

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
MOVING_ATTEMPTS = (*STARTS, FileEventName.ERASED)
MOVING_COLUMNS = ("status", "outcome", "generation", "attempt", "results", "rows", "version")
LASTING_COLUMNS = (
    "id",
    "tenant",
    "bucket",
    "file_type",
    "size_bytes",
    "created_at",
    "options",
    "schema",
    "parent_id",
)
FORGOTTEN_COLUMNS = ("original_name", "key", "etag", "sha256")
"""What a tombstone has no more, and what does not change before."""


class RecordChecks:
    """Looks at what a commit changed; raises BrokenPromiseError."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.sent = SentFiles(world.scenario.submissions)
        self.ends = EndChecks(world, self.sent)
        self.tenants = TenantChecks(self.sent)
        self._budgets = BudgetChecks(world, self.sent)
        self._retention = RetentionChecks(world)
        self._lost: set[tuple[UUID, int]] = set()
        """Files whose message the world has lost; the reconciler is to find them."""
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
            if old is not None and any(event.name is FileEventName.RELEASED for event in events):
                _check_release(old)
            if events and events[-1].name in STARTS:
                self._check_start(old, state, rival_of(state))
        _check_told(moved, told)
        self.tenants.check(before, after, added, moved)
        self._retention.check(before, after, moved)
        self._note(added, moved)

    def check_future(self) -> None:
        """I6, I6b: something will ring for every unfinished file."""
        for state in self._world.database.tables.files.values():
            if not state.is_final and (state.id, state.generation) not in self._lost:
                require(
                    self._has_future(state), "I6", f"nothing will look at {_named(state)} any more"
                )

    def note_losses(self) -> None:
        """The world has lost messages: that is nobody's fault, and the reconciler's business.

        Also of those that a relay has claimed and may have published: it will say that it has.
        """
        for state in self._world.database.tables.files.values():
            if not state.is_final and not self._has_future(state, even_claimed=False):
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
            require(state.key in present, "I5", f"the input of {_named(state)} is gone")
            for result in state.results:
                content = self._world.storage.content_at(result.key)
                require(content is not None, "I4", f"{result.key} is gone")
                assert content is not None
                is_same = hashlib.sha256(content).hexdigest() == result.sha256
                require(is_same, "I4", f"{result.key} is not what was recorded")

    def check_was_announced(self, state: FileState) -> None:
        """I1: an accepted file has its object, and somebody is told of it."""
        if state.is_erased:
            return
        require(state.key in self._world.storage.keys, "I1", "an accepted file has no object")
        is_announced = any(
            row.message.file_id == state.id for row in self._world.database.tables.outbox.values()
        )
        require(is_announced, "I1", "an accepted file has no message in the outbox")

    def _check_file(
        self,
        old: FileState | None,
        state: FileState,
        events: tuple[FileEvent, ...],
        after: Tables,
    ) -> None:
        if old is None:
            self._check_new(state, events)
            return
        self._check_lasting(old, state)
        if not events:
            changed = [name for name in MOVING_COLUMNS if _differs(old, state, name)]
            require(not changed, "I2", f"{changed} of {_named(state)} changed without a move")
            return
        at = old.status
        for event in events:
            legal = MOVES[VERBS[event.name]].get(at)
            require(legal is event.to_status, "I2", f"{event.name} of a {at} file")
            at = event.to_status
            if event.is_terminal:
                self.ends.check(event, state, after)
        require(at is state.status, "I2", f"{_named(state)} is not where its moves lead")
        require(state.version == old.version + len(events), "I2", f"{_named(state)} lost a version")
        self._check_numbers(old, state, events)
        self._budgets.check(state, events)
        if state.results and state.results is not old.results:
            self.check_objects()

    def _check_new(self, state: FileState, events: tuple[FileEvent, ...]) -> None:
        now = self._world.scheduler.now
        sent = self.sent.recognise(state, at=now)
        self.tenants.check_new(sent)
        assert sent is not None
        if sent.submission.key is not None:
            self._check_twins(self.sent.twins(sent), state, now)
        require(state.status is FileStatus.PENDING, "I2", "a file that does not begin as PENDING")
        require(state.key in self._world.storage.keys, "I1", "a record without its object")
        self._budgets.check(state, events)

    def _check_twins(self, twins: Collection[UUID], state: FileState, now: float) -> None:
        """I7: for as long as a key lives it brings in one file."""
        youngest = max(
            (self.sent.accepted_at[twin] for twin in twins if twin != state.id),
            default=float("-inf"),
        )
        is_forgotten = now - youngest >= KEYS_LIVE.total_seconds()
        require(is_forgotten, "I7", "one key brought in two files")

    def _check_lasting(self, old: FileState, state: FileState) -> None:
        self.tenants.check_state(state)
        lasting = LASTING_COLUMNS if state.is_erased else (*LASTING_COLUMNS, *FORGOTTEN_COLUMNS)
        changed = [name for name in lasting if _differs(old, state, name)]
        require(not changed, "I2", f"{changed} of {_named(state)} has changed")

    def _check_numbers(
        self, old: FileState, state: FileState, events: tuple[FileEvent, ...]
    ) -> None:
        steps = sum(event.name in MOVING_ATTEMPTS for event in events)
        require(
            state.attempt == old.attempt + steps, "I11", f"attempt {old.attempt}, {state.attempt}"
        )
        generations = sum(event.name is FileEventName.REPROCESSED for event in events)
        require(
            state.generation == old.generation + generations,
            "I2",
            f"generation {old.generation}, {state.generation}",
        )
        if old.is_final and state.generation == old.generation:
            require(state.outcome is old.outcome, "I2", f"{old.outcome} became {state.outcome}")

    def _check_start(self, old: FileState | None, state: FileState, rival: "Holder | None") -> None:
        name = rival.actor.name if rival is not None else ""
        require(rival is None, "I8", f"{_named(state)} was taken while {name} trusts its lease")
        if old is not None and old.status is FileStatus.PROCESSING:
            self._world.sightings.add("takeover")
            is_over = old.lease is None or not old.lease.is_live(self._world.clock.now())
            require(is_over, "I8", f"{_named(state)} was taken before its lease was over")

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

    def _has_future(self, state: FileState, *, even_claimed: bool = True) -> bool:
        """A message for this generation: in the outbox, in the queue, or a dead letter."""
        file_id, generation = f'"{state.id}"', f'"generation": {state.generation},'
        unsent = [
            row.message.body
            for row in self._world.database.tables.outbox.values()
            if row.sent_at is None
            and row.message.topic is Topic.FILE_PROCESSING
            and (even_claimed or row.claimed_by is None)
        ]
        bodies = (*unsent, *self._world.queue.bodies, *self._world.dead_letters.bodies)
        return any(file_id in body and generation in body for body in bodies)


def _check_release(old: FileState) -> None:
    """I11: an attempt is given back by the process that holds it, and by nobody else."""
    owner, actor = old.lease.owner if old.lease is not None else "", current_actor().name
    is_owner = actor.startswith((f"{owner}.", "late-call"))
    require(is_owner, "I11", f"{actor} has given back what {owner} holds")


def _check_told(moved: list[FileEvent], told: list[OutboxRow]) -> None:
    """I3: an end and the message that tells of it are committed together."""
    ends = sorted((str(event.file_id), str(event.name)) for event in moved if event.is_terminal)
    messages = sorted(
        (str(row.message.file_id), dict(row.message.attributes)["eventType"]) for row in told
    )
    require(ends == messages, "I3", f"{ends} was told as {messages}")


def _differs(old: FileState, state: FileState, name: str) -> bool:
    return bool(getattr(old, name) != getattr(state, name))


def _named(state: FileState) -> str:
    return f"file {state.id} ({state.status}, attempt {state.attempt})"

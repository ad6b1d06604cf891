"""Sees every change of the world as it happens, and compares it with the protocol's promises."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.memory.database import Tables
from application.ports.lease_keeper import HeldLease, KeptLease
from application.use_cases.upload_file import UploadReceipt
from domain.collection_policy import LEAST_AGE
from domain.file_state import FileState
from domain.file_status import Outcome
from entrypoints.watched.calls import ALL_OF_THE_STORAGE
from tests.simulation.actors import Actor, current_actor
from tests.simulation.broken_promise import BrokenPromiseError, require
from tests.simulation.content import Content
from tests.simulation.lease_actors import Holder
from tests.simulation.record_checks import RecordChecks
from tests.simulation.retention_checks import KEYS_LIVE

if TYPE_CHECKING:
    from tests.simulation.process import Process
    from tests.simulation.scenario import Submission
    from tests.simulation.world import World


class Watch:
    """The invariants of protocol.md, section 4, that hold at every step.

    What it finds is not raised where it is found, since a use case may catch it, but handed to
    the scheduler, which ends the run.
    """

    def __init__(self, world: "World") -> None:
        self._world = world
        self._records = RecordChecks(world)
        self._holders: dict[Actor, Holder] = {}
        self._last_held: dict[Actor, HeldLease] = {}
        self._given_back: set[tuple[UUID, int]] = set()
        """Attempts that are ended for slots which hang; they learn of it when they wake up."""
        self._bytes_of_results: dict[tuple[str, str], bytes] = {}
        self._files_of_keys: dict[tuple[str, str], tuple[UUID, float]] = {}
        self._replaced_at: dict[str, float] = {}
        """Since when the results that once were a file's are so no more."""

    def committed(self, before: Tables, after: Tables) -> None:
        """The database went from one state to another."""
        with self._judging():
            self._records.check(before, after, self.rival_of)
            self._records.check_future()
        self._note_replaced(before, after)

    def object_put(self, key: str, content: bytes) -> None:
        """I13: every attempt at a file writes the same bytes under the same name."""
        parts = key.split("/")
        with self._judging():
            if parts[0] == "results":
                known = self._bytes_of_results.setdefault((parts[1], parts[-1]), content)
                require(known == content, "I13", f"{key} differs from an earlier attempt's")
            self._records.check_objects()

    def objects_removed(self) -> None:
        """I4, I5: nothing that a record names is ever removed."""
        with self._judging():
            self._records.check_objects()

    def collected(self, ages: Mapping[str, timedelta]) -> None:
        """I5: nothing young is ever collected, nor what was handed out until a day ago."""
        if ages:
            self._world.sightings.add("collected")
        now = self._world.scheduler.now
        with self._judging():
            is_old = all(age >= LEAST_AGE for age in ages.values())
            require(is_old, "I5", "something was collected that may yet become somebody's")
            for key in ages.keys() & self._replaced_at.keys():
                self._world.sightings.add("replaced results collected")
                is_long_ago = now - self._replaced_at[key] >= LEAST_AGE.total_seconds()
                require(is_long_ago, "I5", f"{key} was replaced only now, and is gone")

    def message_deleted(self, body: str) -> None:
        """I6: the last message of a file goes after the file's end alone."""
        with self._judging():
            self._records.check_future()

    @contextmanager
    def holding(self, worker: Actor, held: HeldLease, lease: KeptLease) -> Iterator[None]:
        """The worker believes, meanwhile, that it owns a file."""
        generation = self._world.database.tables.files[held.file_id].generation
        self._holders[worker] = Holder(
            held=held,
            lease=lease,
            actor=worker,
            generation=generation,
            began_at=self._world.scheduler.now,
        )
        self._last_held[worker] = held
        try:
            yield
        finally:
            del self._holders[worker]

    def gives_back(self, held: HeldLease) -> None:
        """Another actor of its process ends what a slot holds."""
        self._given_back.add((held.file_id, held.attempt))

    def held_by(self, actor: Actor) -> HeldLease | None:
        """What that worker believes to hold, or held last."""
        return self._last_held.get(actor)

    def is_working(self) -> bool:
        """True of an actor that is, or was, at work on a delivery's file."""
        return current_actor() in self._last_held

    def rival_of(self, state: FileState) -> Holder | None:
        """Somebody alive who still trusts an earlier lease of the file.

        Whoever's generation a user has ended learns of it a little later, and is fenced; so is
        a slot whose worker has given back what it holds, and is about to end.
        """
        now = self._world.scheduler.now
        for holder in self._holders.values():
            is_rival = holder.held.file_id == state.id and holder.held.attempt < state.attempt
            is_rival = is_rival and holder.generation == state.generation
            is_rival = is_rival and (state.id, holder.held.attempt) not in self._given_back
            if is_rival and not holder.actor.is_dead and not _is_given_up(holder, now):
                return holder
        return None

    def work_goes_on(self, process: "Process") -> None:
        """I8, B2, B3: nobody works on a file that is another's by now, in vain, or for ever.

        Asked right after the work has asked whether it has to stop.
        """
        holder = self._holders[current_actor()]
        state = self._world.database.tables.files[holder.held.file_id]
        name, now = holder.actor.name, self._world.scheduler.now
        with self._judging():
            is_ended = state.is_erased or state.generation != holder.generation
            is_mine = state.attempt == holder.held.attempt or is_ended
            require(is_mine, "I8", f"{name} works on an attempt that is over")
            is_trusted = now < holder.lease.trusted_until
            require(is_trusted, "I8", f"{name} works past the end of its lease")
            is_away = process.gate.is_shut(*ALL_OF_THE_STORAGE)
            require(not is_away, "B2", f"{name} works although it knows that storage is away")
            limit = self._world.scenario.attempt_limit.total_seconds()
            require(now < holder.began_at + limit, "B3", f"{name} works longer than {limit:g} s")

    def accepted(self, submission: "Submission", receipt: UploadReceipt, content: Content) -> None:
        """I1, I7: what a 2xx promises is there when it is given."""
        state = self._world.database.tables.files.get(receipt.file.id)
        now = self._world.scheduler.now
        with self._judging():
            require(state is not None, "I1", "an accepted file has no record")
            assert state is not None
            self._records.tenants.check_answer(receipt.file, tenant=submission.tenant)
            if not state.is_erased:
                require(state.sha256 == content.sha256, "I7", "a key stands for other content")
            if submission.key is not None:
                key = (submission.tenant, submission.key)
                known, since = self._files_of_keys.setdefault(key, (state.id, now))
                is_same = known == state.id or now - since >= KEYS_LIVE.total_seconds()
                require(is_same, "I7", "one key stands for two files")
                self._files_of_keys[key] = (state.id, since if known == state.id else now)
            if not (receipt.is_replay and state.is_final):
                self._records.check_was_announced(state)

    def wished(self, file_id: UUID, outcome: Outcome) -> None:
        """A user asks for that end of the file."""
        self._records.ends.wishes.add((file_id, outcome))

    def messages_lost(self) -> None:
        """The world has lost messages, which is nobody's fault."""
        self._records.note_losses()

    def was_lost(self, state: FileState) -> bool:
        """True when the world lost the file's only message."""
        return self._records.was_lost(state)

    def added_at(self, record_id: int) -> float:
        """When that message came into the outbox."""
        return self._records.added_at[record_id]

    def erased(self, file_id: UUID) -> None:
        """A deletion was answered: what the client submitted is gone."""
        folder = f"uploads/{file_id}/"
        is_gone = not any(key.startswith(folder) for key in self._world.storage.keys)
        with self._judging():
            require(is_gone, "I4", "the content of a deleted file is still there")

    def result_served(self, state: FileState, name: str, content: bytes) -> None:
        """I4: only the bytes of the attempt that won are ever served."""
        with self._judging():
            self._records.ends.check_served(state, name, content)

    def answered(self, state: FileState, *, tenant: str) -> None:
        """I14: somebody was told of a file."""
        with self._judging():
            self._records.tenants.check_answer(state, tenant=tenant)

    def _note_replaced(self, before: Tables, after: Tables) -> None:
        for file_id, old in before.files.items():
            new = after.files.get(file_id)
            if old.results and new is not None and new.results is not old.results:
                keys = {result.key for result in old.results}
                keys -= {result.key for result in new.results}
                if not new.is_erased:
                    self._replaced_at |= dict.fromkeys(keys, self._world.scheduler.now)
            if new is None or new.is_erased:
                self._forget_replaced(file_id)

    def _forget_replaced(self, file_id: UUID) -> None:
        folder = f"results/{file_id}/"
        for key in [key for key in self._replaced_at if key.startswith(folder)]:
            del self._replaced_at[key]

    @contextmanager
    def _judging(self) -> Iterator[None]:
        try:
            yield
        except BrokenPromiseError as violation:
            self._world.scheduler.violation = self._world.scheduler.violation or violation


def _is_given_up(holder: Holder, now: float) -> bool:
    return holder.lease.trusted_until <= now or holder.lease.is_lost


Rival = Callable[[FileState], Holder | None]

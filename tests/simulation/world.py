"""What all processes share, and the processes themselves."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import UUID

from adapters.memory.collection_log import MemoryCollectionLog
from adapters.memory.database import MemoryDatabase, Tables
from adapters.memory.event_publisher import MemoryEventPublisher
from adapters.memory.message_queue import MemoryDeadLetterQueue, MemoryMessageQueue
from adapters.memory.seeded_ids import SeededRandomness, SequentialIds
from application.errors import ApplicationError
from application.ports.schema_repository import SchemaVersion
from tests.simulation.actors import Actor, Scheduler, current_actor
from tests.simulation.clock import ActorClock, virtual_seconds
from tests.simulation.content import FIELDS, SCHEMA
from tests.simulation.decisions import Call, CallPoint, ChanceDecisions, Decisions, ToldDecisions
from tests.simulation.fault import Fault
from tests.simulation.outage_checks import OutageChecks
from tests.simulation.process import Process
from tests.simulation.scenario import Scenario
from tests.simulation.supervisor import Supervisor, UnattendedSupervisor
from tests.simulation.timings import (
    DEAD_LETTER_PERIOD_SECONDS,
    RECONCILE_PERIOD_SECONDS,
    RELAY_PERIOD_SECONDS,
)
from tests.simulation.watch import Watch
from tests.simulation.wiring import Wiring


class World:
    """Database, storage, queues and time; who is idle, and what wakes whom."""

    def __init__(self, scenario: Scenario, wiring: Wiring) -> None:
        self.scenario = scenario
        self.wiring = wiring
        self.scheduler = Scheduler()
        self.latency = random.Random(f"latency of {scenario.seed}")
        self.clock = ActorClock(self.scheduler)
        self.database = MemoryDatabase()
        self.dead_letters = MemoryDeadLetterQueue(self.clock)
        self.queue = MemoryMessageQueue(
            self.clock,
            dead_letters=self.dead_letters,
            is_strict=scenario.is_strict,
            reorder=self.latency.shuffle if scenario.is_reordered else None,
        )
        self.publisher = MemoryEventPublisher(self.queue)
        self.ids = SequentialIds()
        self.randomness = SeededRandomness(scenario.seed)
        self.watch = Watch(self)
        self.outages = OutageChecks(self)
        self.storage = wiring.storage(self.watch, self.clock)
        self.collections = MemoryCollectionLog()
        self.decisions: Decisions = (
            ChanceDecisions(
                scenario.seed,
                share=scenario.fault_share,
                answers_alone=scenario.has_errors_alone,
            )
            if scenario.faults is None
            else ToldDecisions(scenario.faults)
        )
        self.processes: list[Process] = []
        self.supervisor: Supervisor = UnattendedSupervisor()
        self.users: list[Actor] = []
        self.callers: dict[Actor, Process] = {}
        # Dictionaries keep the order in which actors came; a set's is another in every process.
        self.idle_relays: dict[Actor, None] = {}
        self.idle_receivers: dict[Actor, None] = {}
        self.idle_repairers: dict[Actor, None] = {}
        self.idle_watchers: dict[Actor, None] = {}
        self.late_calls: list[Actor] = []
        self.relays_stand_until = 0.0
        self.database_locked_until = 0.0
        """Until when a transaction that nobody waits for keeps other writers out."""
        self.rounds: dict[str, tuple[Actor, float]] = {}
        """Who is in which round, and since when."""
        self.accepted: list[tuple[str, UUID]] = []
        self.sightings: set[str] = set()
        """What has happened at least once; the *sometimes*-assertions ask for it."""
        self.calls: list[Call] = []
        """Every call of the run, in order; only where the scenario tells its faults."""
        self.trace: list[str] = []
        """What happened, line by line; likewise."""
        self._numbers: Counter[str] = Counter()
        self._late_calls = 0
        self._away_until: dict[str, float] = {}
        self._silent_until: dict[str, float] = {}
        self.database.tables = Tables(schemas=_schemas(self.clock.now()))

    @property
    def is_mended(self) -> bool:
        """True once the defect is mended."""
        return self.scheduler.now >= self.scenario.mended_at

    @property
    def is_chaos_over(self) -> bool:
        """True when no new accident happens any more."""
        return self.scheduler.now >= self.scenario.ends_at

    def next_fault(self, actor: str, *, port: str, special: tuple[Fault, ...] = ()) -> Fault | None:
        """The fault of the actor's next call, which `special` ones can befall, too."""
        self._numbers[actor] += 1
        if self.is_chaos_over:
            return None
        point = CallPoint(actor, self._numbers[actor])
        call = Call(point=point, port=port, special=special)
        fault = self.decisions.fault_at(call)
        if self.scenario.faults is not None:
            self.calls.append(call)
            if fault is not None:
                self.note(f"{point.actor}, call {point.number} of {port}: {fault}")
        return fault

    def happen_later(self, effect: Callable[[], object], *, seconds: float, locks: bool) -> None:
        """Does by then what a caller asked for who has gone; `locks` keeps other writers out."""

        def happen() -> None:
            self.scheduler.sleep(seconds)
            self.sightings.add("late")
            # Whether it is done or refused, nobody is there to hear of it.
            with suppress(ApplicationError):
                effect()

        self._late_calls += 1
        name = f"late-call-{self._late_calls}"
        self.note(f"{name} will be done in {seconds:g} s")
        actor = self.scheduler.spawn(Actor(name, happen, self.scheduler))
        self.late_calls.append(actor)
        if locks:
            self.database_locked_until = self.scheduler.now + seconds

    def seconds_of(self, at: datetime) -> float:
        """The virtual time of a moment of the database's."""
        return virtual_seconds(at)

    def note(self, line: str) -> None:
        """Writes a line of the trace."""
        if self.scenario.faults is not None:
            self.trace.append(f"{self.scheduler.now:9.3f} s  {line}")

    def is_away(self, port: str) -> bool:
        """True while nobody reaches it."""
        return self.scheduler.now < self._away_until.get(port, 0.0)

    def begin_outage(self, port: str, *, seconds: float) -> None:
        """Nobody reaches it for so long."""
        until = min(self.scheduler.now + seconds, self.scenario.ends_at)
        self._away_until[port] = max(until, self._away_until.get(port, 0.0))

    def note_standstill(self, seconds: float) -> None:
        """The calling actor stands still, which an outbox has to wait for if it is a relay's."""
        if current_actor().name.endswith((".relay", ".supervisor")):
            self.relays_stand_until = max(self.relays_stand_until, self.scheduler.now + seconds)

    def begin_silence(self, port: str, *, seconds: float) -> None:
        """Whoever calls it waits for so long, as for a disk that hangs."""
        self._silent_until[port] = min(self.scheduler.now + seconds, self.scenario.ends_at)

    def sit_out_silence(self, port: str) -> None:
        """The calling actor waits until the port answers again."""
        seconds = self._silent_until.get(port, 0.0) - self.scheduler.now
        if seconds > 0:
            self.scheduler.sleep(seconds)

    def callers_of(self, process: Process) -> list[Actor]:
        """Who waits for an answer of that process."""
        return [caller for caller, asked in self.callers.items() if asked is process]

    @contextmanager
    def observed_commit(self) -> Iterator[None]:
        """Shows what a commit changes to those who check it, and wakes those it concerns."""
        before = self.database.tables
        yield
        after = self.database.tables
        self.watch.committed(before, after)
        if after.outbox != before.outbox:
            for relay in tuple(self.idle_relays):
                self.scheduler.wake(relay, after=self.latency.random() * RELAY_PERIOD_SECONDS)

    def messages_changed(self) -> None:
        """A message came, or became visible: receivers look up."""
        for receiver in tuple(self.idle_receivers):
            self.scheduler.wake(receiver, after=self.latency.random() * 0.05)

    def needs_repair(self) -> None:
        """There is something for the reconciler, which looks once a minute."""
        for repairer in tuple(self.idle_repairers):
            self.scheduler.wake(repairer, after=RECONCILE_PERIOD_SECONDS)

    def letters_changed(self) -> None:
        """A message may have become a dead letter."""
        for watcher in tuple(self.idle_watchers):
            self.scheduler.wake(watcher, after=DEAD_LETTER_PERIOD_SECONDS)

    def outbox_due_at(self) -> float | None:
        """When the first message can be claimed; None when nothing is to be sent."""
        return min(
            (
                max(
                    0.0 if row.available_at is None else virtual_seconds(row.available_at),
                    0.0 if row.claimed_until is None else virtual_seconds(row.claimed_until),
                )
                for row in self.database.tables.outbox.values()
                if row.sent_at is None
            ),
            default=None,
        )


def _schemas(at: datetime) -> dict[tuple[str, str, int], SchemaVersion]:
    return {
        (tenant, SCHEMA, 1): SchemaVersion(
            tenant=tenant,
            name=SCHEMA,
            version=1,
            descriptor={"fields": [{"name": field, "type": "string"}]},
            created_at=at,
        )
        for tenant, field in FIELDS.items()
    }

"""Heartbeats as actors beside the work."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.ports.lease_keeper import HeldLease, KeptLease, LeaseKeeper
from application.use_cases.renew_lease import RenewLease
from entrypoints.worker.heartbeat import Heartbeat
from tests.simulation.actors import Actor, current_actor
from tests.simulation.timings import TIMINGS

if TYPE_CHECKING:
    from tests.simulation.process import Process


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A worker that believes to own a file."""

    held: HeldLease
    lease: KeptLease
    actor: Actor
    generation: int
    began_at: float


class ActorLeaseKeeper(LeaseKeeper):
    """One actor for every kept lease, which makes the beats of production."""

    def __init__(self, process: "Process", renew_lease: RenewLease) -> None:
        self._process = process
        self._renew_lease = renew_lease

    @contextmanager
    def keep(self, lease: HeldLease) -> Iterator[KeptLease]:
        self._process.held_leases.note(lease)
        kept = self.heartbeat(lease)
        worker = current_actor()
        beating = _Beating(self._process, kept, name=f"{worker.name}.heartbeat")
        beating.start()
        with self._process.world.watch.holding(worker, lease, kept):
            try:
                yield kept
            finally:
                beating.stop()

    def heartbeat(self, lease: HeldLease) -> Heartbeat:
        """The rules of one lease's trust."""
        return Heartbeat(
            lease,
            renew_lease=self._renew_lease,
            clock=self._process.ports.clock,
            randomness=self._process.world.randomness,
            timings=TIMINGS,
        )


class _Beating:
    def __init__(self, process: "Process", heartbeat: Heartbeat, *, name: str) -> None:
        self._process = process
        self._heartbeat = heartbeat
        self._name = name
        self._is_stopped = False
        self._is_resting = False
        self._waiting: Actor | None = None
        self._actor: Actor | None = None

    def start(self) -> None:
        self._actor = self._process.spawn(self._name, self._run)

    def stop(self) -> None:
        """Returns when no beat is under way or will follow."""
        scheduler = self._process.world.scheduler
        self._is_stopped = True
        if self._is_resting and self._actor is not None:
            scheduler.wake(self._actor)
        while self._actor is not None and not self._actor.dead:
            self._waiting = current_actor()
            scheduler.park()

    def _run(self) -> None:
        pause_seconds = self._heartbeat.until_next_beat()
        try:
            while not self._rests(pause_seconds) and not self._heartbeat.is_lost:
                pause_seconds = self._heartbeat.beat()
        finally:
            self._actor = None
            if self._waiting is not None and not self._waiting.is_dead:
                self._process.world.scheduler.wake(self._waiting)

    def _rests(self, seconds: float) -> bool:
        self._is_resting = True
        if not self._is_stopped:
            self._process.world.scheduler.sleep(seconds)
        self._is_resting = False
        return self._is_stopped

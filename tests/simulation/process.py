"""A process of the service: the actors that live and die together."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from greenlet import GreenletExit

from application.errors import ApplicationError
from application.ports.message_queue import Delivery
from entrypoints.pulses import Pulses
from entrypoints.worker.call_watch import ProcessCallWatch
from entrypoints.worker.loop import NOT_NOW, backoff_seconds
from entrypoints.worker.relaying import Relaying
from tests.simulation.actors import Actor, current_actor
from tests.simulation.giving_back import ActorHeldLeases
from tests.simulation.port_calls import PortCalls
from tests.simulation.ports import watched
from tests.simulation.timings import PROBE_PAUSE_SECONDS, RELAY_PERIOD_SECONDS

if TYPE_CHECKING:
    from tests.simulation.world import World


class Process:
    """What API and worker processes have in common: a life, a clock of their own, a relay."""

    is_mortal = True

    def __init__(self, world: "World", name: str, *, skew_seconds: float = 0.0) -> None:
        self.world = world
        self.name = name
        self.skew_seconds = skew_seconds
        self.is_up = False
        self.calls = PortCalls(self)
        self.wire()
        self.actors: list[Actor] = []
        self._relay: Actor | None = None
        self._rings = False

    def wire(self) -> None:
        """Puts together what a process has that begins."""
        wiring = self.world.wiring
        ports = wiring.ports(self)
        self.ports = ports
        self.breakers = wiring.breakers(self)
        self.ports = watched(ports, ProcessCallWatch(self.breakers, Pulses()))
        self.gate = wiring.gate(self, self.breakers)
        self.held_leases = ActorHeldLeases()
        self.relaying = Relaying(wiring.relay_outbox(self), self.gate)
        # Requests have no breakers: each is answered by what is the case.
        self.unwatched_ports = ports

    def start(self) -> None:
        """Begins a life."""
        self.is_up = True
        self._relay = self.spawn(f"{self.name}.relay", self.loop(self._relay_step, self._idle))

    def spawn(self, name: str, run: Callable[[], object]) -> Actor:
        """Another thread of the process."""
        self.actors = [actor for actor in self.actors if not actor.dead]
        actor = Actor(name, run, self.world.scheduler)
        self.actors.append(actor)
        return self.world.scheduler.spawn(actor)

    def crash(self) -> None:
        """Kill -9: none of its actors does anything more."""
        if self.is_up:
            self.is_up = False
            self.world.scheduler.kill(self.actors)
            self.actors = []
            self.world.supervisor.saw_die(self)

    def die(self) -> None:
        """The same, by an actor of its own."""
        self.crash()
        raise GreenletExit

    def pause(self, seconds: float) -> None:
        """SIGSTOP, and SIGCONT after `seconds`."""
        until = self.world.scheduler.now + seconds
        for actor in self.actors:
            self.world.scheduler.delay(actor, until=until)

    def work(self, seconds: float) -> None:
        """Computes; nothing else happens in the calling actor meanwhile."""
        self.world.scheduler.sleep(seconds)

    def received(self, deliveries: Sequence[Delivery]) -> None:
        """Takes note of what the queue handed out, before anybody else can know of it."""

    def ring(self) -> None:
        """A commit of ours left something to send."""
        self._rings = True
        if self._relay is not None and self._relay in self.world.idle_relays:
            self.world.scheduler.wake(self._relay)

    def await_message(self) -> None:
        """Returns when a message is due, for a receiver; at once in a process without."""

    def loop(
        self,
        step: Callable[[], object],
        idle: Callable[[], object],
        *,
        is_over: Callable[[], bool] = lambda: False,
    ) -> Callable[[], None]:
        """The step until it is over, as `entrypoints/worker/loop.py` repeats it."""

        def run() -> None:
            failures = 0
            while not is_over():
                try:
                    result = step()
                except ApplicationError:
                    failures += 1
                    self.world.scheduler.sleep(backoff_seconds(failures))
                    continue
                failures = 0
                if result is NOT_NOW:
                    # It would look several times a second whether a probe is due.
                    self.world.scheduler.sleep(PROBE_PAUSE_SECONDS)
                elif not result:
                    idle()

        return run

    @property
    def is_sending(self) -> bool:
        """True while its relay has something to do."""
        return self._relay is not None and self._relay not in self.world.idle_relays

    def _relay_step(self) -> object:
        self._rings = False
        return self.relaying()

    def _idle(self) -> None:
        """Polls, without the polls that would find nothing."""
        if self._rings:
            return
        world, actor = self.world, current_actor()
        due_at = world.outbox_due_at()
        world.idle_relays[actor] = None
        try:
            if due_at is None:
                world.scheduler.park()
            else:
                wait_seconds = max(0.0, due_at - world.scheduler.now)
                world.scheduler.sleep(wait_seconds + world.latency.random() * RELAY_PERIOD_SECONDS)
        finally:
            world.idle_relays.pop(actor, None)

"""What a simulated worker's slots hold, and how it is given back when their time is over."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from application.errors import DependencyError
from application.ports.lease_keeper import HeldLease
from application.use_cases.attempt import StopReason
from application.use_cases.release_held_file import ReleaseHeldFile
from entrypoints.worker.held_leases import HeldLeases
from tests.simulation.actors import Actor, current_actor

if TYPE_CHECKING:
    from tests.simulation.process import Process

LOOK_SECONDS = 0.05


class ActorHeldLeases(HeldLeases):
    """The same by actor, since all of them run in one thread."""

    def __init__(self) -> None:
        self._by_actor: dict[Actor, HeldLease] = {}

    def note(self, lease: HeldLease) -> None:
        """This actor holds it from now on."""
        self._by_actor[current_actor()] = lease

    @contextmanager
    def of_one_delivery(self) -> Generator[None]:
        """When the block ends, this actor holds nothing any more."""
        try:
            yield
        finally:
            self._by_actor.pop(current_actor(), None)

    def all(self) -> Sequence[HeldLease]:
        """What is held at this moment."""
        return tuple(self._by_actor.values())


class ActorGivingBack:
    """What `GivingBack` does, with an actor of the process for each lease."""

    def __init__(self, process: "Process", release_held_file: ReleaseHeldFile) -> None:
        self._process = process
        self._release_held_file = release_held_file

    def __call__(self, *, seconds: float) -> None:
        """Returns when everything is settled, or after so many seconds."""
        process, scheduler = self._process, self._process.world.scheduler
        until = process.ports.clock.monotonic() + seconds
        ends_at = scheduler.now + seconds
        releases = [
            process.spawn(
                f"{process.name}.give-back-{number}", partial(self._give_back, held, until)
            )
            for number, held in enumerate(process.held_leases.all(), start=1)
        ]
        while scheduler.now < ends_at and any(_is_alive(actor) for actor in releases):
            scheduler.sleep(LOOK_SECONDS)

    def _give_back(self, held: HeldLease, until: float) -> None:
        world = self._process.world
        world.watch.gives_back(held)
        try:
            is_free = self._release_held_file(held, StopReason.SHUTDOWN, try_until=until)
        except DependencyError:
            world.sightings.add("work abandoned")
        else:
            world.sightings.add("taken from slot" if is_free else "settled before")


def _is_alive(actor: Actor) -> bool:
    return not (actor.dead or actor.is_dead)

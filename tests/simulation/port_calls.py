"""Where a call leaves the service: others get their turn, and the world its chance.

A transaction is two calls, its begin and its commit. What happens in between happens at the
commit or not at all, so that a fault in the middle of it is a fault at the commit.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from greenlet import GreenletExit

from application.errors import (
    AmbiguousCommitError,
    DatabaseUnavailableError,
    DependencyError,
    QueueUnavailableError,
    StorageUnavailableError,
)
from tests.simulation.actors import current_actor, refuse_the_dead
from tests.simulation.fault import OUTAGE_SECONDS, Fault

if TYPE_CHECKING:
    from tests.simulation.process import Process

Result = TypeVar("Result")

LONGEST_LATENCY_SECONDS = 0.04
DEADLINE_SECONDS = {"database": 10.0, "storage": 10.0, "queue": 5.0, "publisher": 5.0}
CRASHES = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
IN_DOUBT = (Fault.ERROR_AFTER, Fault.ERROR_AND_OUTAGE, Fault.HANG)
"""After these the caller cannot know whether the call has done its work."""

ERRORS: dict[str, Callable[[str], DependencyError]] = {
    "database": DatabaseUnavailableError,
    "storage": StorageUnavailableError,
    "queue": QueueUnavailableError,
    "publisher": QueueUnavailableError,
}


class PortCalls:
    """The calls of one process."""

    def __init__(self, process: "Process") -> None:
        self._process = process
        self._world = process.world

    def make(
        self,
        port: str,
        effect: Callable[[], Result],
        *,
        lost: Callable[[str], Exception] | None = None,
        partly: Callable[[], Result] | None = None,
    ) -> Result:
        """What `effect` returns, if nothing comes in between.

        `lost` makes the error of a call that may have happened, where the port has one of its
        own; `partly` is the effect of half a batch.
        """
        actor = current_actor()
        refuse_the_dead(actor)
        world = self._world
        fault = world.next_fault(actor.name, port=port)
        world.scheduler.sleep(world.latency.random() * LONGEST_LATENCY_SECONDS)
        if fault is None:
            if world.is_away(port):
                raise ERRORS[port]("connection refused")
            return effect()
        return self._faulty(fault, port, effect, lost or ERRORS[port], partly or effect)

    def _faulty(
        self,
        fault: Fault,
        port: str,
        effect: Callable[[], Result],
        lost: Callable[[str], Exception],
        partly: Callable[[], Result],
    ) -> Result:
        if fault in CRASHES and not self._process.is_mortal:
            fault = Fault.ERROR_BEFORE
        if fault.stall_seconds:
            self._world.scheduler.sleep(fault.stall_seconds)
        if fault is Fault.CRASH_BEFORE:
            self._die()
        if lost is AmbiguousCommitError and fault in IN_DOUBT:
            self._world.sightings.add("ambiguous")
        if fault is Fault.HANG:
            self._world.scheduler.sleep(DEADLINE_SECONDS[port])
            raise lost("no answer in time")
        if fault is Fault.ERROR_BEFORE or self._world.is_away(port):
            raise ERRORS[port]("connection refused")
        result = partly() if fault is Fault.PARTIAL else effect()
        if fault is Fault.CRASH_AFTER:
            self._die()
        if fault is Fault.ERROR_AND_OUTAGE:
            self._world.begin_outage(port, seconds=OUTAGE_SECONDS)
        if fault in IN_DOUBT:
            raise lost("connection lost")
        return result

    def _die(self) -> None:
        self._process.crash()
        raise GreenletExit

"""Where a call leaves the service: others get their turn, and the world its chance.

A transaction is two calls, its begin and its commit. What happens in between happens at the
commit or not at all; that a statement in the middle of it fails is told when it begins.
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
from tests.simulation.fault import LATE_SECONDS, OUTAGE_SECONDS, STATEMENTS, Fault

if TYPE_CHECKING:
    from tests.simulation.process import Process

Result = TypeVar("Result")

LONGEST_LATENCY_SECONDS = 0.04
ANSWER_SECONDS = 310.0
DEADLINE_SECONDS = {"database": 10.0, "storage": 10.0, "queue": 5.0, "publisher": 5.0}
CRASHES = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
IN_DOUBT = (Fault.ERROR_AFTER, Fault.ERROR_AND_OUTAGE, Fault.HANG, Fault.LATE, Fault.LATE_400)
"""After these the caller cannot know whether the call has done its work."""

LONG_LATE = tuple(LATE_SECONDS)
SOON_LATE = (Fault.LATE, Fault.CRASH_AND_LATE)
"""What a database still does for a client that it has lost, it does before long: it notices."""
SOON_LATE_SECONDS = 25.0

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

    def refuse_if_away(self, ability: str) -> None:
        """Raises StorageUnavailableError while the storage lacks that one ability."""
        if self._world.is_away(ability):
            raise StorageUnavailableError("no space left")

    def make(
        self,
        port: str,
        effect: Callable[[], Result],
        *,
        lost: Callable[[str], Exception] | None = None,
        partly: Callable[[], Result] | None = None,
        late: tuple[Fault, ...] = (),
        breaks: Callable[[int], None] | None = None,
    ) -> Result:
        """What `effect` returns, if nothing comes in between.

        `lost` makes the error of a call that may have happened, where the port has one of its
        own; `partly` is the effect of a call that is done in part. `late` are the ways in which
        it may be done when nobody waits for it any more. `breaks` is told which statement of
        the transaction that begins here is to fail.
        """
        actor = current_actor()
        refuse_the_dead(actor)
        world = self._world
        special = late if partly is None else (Fault.PARTIAL, *late)
        if breaks is not None:
            special = STATEMENTS
        fault = world.next_fault(actor.name, port=port, special=special)
        world.scheduler.sleep(world.latency.random() * LONGEST_LATENCY_SECONDS)
        world.sit_out_silence(port)
        if fault is None:
            if world.is_away(port):
                raise ERRORS[port]("connection refused")
            return effect()
        if breaks is not None and fault.broken_statement:
            breaks(fault.broken_statement)
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
        if lost is AmbiguousCommitError and fault in IN_DOUBT:
            self._world.sightings.add("ambiguous")
        self._suffer_before(fault, port, effect, lost)
        result = partly() if fault is Fault.PARTIAL else effect()
        self._suffer_after(fault, port, lost)
        return result

    def _suffer_before(
        self,
        fault: Fault,
        port: str,
        effect: Callable[[], Result],
        lost: Callable[[str], Exception],
    ) -> None:
        scheduler, is_late = self._world.scheduler, fault in LATE_SECONDS
        if fault.stall_seconds:
            self._world.note_standstill(fault.stall_seconds)
            scheduler.sleep(fault.stall_seconds)
        if fault is Fault.CRASH_BEFORE:
            self._die()
        if is_late and not self._world.is_away(port):
            self._leave_behind(fault, port, effect)
        if fault is Fault.HANG or is_late:
            scheduler.sleep(DEADLINE_SECONDS[port])
            raise lost("no answer in time")
        if fault is Fault.ERROR_BEFORE or self._world.is_away(port):
            raise ERRORS[port]("connection refused")

    def _suffer_after(self, fault: Fault, port: str, lost: Callable[[str], Exception]) -> None:
        if fault is Fault.CRASH_AFTER:
            self._die()
        if fault is Fault.ANSWER_310:
            self._world.note_standstill(ANSWER_SECONDS)
            self._world.scheduler.sleep(ANSWER_SECONDS)
        if fault is Fault.ERROR_AND_OUTAGE:
            self._world.begin_outage(port, seconds=OUTAGE_SECONDS)
        if fault in IN_DOUBT:
            raise lost("connection lost")

    def _leave_behind(self, fault: Fault, port: str, effect: Callable[[], Result]) -> None:
        """The call is under way, and does its work whatever becomes of its caller."""
        seconds = SOON_LATE_SECONDS if port == "database" else LATE_SECONDS[fault]
        self._world.happen_later(effect, seconds=seconds, locks=port == "database")
        if fault is Fault.CRASH_AND_LATE and self._process.is_mortal:
            self._die()

    def _die(self) -> None:
        self._process.crash()
        raise GreenletExit

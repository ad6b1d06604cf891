"""Starts dead processes again."""

from typing import TYPE_CHECKING, Protocol

from application.errors import ApplicationError
from application.use_cases.recover_after_crash import RecoverAfterCrash
from tests.simulation.actors import Actor
from tests.simulation.process import Process

if TYPE_CHECKING:
    from tests.simulation.world import World

LONGEST_RESTART_SECONDS = 30.0
PAUSE_SECONDS = 1.0


class Supervisor(Protocol):
    """Is told of every death."""

    @property
    def actors(self) -> list[Actor]:
        """Who starts processes again."""

    def saw_die(self, process: Process) -> None:
        """The process is dead."""


class UnattendedSupervisor(Supervisor):
    """Leaves the dead alone."""

    @property
    def actors(self) -> list[Actor]:
        return []

    def saw_die(self, process: Process) -> None:
        """Nobody is there to do anything."""


class RestartingSupervisor(Process):
    """Starts them again after a while.

    As `gristmill up` it `frees` what the dead one held first, and only then starts it, so that
    nothing of its next life is freed by mistake. It is the system's own, and never dies.
    """

    is_mortal = False

    def __init__(self, world: "World", *, frees: bool) -> None:
        super().__init__(world, "supervisor")
        self._frees = frees
        self._recover = RecoverAfterCrash(
            units_of_work=self.ports.units_of_work, hidden=world.queue
        )

    def saw_die(self, process: Process) -> None:
        """Takes care of it."""
        self.spawn(f"{process.name}.supervisor", lambda: self._start_again(process))

    def _start_again(self, process: Process) -> None:
        world = self.world
        world.scheduler.sleep(world.latency.random() * LONGEST_RESTART_SECONDS)
        while self._frees and not self._is_freed(process):
            world.scheduler.sleep(PAUSE_SECONDS)
        if not process.is_up:
            process.start()

    def _is_freed(self, process: Process) -> bool:
        try:
            self._recover(owner=process.name)
        except ApplicationError:
            return False
        self.world.messages_changed()
        return True

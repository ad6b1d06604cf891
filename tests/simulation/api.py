"""An API process, and what its callers see of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from tests.simulation.actors import Actor, current_actor
from tests.simulation.process import Process

if TYPE_CHECKING:
    from tests.simulation.world import World

Result = TypeVar("Result")


class ConnectionLostError(Exception):
    """No answer: whatever was asked for may have happened."""


class ApiProcess(Process):
    """Answers requests, each in an actor of its own."""

    def start(self) -> None:
        """Begins a life."""
        super().start()
        watched_ports, self.ports = self.ports, self.unwatched_ports
        wiring = self.world.wiring
        self.upload_file = wiring.upload_file(self)
        self.cancel_file = wiring.cancel_file(self)
        self.reprocess_file = wiring.reprocess_file(self)
        self.delete_file = wiring.delete_file(self)
        self.redrive_dead_letters = wiring.redrive_dead_letters(self)
        self.open_result = wiring.open_result(self)
        self.ports = watched_ports

    def ask(self, call: Callable[["ApiProcess"], Result]) -> Result:
        """The answer to the calling actor's request.

        Raises what the call raises, and ConnectionLostError when the process died over it.
        """
        if not self.is_up:
            raise ConnectionLostError
        caller = current_actor()
        request = _Request(lambda: call(self), caller, self.world)
        actor = self.spawn(f"{caller.name}.request", request.run)
        self.world.callers[caller] = self
        while not request.is_over and not actor.is_dead:
            self.world.scheduler.park()
        del self.world.callers[caller]
        answer: Result = request.result()
        return answer

    def crash(self) -> None:
        """Kill -9, which its callers notice."""
        waiting = self.world.callers_of(self)
        super().crash()
        for caller in waiting:
            self.world.scheduler.wake(caller)


class _Request:
    """One request, answered or not."""

    def __init__(self, call: Callable[[], Any], caller: Actor, world: "World") -> None:
        self._call = call
        self._caller = caller
        self._world = world
        self._answers: list[Any] = []
        self._errors: list[Exception] = []

    @property
    def is_over(self) -> bool:
        return bool(self._answers or self._errors)

    def run(self) -> None:
        try:
            self._answers.append(self._call())
        except Exception as error:  # noqa: BLE001 - it is the caller's, as an answer with its status
            self._errors.append(error)
        self._world.scheduler.wake(self._caller)

    def result(self) -> Any:
        if self._errors:
            raise self._errors[0]
        if not self._answers:
            raise ConnectionLostError
        return self._answers[0]

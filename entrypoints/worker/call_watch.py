"""What a process learns from the ends of its calls."""

from application.errors import DatabaseBusyError, DependencyError, QueueBusyError
from entrypoints.pulses import Pulses
from entrypoints.watched.calls import CallWatch, Dependency
from entrypoints.worker.breakers import Breakers


class ProcessCallWatch(CallWatch):
    """That a dependency is away, and that the thread which made the call goes on.

    Every call has a deadline, so a thread that makes calls gives signs of life, however long
    its work takes altogether and however much of it fails.
    """

    def __init__(self, breakers: Breakers, pulses: Pulses) -> None:
        self._breakers = breakers
        self._pulses = pulses

    def __call__(self, dependency: Dependency, error: DependencyError | None) -> None:
        """Takes note of both."""
        self._pulses.beat()
        if isinstance(error, DatabaseBusyError | QueueBusyError):
            # A row, a lock or a connection that somebody holds must not keep all others waiting.
            return
        if error is None:
            self._breakers.note_success(dependency)
        else:
            self._breakers.note(dependency, error)

    def go_on(self) -> None:
        """Takes note of a sign of life alone."""
        self._pulses.beat()

"""The engine's processes of one worker, kept warm between files."""

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager

from adapters.sandbox.child_process import ChildObserver, ChildProcess


class Children:
    """As many processes as are used at the same time; each is started when it is first needed.

    `guard` keeps threads from each other.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        files_per_child: int,
        guard: AbstractContextManager[object],
        observer: ChildObserver,
    ) -> None:
        self._command = command
        self._files_per_child = files_per_child
        self._guard = guard
        self._observer = observer
        self._idle: list[ChildProcess] = []
        self._is_closed = False

    @contextmanager
    def lend(self) -> Generator[ChildProcess]:
        """A process for one job: it comes back if the job went well, and is killed if not.

        Raises EngineUnavailableError.
        """
        child = self._take()
        is_reusable = False
        try:
            yield child
            child.report_output()
            is_reusable = child.is_between_messages
        finally:
            self._take_back(child, is_reusable=is_reusable)

    def close(self) -> None:
        """Ends the processes that do nothing, and those at work when they come back."""
        with self._guard:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for child in idle:
            child.kill()

    def _take(self) -> ChildProcess:
        while True:
            with self._guard:
                child = self._idle.pop() if self._idle else None
            if child is None:
                return ChildProcess(self._command, observer=self._observer)
            if child.is_alive:
                return child
            child.kill()

    def _take_back(self, child: ChildProcess, *, is_reusable: bool) -> None:
        child.jobs += 1
        with self._guard:
            if is_reusable and not self._is_closed and child.jobs < self._files_per_child:
                self._idle.append(child)
                return
        child.kill()

"""SIGTERM and SIGINT, as something that can be waited for."""

import signal
from queue import Empty, SimpleQueue
from types import FrameType

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopSignals:
    """Notes the signals that ask this process to stop.

    The handler only puts into a SimpleQueue, which is made to be re-entered; setting an
    Event there could wait for a lock that the interrupted code holds.
    """

    def __init__(self) -> None:
        self._received: SimpleQueue[int] = SimpleQueue()

    def install(self) -> None:
        """Takes the place of what the signals did so far; for the main thread."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._note)

    def wait(self, seconds: float | None = None) -> bool:
        """True when a signal came, False after `seconds` without one."""
        try:
            self._received.get(timeout=seconds)
        except Empty:
            return False
        return True

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._received.put(number)

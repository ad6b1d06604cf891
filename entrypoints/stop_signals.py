"""SIGTERM and SIGINT, as something that can be waited for."""

import os
import signal
import threading
from collections.abc import Callable
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

    def pretend(self) -> None:
        """Makes waiters believe that SIGTERM came."""
        self._received.put(signal.SIGTERM)

    def wait(self, seconds: float | None = None) -> bool:
        """True when a signal came, False after `seconds` without one."""
        try:
            self._received.get(timeout=seconds)
        except Empty:
            return False
        return True

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._received.put(number)


def notice_stop_signals() -> Callable[[], bool]:
    """Tells whether a stop signal came, where somebody else's handlers are in place.

    For the main thread. Python writes every signal's number to a file descriptor of our
    choice, whatever handler takes it.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    noticed = threading.Event()

    def read() -> None:
        while not noticed.is_set():
            if any(number in STOP_SIGNALS for number in os.read(reading, 16)):
                noticed.set()

    threading.Thread(target=read, name="stop-signals", daemon=True).start()
    return noticed.is_set

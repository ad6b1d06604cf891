"""SIGTERM, SIGINT and SIGHUP, as something that can be waited for."""

import signal
import threading
from collections.abc import Callable, Collection
from queue import Empty, SimpleQueue
from types import FrameType

LOOK_EVERY_SECONDS = 0.05


def stop_signals() -> frozenset[signal.Signals]:
    """The signals that ask this process to stop: the last one is a terminal that was closed.

    Whoever started us with nohup wants us to outlive that.
    """
    is_hangup_ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    ending = {signal.SIGTERM, signal.SIGINT}
    return frozenset(ending if is_hangup_ignored else {*ending, signal.SIGHUP})


class StopSignals:
    """Notes the signals that ask this process to stop.

    The handler only puts into a SimpleQueue, which is made to be re-entered; setting an
    Event there could wait for a lock that the interrupted code holds.
    """

    def __init__(self) -> None:
        self._received: SimpleQueue[int] = SimpleQueue()

    def install(self) -> None:
        """Takes the place of what the signals did so far; for the main thread."""
        for number in stop_signals():
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


def shield_stop_signals(numbers: Collection[signal.Signals]) -> Callable[[], bool]:
    """Lets one of the stop signals through to the handler that somebody else installs later.

    Returns what tells whether it came. For the main thread, before it starts any other: the
    signals are blocked, and a thread that waits for them calls the handler, once. So a handler
    that sets an Event, as granian's do, is never interrupted by a second signal, which would
    wait for ever for the lock that the first one holds; Ctrl-C together with a supervisor's
    SIGTERM, or a service manager that signals every process, brings about just that. Nor is a
    signal lost that comes before there is a handler. SIGHUP never gets to a handler of its own,
    which would have granian start its processes anew.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {*numbers, signal.SIGHUP})
    before = signal.getsignal(signal.SIGTERM)
    came = threading.Event()

    def pass_on() -> None:
        signal.sigwait(numbers)
        came.set()
        never = threading.Event()
        while (handler := signal.getsignal(signal.SIGTERM)) is before:
            never.wait(LOOK_EVERY_SECONDS)
        if callable(handler):
            handler(signal.SIGTERM, None)

    threading.Thread(target=pass_on, name="stop-signals", daemon=True).start()
    return came.is_set

"""SIGTERM, SIGINT and SIGHUP, as something that can be waited for."""

import os
import select
import signal
import threading
from collections.abc import Callable, Collection
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

    Through a pipe that Python's own C code writes to when a signal comes, in whichever thread
    that happens. Waiting in the main thread for something that a Python handler does would lose
    signals: such a handler runs only when the main thread wakes up, and of two that come
    together, Ctrl-C and a supervisor's SIGTERM, the kernel may give both to another thread.
    """

    def __init__(self) -> None:
        self._numbers = stop_signals()
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)

    def install(self) -> None:
        """Takes the place of what the signals did so far; for the main thread."""
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        # The signals of a forked child are not ours, but the pipe is, until it has its own.
        os.register_at_fork(after_in_child=_forget_the_pipe)
        for number in self._numbers:
            signal.signal(number, _wake_up)

    def pretend(self) -> None:
        """Makes waiters believe that SIGTERM came."""
        os.write(self._writing, bytes([signal.SIGTERM]))

    def wait(self, seconds: float | None = None) -> bool:
        """True when a signal came, False after `seconds` in which none came."""
        while select.select([self._reading], [], [], seconds)[0]:
            # Other signals come this way, too, if somebody handles them.
            if os.read(self._reading, 1)[0] in self._numbers:
                return True
        return False


def _wake_up(_number: int, _frame: FrameType | None) -> None:
    """Without a handler in Python, nothing would be written to the pipe."""


def _forget_the_pipe() -> None:
    signal.set_wakeup_fd(-1)


def shield_stop_signals(
    numbers: Collection[signal.Signals], *, has_event_loop: bool = False
) -> Callable[[], bool]:
    """Lets one of the stop signals through to the handler that somebody else installs later.

    Returns what tells whether it came. For the main thread, before it starts any other: the
    signals are blocked, and a thread that waits for them calls the handler, once. So a handler
    that sets an Event, as granian's do, is never interrupted by a second signal, which would
    wait for ever for the lock that the first one holds; Ctrl-C together with a supervisor's
    SIGTERM, or a service manager that signals every process, brings about just that. Nor is a
    signal lost that comes before there is a handler. SIGHUP never gets to a handler of its own,
    which would have granian start its processes anew.

    With `has_event_loop` the handler will be asyncio's, which does nothing: the loop listens to
    what Python's own C code writes when a signal really comes. So one is sent to this thread.
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
        if has_event_loop:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
            signal.raise_signal(signal.SIGTERM)
        elif callable(handler):
            handler(signal.SIGTERM, None)

    threading.Thread(target=pass_on, name="stop-signals", daemon=True).start()
    return came.is_set

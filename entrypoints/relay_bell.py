"""Wakes the relay of this process as soon as there is something to send."""

import threading

from application.ports.unit_of_work import CommitBell


class RelayBell(CommitBell):
    """Rung after commits, waited for by the relay loop.

    It only shortens the wait: a relay that hears nothing looks by itself now and then.
    """

    def __init__(self) -> None:
        self._rung = threading.Event()

    def __call__(self) -> None:
        """Wakes whoever waits, or the next one to do so."""
        self._rung.set()

    def wait(self, seconds: float) -> None:
        """Returns when the bell rings or rang since the last call, at latest after `seconds`."""
        self._rung.wait(seconds)
        self._rung.clear()

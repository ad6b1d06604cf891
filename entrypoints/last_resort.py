"""Ends a process in which no line of Python is executed any more."""

import faulthandler
import os
import sys

ENDED = 1
"""The exit code; faulthandler knows no other."""


class LastResort:
    """A timer that ends this process unless it is put off, and writes its stacks to stderr.

    It runs in a thread that takes no lock of the interpreter, and so ends the process also when
    a call into native code keeps that lock for ever. A process has one such timer: pytest uses
    the same for tests that hang, so this is for processes of our own. It goes by the clock:
    a process that was stopped for longer is ended when it goes on.
    """

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        # A daemon may have closed its stderr, and a file of ours may have got the number.
        self._stacks_to = sys.__stderr__ or os.open(os.devnull, os.O_WRONLY)

    def put_off(self) -> None:
        """Begins to wait anew, or for the first time."""
        faulthandler.dump_traceback_later(self._seconds, exit=True, file=self._stacks_to)

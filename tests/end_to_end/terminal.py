"""`gristmill` in a terminal that can be read and closed."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tests.end_to_end.service import COMMAND, environment

# Makes the terminal the one whose end is told to the whole session.
IN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """Runs `gristmill` with these arguments in a terminal of its own; leaving kills it."""

    def __init__(
        self, folder: Path, *arguments: str, before: Iterable[str] = (), **settings: str
    ) -> None:
        self._ours, theirs = pty.openpty()
        self._is_open = True
        self.screen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", IN_TERMINAL, *before, *COMMAND, *arguments],
            cwd=folder,
            env=environment(settings),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self._is_open:
            self.close()

    def read_until(self, text: str, *, seconds: float = 30) -> None:
        """Returns once `screen` has the text; fails when it has not within `seconds`."""
        deadline = time.monotonic() + seconds
        while text not in self.screen:
            assert time.monotonic() < deadline, self.screen
            if select.select([self._ours], [], [], 0.1)[0]:
                self.screen += self._read().decode().replace("\r\n", "\n")

    def close(self) -> None:
        """Closes the window: the system hangs up on whoever runs in it."""
        self._is_open = False
        os.close(self._ours)

    def _read(self) -> bytes:
        try:
            return os.read(self._ours, 4096)
        except OSError as error:
            raise AssertionError(f"it ended after {self.screen}") from error

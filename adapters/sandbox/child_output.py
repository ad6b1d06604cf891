"""What an engine's process writes to its stdout and stderr."""

import os
from typing import IO

_READ_BYTES = 64 * 1024
_KEPT_BYTES = 4_000


class ChildOutput:
    """Reads what is there without waiting for more, and keeps the last part of it."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._kept = b""
        self._is_open = True
        os.set_blocking(pipe.fileno(), False)

    @property
    def descriptor(self) -> int | None:
        """What to wait on for more, None when there will be none."""
        return self._pipe.fileno() if self._is_open else None

    def read(self) -> None:
        """Takes in what was written; unread, it would hold up the process in time."""
        if not self._is_open:
            return
        try:
            written = os.read(self._pipe.fileno(), _READ_BYTES)
        except BlockingIOError:
            return
        self._is_open = bool(written)
        self._kept = (self._kept + written)[-_KEPT_BYTES:]

    def take(self) -> str:
        """The last part of what was read since it was taken."""
        self.read()
        kept, self._kept = self._kept, b""
        return kept.decode("utf-8", "replace").strip()

    def close(self) -> None:
        """Reads no more."""
        self._is_open = False
        self._pipe.close()

"""How many requests may hold a thread for long."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from entrypoints.http.problems import RequestError


class Gate:
    """Lets a limited number in at a time and sends the others away at once."""

    def __init__(
        self,
        limit: int,
        *,
        code: str = "too_many_uploads",
        detail: str = "as many uploads as allowed are under way; try again soon",
    ) -> None:
        """`code` and `detail` are the problem of who is sent away."""
        self._code = code
        self._detail = detail
        self._free = threading.BoundedSemaphore(limit) if limit else None

    @contextmanager
    def try_enter(self) -> Iterator[bool]:
        """True for the block of who got in, False for the block of who did not."""
        entered = self._free is not None and self._free.acquire(blocking=False)
        try:
            yield entered
        finally:
            if entered and self._free is not None:
                self._free.release()

    @contextmanager
    def enter(self) -> Iterator[None]:
        """As `try_enter`, but raises RequestError when all places are taken.

        The refused body is not read: whoever sends it slowly must not hold this thread either.
        """
        with self.try_enter() as entered:
            if not entered:
                raise RequestError(self._code, self._detail)
            yield

"""Waiting for what other threads bring about."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], object], *, seconds: float = 10) -> None:
    """Returns once `condition` holds; fails when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.005)

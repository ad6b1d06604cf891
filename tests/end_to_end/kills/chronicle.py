"""What was done to a service and when: printed beside a failure, since nobody can repeat it."""

import os
import secrets
import sys
import time
from random import Random

from tests.end_to_end.service import Service

LOG_SHOWN = 12_000


class Chronicle:
    """Chance for one run, and the list of what it led to.

    `KILL_SEED` in the environment repeats the troubles and their order; the moments depend on
    the machine. Leaving prints the list; by an exception, with the tail of the logs.
    """

    def __init__(self, service: Service) -> None:
        seed = os.environ.get("KILL_SEED") or secrets.token_hex(4)
        self.chance = Random(seed)
        self._service = service
        self._began_at = time.monotonic()
        self._lines = [f"KILL_SEED={seed}"]

    def __enter__(self) -> "Chronicle":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        logs = [] if kind is None else [self._service.output[-LOG_SHOWN:]]
        sys.stdout.write("\n".join(["", *self._lines, *logs, ""]))

    def note(self, what: str) -> None:
        """One more line, with the time since the beginning."""
        self._lines.append(f"{time.monotonic() - self._began_at:8.2f} s  {what}")

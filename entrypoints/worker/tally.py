"""How often things have happened in this process that leave no other record."""

import threading
from collections import Counter


class Tally:
    """Counts by name, for all threads, from the process's start on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def count(self, name: str) -> int:
        """Counts one more, and returns how many there were, this one included."""
        with self._lock:
            self._counts[name] += 1
            return self._counts[name]

"""What befalls database and storage in a simulated run."""

import random
from collections.abc import Sequence
from datetime import timedelta

from adapters.memory.manual_clock import ManualClock
from tests.faults import CommitFault, FaultyStorage, FaultyUnitsOfWork

OUTAGE_SHARE = 0.0005
REFUSED_REMOVALS = 0.3


class Weather:
    """Commits and removals that fail, and outages of the database, for a while and by a seed."""

    def __init__(
        self,
        seed: int,
        *,
        fault_share: float = 0.05,
        outage_seconds: Sequence[float] = (5, 100, 310),
        lasts: timedelta = timedelta(hours=1),
    ) -> None:
        self._random = random.Random(seed)
        self._fault_share = fault_share
        self._outage_seconds = outage_seconds
        self._lasts_seconds = lasts.total_seconds()
        self._away_until = 0.0
        self.outages = 0

    def befall(
        self, database: FaultyUnitsOfWork, storage: FaultyStorage, clock: ManualClock
    ) -> None:
        """Comes over both, from now on by the clock."""
        ends_at = clock.monotonic() + self._lasts_seconds

        def next_fault() -> CommitFault | None:
            if clock.monotonic() > ends_at or self._random.random() > self._fault_share:
                return None
            return self._random.choice(list(CommitFault))

        def is_away() -> bool:
            now = clock.monotonic()
            if now < ends_at and now > self._away_until and self._random.random() < OUTAGE_SHARE:
                self.outages += 1
                self._away_until = now + self._random.choice(self._outage_seconds)
            return now < self._away_until

        def refuses() -> bool:
            return clock.monotonic() < ends_at and self._random.random() < REFUSED_REMOVALS

        database.next_fault, database.is_away = next_fault, is_away
        storage.refuses_removal = refuses

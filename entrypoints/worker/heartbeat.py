"""Renews one lease, beat by beat; whoever has a thread, or stands for one, calls the beats."""

import structlog

from application.ports.clock import Clock
from application.ports.id_generator import Randomness
from application.ports.lease_keeper import HeldLease, KeptLease
from application.use_cases.renew_lease import Renewal, RenewLease
from entrypoints.timings import Timings

JITTER = 0.1
RETRY_SHARE = 0.2

log = structlog.get_logger()


class Heartbeat(KeptLease):
    """One lease and how long it may be trusted."""

    def __init__(
        self,
        held: HeldLease,
        *,
        renew_lease: RenewLease,
        clock: Clock,
        randomness: Randomness,
        timings: Timings,
    ) -> None:
        self._held = held
        self._renew_lease = renew_lease
        self._clock = clock
        self._randomness = randomness
        self._period_seconds = timings.heartbeat.total_seconds()
        self._trust_seconds = (timings.lease - timings.margin).total_seconds()
        self._deadline = held.taken_at + self._trust_seconds
        self._was_lost = False

    @property
    def trusted_until(self) -> float:
        """Moves on with every renewal."""
        return self._deadline

    @property
    def is_lost(self) -> bool:
        """Asks the clock itself, since the beats may hang in the very renewal that is due."""
        if self._clock.monotonic() >= self._deadline:
            self._was_lost = True
        return self._was_lost

    def beat(self) -> float:
        """Renews the lease; returns the seconds until the next beat, if it is not lost by now."""
        asked_at = self._clock.monotonic()
        match self._renew():
            case Renewal.RENEWED:
                # Counted from before the question, so that our idea of the lease's end
                # is never later than the database's.
                self._deadline = asked_at + self._trust_seconds
                return self.until_next_beat()
            case Renewal.REFUSED:
                self._was_lost = True
                return self.until_next_beat()
            case Renewal.UNKNOWN:
                return self._period_seconds * RETRY_SHARE

    def until_next_beat(self) -> float:
        """The seconds between two beats, a little fewer by chance."""
        return self._period_seconds - self._randomness.uniform(self._period_seconds * JITTER)

    def _renew(self) -> Renewal:
        try:
            return self._renew_lease(self._held)
        except Exception:
            # Without a heartbeat the work would be thrown away at the deadline: try again.
            log.exception("lease_renewal_crashed", file_id=str(self._held.file_id))
            return Renewal.UNKNOWN

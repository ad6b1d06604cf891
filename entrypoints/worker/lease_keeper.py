"""Renews leases from threads beside the work."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from application.ports.clock import Clock
from application.ports.id_generator import Randomness
from application.ports.lease_keeper import HeldLease, KeptLease, LeaseKeeper
from application.use_cases.renew_lease import Renewal, RenewLease
from entrypoints.pulses import Pulse, Pulses
from entrypoints.timings import Timings

JITTER = 0.1
RETRY_SHARE = 0.2

log = structlog.get_logger()


class ThreadLeaseKeeper(LeaseKeeper):
    """One thread for every kept lease, so that a renewal that hangs delays no other."""

    def __init__(
        self,
        *,
        renew_lease: RenewLease,
        clock: Clock,
        randomness: Randomness,
        timings: Timings,
        attempt_limit: timedelta,
        pulses: Pulses | None = None,
    ) -> None:
        self._pulses = pulses or Pulses()
        self._limit_seconds = attempt_limit.total_seconds()
        self._renew_lease = renew_lease
        self._clock = clock
        self._randomness = randomness
        self._timings = timings

    @contextmanager
    def keep(self, lease: HeldLease) -> Iterator[KeptLease]:
        """Renews the lease every heartbeat, a little early by chance, until the block ends."""
        heartbeat = _Heartbeat(
            lease,
            renew_lease=self._renew_lease,
            clock=self._clock,
            randomness=self._randomness,
            timings=self._timings,
        )
        thread = threading.Thread(
            target=self._run,
            args=(heartbeat, self._pulses.of_this_thread, lease.taken_at + self._limit_seconds),
            name="heartbeat",
            daemon=True,
        )
        thread.start()
        try:
            yield heartbeat
        finally:
            heartbeat.stop()
            thread.join()

    def _run(self, heartbeat: "_Heartbeat", pulse: Pulse | None, ends_at: float) -> None:
        # Whoever works under the lease is not expected to call anybody meanwhile. After the
        # attempt's end it should have heard of it: if not, it hangs, and would for ever.
        def is_in_time() -> bool:
            return self._clock.monotonic() < ends_at

        with self._pulses.lent(pulse, as_long_as=is_in_time):
            heartbeat.run()


class _Heartbeat(KeptLease):
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
        self._stopped = threading.Event()

    @property
    def trusted_until(self) -> float:
        """Moves on with every renewal."""
        return self._deadline

    @property
    def is_lost(self) -> bool:
        """Asks the clock itself, since the thread may hang in the very renewal that is due."""
        if self._clock.monotonic() >= self._deadline:
            self._was_lost = True
        return self._was_lost

    def stop(self) -> None:
        """Lets no further renewal begin."""
        self._stopped.set()

    def run(self) -> None:
        """Renews until stopped or lost."""
        pause_seconds = self._until_next_beat()
        while not self._stopped.wait(pause_seconds) and not self.is_lost:
            asked_at = self._clock.monotonic()
            match self._renew():
                case Renewal.RENEWED:
                    # Counted from before the question, so that our idea of the lease's end
                    # is never later than the database's.
                    self._deadline = asked_at + self._trust_seconds
                    pause_seconds = self._until_next_beat()
                case Renewal.REFUSED:
                    self._was_lost = True
                case Renewal.UNKNOWN:
                    pause_seconds = self._period_seconds * RETRY_SHARE

    def _renew(self) -> Renewal:
        try:
            return self._renew_lease(self._held)
        except Exception:
            # Without a heartbeat the work would be thrown away at the deadline: try again.
            log.exception("lease_renewal_crashed", file_id=str(self._held.file_id))
            return Renewal.UNKNOWN

    def _until_next_beat(self) -> float:
        return self._period_seconds - self._randomness.uniform(self._period_seconds * JITTER)

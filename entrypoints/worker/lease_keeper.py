"""Renews leases from threads beside the work."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from application.ports.clock import Clock
from application.ports.id_generator import Randomness
from application.ports.lease_keeper import HeldLease, KeptLease, LeaseKeeper
from application.use_cases.renew_lease import RenewLease
from entrypoints.pulses import Pulse, Pulses
from entrypoints.timings import Timings
from entrypoints.worker.heartbeat import Heartbeat
from entrypoints.worker.held_leases import HeldLeases


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
        held_leases: HeldLeases,
        pulses: Pulses | None = None,
    ) -> None:
        self._held_leases = held_leases
        self._pulses = pulses or Pulses()
        self._limit_seconds = attempt_limit.total_seconds()
        self._renew_lease = renew_lease
        self._clock = clock
        self._randomness = randomness
        self._timings = timings

    @contextmanager
    def keep(self, lease: HeldLease) -> Iterator[KeptLease]:
        """Renews the lease every heartbeat, a little early by chance, until the block ends."""
        self._held_leases.note(lease)
        heartbeat = Heartbeat(
            lease,
            renew_lease=self._renew_lease,
            clock=self._clock,
            randomness=self._randomness,
            timings=self._timings,
        )
        stopped = threading.Event()

        def beat(pulse: Pulse | None) -> None:
            # Whoever works under the lease is not expected to call anybody meanwhile. After the
            # attempt's end it should have heard of it: if not, it hangs, and would for ever.
            with self._pulses.lent(pulse, as_long_as=lambda: self._is_in_time(lease)):
                _beat_until(stopped, heartbeat)

        thread = threading.Thread(
            target=beat, args=(self._pulses.of_this_thread,), name="heartbeat", daemon=True
        )
        thread.start()
        try:
            yield heartbeat
        finally:
            stopped.set()
            thread.join()

    def _is_in_time(self, lease: HeldLease) -> bool:
        return self._clock.monotonic() < lease.taken_at + self._limit_seconds


def _beat_until(stopped: threading.Event, heartbeat: Heartbeat) -> None:
    pause_seconds = heartbeat.until_next_beat()
    while not stopped.wait(pause_seconds) and not heartbeat.is_lost:
        pause_seconds = heartbeat.beat()

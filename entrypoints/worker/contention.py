"""Knows when all work finds the database busy, as while somebody holds a lock on a whole table."""

import threading
from collections.abc import Sequence
from typing import Final

import structlog

from application.errors import DatabaseBusyError
from application.ports.clock import Clock
from application.ports.message_queue import Delivery
from domain.circuit_breaker import BreakerPolicy
from entrypoints.worker.held_leases import HeldLeases

KEPT_AT_MOST: Final = 10

log = structlog.get_logger()


class Contention:
    """Begins with so many busy deliveries in a row, and ends with the first that gets through.

    Meanwhile what was busy is kept by the worker instead of being received again and again:
    each receive brings a message nearer to the dead letters, and it is the message of a file
    that nothing is wrong with. One delivery at a time is tried, after rests that double.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        held_leases: HeldLeases,
        policy: BreakerPolicy | None = None,
    ) -> None:
        self._clock = clock
        self._held_leases = held_leases
        self._policy = policy or BreakerPolicy(errors=3)
        self._lock = threading.RLock()
        self._kept: dict[str, Delivery] = {}
        self._in_a_row = 0
        self._rests = 0
        self._try_at = 0.0
        self._on_trial: str | None = None

    def note(self, delivery: Delivery, error: Exception | None) -> None:
        """Takes note of how the work on the delivery ended; for the thread that did it."""
        with self._lock:
            if error is None:
                self._end()
            elif isinstance(error, DatabaseBusyError):
                self._note_busy(delivery)
            elif self._on_trial == delivery.message_id:
                self._rest()

    def goes_on(self) -> bool:
        """True while no more may be received than one to try with."""
        with self._lock:
            # The work may take an hour, and that it has begun is enough to know.
            if any(it.delivery.message_id == self._on_trial for it in self._held_leases.all()):
                self._end()
            return self._is_on

    def is_trial_due(self) -> bool:
        """True once the rest is over, and nothing is being tried."""
        with self._lock:
            return self._on_trial is None and self._clock.monotonic() >= self._try_at

    def has_room(self) -> bool:
        """True when one more may be received to try with: if that is busy, too, it is kept."""
        with self._lock:
            return len(self._kept) < KEPT_AT_MOST

    def kept(self) -> Sequence[Delivery]:
        """What is kept from the queue; the one that was tried last comes last."""
        with self._lock:
            return tuple(self._kept.values())

    def give_up(self, delivery: Delivery) -> None:
        """Leaves it to the queue."""
        with self._lock:
            self._kept.pop(delivery.message_id, None)

    def begin_trial(self, delivery: Delivery) -> None:
        """This one is handed over now, and the next only when it is known how it went."""
        with self._lock:
            self._on_trial = delivery.message_id

    @property
    def _is_on(self) -> bool:
        return self._in_a_row >= self._policy.errors

    def _note_busy(self, delivery: Delivery) -> None:
        was_on = self._is_on
        self._in_a_row += 1
        # Put behind the others, for it may be this one file alone that somebody holds.
        is_known = self._kept.pop(delivery.message_id, None) is not None
        if is_known or self.has_room():
            self._kept[delivery.message_id] = delivery
        # What began before the last rest ends late, and says nothing new.
        if self._is_on and (not was_on or self._on_trial == delivery.message_id):
            self._rest()
        if self._is_on and not was_on:
            log.warning("database_contended", deliveries=self._in_a_row)

    def _rest(self) -> None:
        self._try_at = self._clock.monotonic() + self._policy.rest_seconds(self._rests)
        self._rests += 1
        self._on_trial = None

    def _end(self) -> None:
        if self._is_on:
            log.info("database_contention_over", rests=self._rests)
        self._kept.clear()
        self._in_a_row, self._rests, self._on_trial = 0, 0, None

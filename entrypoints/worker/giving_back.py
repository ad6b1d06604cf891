"""Gives back what the slots of a stopping worker still hold when their time is over."""

import threading

import structlog
from structlog.contextvars import bound_contextvars

from application.errors import DependencyError
from application.ports.clock import Clock
from application.ports.lease_keeper import HeldLease
from application.use_cases.attempt import StopReason
from application.use_cases.release_held_file import ReleaseHeldFile
from entrypoints.dependency_log import log_dependency_error
from entrypoints.worker.held_leases import HeldLeases

log = structlog.get_logger()


class GivingBack:
    """One thread for each lease, none of which is waited for beyond the deadline.

    A slot that waits for a storage without an answer obeys no stop. Left to its lease, the file
    would wait for the lease's end, and each such deploy would be one start more without an end.
    """

    def __init__(
        self, *, held_leases: HeldLeases, release_held_file: ReleaseHeldFile, clock: Clock
    ) -> None:
        self._held_leases = held_leases
        self._release_held_file = release_held_file
        self._clock = clock

    def __call__(self, *, until: float) -> None:
        """Returns when everything is settled, or at the clock's monotonic `until`."""
        releases = {
            threading.Thread(
                target=self._give_back, args=(held, until), name="give-back", daemon=True
            ): held
            for held in self._held_leases.all()
        }
        for thread in releases:
            thread.start()
        for thread, held in releases.items():
            thread.join(max(0.0, until - self._clock.monotonic()))
            if thread.is_alive():
                # A database that is silent: what is on its way there may be done or not.
                log.error("work_abandoned", reason="no answer in time", **_ids(held))

    def _give_back(self, held: HeldLease, until: float) -> None:
        with bound_contextvars(**_ids(held)):
            try:
                is_free = self._release_held_file(held, StopReason.SHUTDOWN, try_until=until)
            except DependencyError as error:
                log_dependency_error("work_abandoned", error)
            except Exception:
                log.exception("work_abandoned", reason="the release crashed")
            else:
                log.warning("work_taken_from_slot", is_released=is_free)


def _ids(held: HeldLease) -> dict[str, str | int]:
    return {
        "file_id": str(held.file_id),
        "attempt": held.attempt,
        "message_id": held.delivery.message_id,
    }

"""Keeps a worker's right to its file for another while."""

from datetime import timedelta
from enum import StrEnum

from application.errors import DependencyError
from application.ports.lease_keeper import HeldLease
from application.ports.message_queue import MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory


class Renewal(StrEnum):
    """What became of a renewal: UNKNOWN may be tried again, REFUSED is final."""

    RENEWED = "renewed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class RenewLease:
    """Renews the lease in the record first, and only then the message's invisibility.

    In that order a failure in between leaves a lease without invisibility: the next
    receiver sees the lease and waits. The other order would leave two workers.
    """

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        queue: MessageQueue,
        lease: timedelta,
        visibility: timedelta,
    ) -> None:
        self._units_of_work = units_of_work
        self._queue = queue
        self._lease = lease
        self._visibility_seconds = int(visibility.total_seconds())

    def __call__(self, held: HeldLease) -> Renewal:
        """RENEWED, REFUSED when the attempt is no longer the file's, UNKNOWN without an answer."""
        try:
            with self._units_of_work.for_writing() as work:
                is_renewed = work.files.renew_lease(
                    held.file_id, attempt=held.attempt, expires_at=work.now() + self._lease
                )
                work.commit()
        except DependencyError:
            return Renewal.UNKNOWN
        if not is_renewed:
            return Renewal.REFUSED
        try:
            self._queue.change_visibility(held.delivery, seconds=self._visibility_seconds)
        except DependencyError:
            # A second receiver would see our lease and leave the file alone.
            return Renewal.RENEWED
        return Renewal.RENEWED

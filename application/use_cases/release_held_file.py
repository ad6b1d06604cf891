"""Gives back a file for a worker's slot that cannot do it, because it hangs."""

from contextlib import suppress

from application.errors import DependencyError
from application.ports.lease_keeper import HeldLease
from application.ports.message_queue import MessageQueue
from application.use_cases.settle_attempt import SettleAttempt, Settled


class ReleaseHeldFile:
    """Releases what an attempt holds, from another thread than the one that works.

    The slot may wake up at any moment, and need not be asked: both lock the row, and whoever
    comes second finds that the attempt is over. All that a slot writes later is refused by that.
    """

    def __init__(self, *, settle_attempt: SettleAttempt, queue: MessageQueue) -> None:
        self._settle_attempt = settle_attempt
        self._queue = queue

    def __call__(self, held: HeldLease, reason: str, *, try_until: float) -> bool:
        """True when it is free for anybody; False when the attempt was over, whatever ended it.

        Tries until the clock's monotonic `try_until`, and raises DependencyError when it could
        not be settled, as SettleAttempt does.
        """
        settlement = self._settle_attempt.release_held(held, reason, try_until=try_until)
        if settlement.settled is not Settled.RELEASED:
            # The message may be all that calls for the next attempt, of a retry for one.
            return False
        # The release has a message of its own: this one would only come a second time.
        with suppress(DependencyError):
            self._queue.delete(held.delivery)
        return True

"""Deletions that wait a moment for others, so that ten of them cost one call."""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from adapters.aws.errors import is_stale
from adapters.aws.sqs_messages import MOST_MESSAGES, SqsMessages
from application.errors import DependencyError
from application.ports.clock import Clock
from application.ports.message_queue import Delivery

LONGEST_WAIT_SECONDS = 2.0
MOST_TRIES = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deletion:
    message_id: str
    receipt: str
    asked_at: float
    tries: int = 0


class LateDeletions:
    """What is to be deleted, until ten have come together or the oldest has waited for 2 s.

    That a message is deleted late, or never because the process dies, costs one more delivery
    of it, and a delivery of work that is done changes nothing. So a deletion that fails is
    tried again with the next ones, three times in all, and then dropped with a warning.
    Used by many threads.
    """

    def __init__(
        self, messages: SqsMessages, *, clock: Clock, guard: AbstractContextManager[object]
    ) -> None:
        self._messages = messages
        self._clock = clock
        self._guard = guard
        self._waiting: dict[str, _Deletion] = {}

    def add(self, delivery: Delivery) -> None:
        """Takes note of the message."""
        deletion = _Deletion(
            message_id=delivery.message_id,
            receipt=delivery.receipt,
            asked_at=self._clock.monotonic(),
        )
        with self._guard:
            self._waiting[deletion.message_id] = deletion

    def includes(self, delivery: Delivery) -> bool:
        """True when the message waits for its deletion."""
        with self._guard:
            return delivery.message_id in self._waiting

    def send_due(self, *, longest_wait_seconds: float = LONGEST_WAIT_SECONDS) -> None:
        """Sends what has waited that long, or is ten; what fails waits for the next time."""
        for batch in self._take_due(longest_wait_seconds):
            self._try(batch)

    def send_all(self) -> None:
        """Sends everything; raises QueueUnavailableError or ConfigurationError if it cannot."""
        error: DependencyError | None = None
        for batch in self._take_due(0):
            error = self._try(batch) or error
        if error is not None:
            raise error

    def _take_due(self, longest_wait_seconds: float) -> list[list[_Deletion]]:
        with self._guard:
            waiting = list(self._waiting.values())
            oldest = min((deletion.asked_at for deletion in waiting), default=0.0)
            is_due = self._clock.monotonic() - oldest >= longest_wait_seconds
            taken = waiting if is_due else waiting[: len(waiting) // MOST_MESSAGES * MOST_MESSAGES]
            for deletion in taken:
                del self._waiting[deletion.message_id]
        return [taken[at : at + MOST_MESSAGES] for at in range(0, len(taken), MOST_MESSAGES)]

    def _try(self, batch: Sequence[_Deletion]) -> DependencyError | None:
        try:
            failed = self._messages.delete_batch([deletion.receipt for deletion in batch])
        except DependencyError as error:
            for deletion in batch:
                self._try_later(deletion, reason=str(error))
            return error
        for deletion in batch:
            failure = failed.get(deletion.receipt)
            # A stale receipt is none: the message is gone, or somebody else's now. SQS lays
            # more than that at our door, throttling too, so its code decides and not its blame.
            if failure is not None and not is_stale(failure["Code"]):
                self._try_later(deletion, reason=failure["Code"])
        return None

    def _try_later(self, deletion: _Deletion, *, reason: str) -> None:
        tries = deletion.tries + 1
        if tries == MOST_TRIES:
            log.warning("message_not_deleted %s: %s", deletion.message_id, reason)
            return
        again = replace(deletion, tries=tries, asked_at=self._clock.monotonic())
        with self._guard:
            # A newer receipt, if there is one by now, is the better one.
            self._waiting.setdefault(deletion.message_id, again)

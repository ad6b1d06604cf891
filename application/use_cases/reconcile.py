"""Mends what no other part can: files whose message got lost, and records grown old."""

from dataclasses import dataclass
from datetime import timedelta

from application.ports.exclusive_round import RoundLock
from application.ports.message_queue import MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.file_messages import work_message

PAGE = 100
STRANDED_AFTER = timedelta(minutes=30)
KEEP_SENT = timedelta(hours=24)
KEEP_KEYS = timedelta(days=7)
DELETE_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """What one round mended; `republished` is 0 in a healthy week."""

    republished: int
    forgotten: int


class Reconcile:
    """One round over all files; harmless when several run at once, and when one dies."""

    def __init__(
        self, *, units_of_work: UnitOfWorkFactory, queue: MessageQueue, rounds: RoundLock
    ) -> None:
        self._units_of_work = units_of_work
        self._queue = queue
        self._rounds = rounds

    def __call__(self) -> Repairs:
        """What was mended: nothing, while another process is at it.

        Raises DependencyError; the next round goes on from the start.
        """
        with self._rounds.attempt("reconcile") as is_ours:
            if not is_ours:
                return Repairs(republished=0, forgotten=0)
            return Repairs(republished=self._republish(), forgotten=self._forget_old())

    def _republish(self) -> int:
        with self._units_of_work.for_reading() as work:
            unfinished = work.files.count_unfinished()
        # A long queue is no loss: while every file may have its message there, wait.
        if unfinished == 0 or self._queue.approximate_size() >= unfinished:
            return 0
        republished, after = 0, None
        while True:
            with self._units_of_work.for_writing() as work:
                now = work.now()
                page = work.files.stranded(
                    published_before=now - STRANDED_AFTER, at=now, after=after, limit=PAGE
                )
                for state in page:
                    work.outbox.add(work_message(state))
                work.commit()
            republished += len(page)
            if len(page) < PAGE:
                return republished
            after = page[-1].id

    def _forget_old(self) -> int:
        with self._units_of_work.for_writing() as work:
            now = work.now()
            forgotten = work.outbox.delete_sent(before=now - KEEP_SENT, limit=DELETE_AT_ONCE)
            forgotten += work.idempotency_keys.delete_created(
                before=now - KEEP_KEYS, limit=DELETE_AT_ONCE
            )
            work.commit()
        return forgotten

"""Mends what no other part can: lost messages, deletions that broke off, records grown old."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from application.errors import DependencyError
from application.ports.exclusive_round import RoundLock
from application.ports.file_storage import FileStorage
from application.ports.message_queue import MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.file_messages import work_message
from application.use_cases.stored_bytes import remove_bytes
from domain.file_state import FileState

PAGE = 100
STRANDED_AFTER = timedelta(minutes=30)
KEEP_SENT = timedelta(hours=24)
KEEP_KEYS = timedelta(days=7)
DELETE_AT_ONCE = 1000
REMOVE_AGAIN_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """What one round mended; `republished` is 0 in a healthy week.

    `removals` counts the erased files whose bytes were removed, for the first or the last time.
    """

    republished: int = 0
    forgotten: int = 0
    removals: int = 0


class Reconcile:
    """One round over all files; harmless when several run at once, and when one dies."""

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        queue: MessageQueue,
        storage: FileStorage,
        rounds: RoundLock,
    ) -> None:
        self._units_of_work = units_of_work
        self._storage = storage
        self._queue = queue
        self._rounds = rounds

    def __call__(self) -> Repairs:
        """What was mended: nothing, while another process is at it.

        Raises DependencyError; the next round goes on from the start.
        """
        with self._rounds.attempt("reconcile") as is_ours:
            if not is_ours:
                return Repairs()
            # Removals last, for they alone need the storage, and an outage ends the round.
            return Repairs(
                republished=self._republish(),
                forgotten=self._forget_old(),
                removals=self._remove_erased(),
            )

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
        forgotten = 0
        while True:
            # A transaction each, so that uploads need not wait for all that is old.
            with self._units_of_work.for_writing() as work:
                now = work.now()
                sent = work.outbox.delete_sent(before=now - KEEP_SENT, limit=DELETE_AT_ONCE)
                keys = work.idempotency_keys.delete_created(
                    before=now - KEEP_KEYS, limit=DELETE_AT_ONCE
                )
                work.commit()
            forgotten += sent + keys
            if max(sent, keys) < DELETE_AT_ONCE:
                return forgotten

    def _remove_erased(self) -> int:
        removals = 0
        while True:
            with self._units_of_work.for_reading() as work:
                now = work.now()
                page = work.files.due_for_removal(at=now, limit=PAGE)
            for erased in page:
                self._remove_bytes(erased, began_at=now)
            removals += len(page)
            if len(page) < PAGE:
                return removals

    def _remove_bytes(self, erased: FileState, *, began_at: datetime) -> None:
        try:
            remove_bytes(
                erased,
                began_at=began_at,
                storage=self._storage,
                units_of_work=self._units_of_work,
            )
        except DependencyError:
            # One that fails again and again must not stand in the way of the others.
            with self._units_of_work.for_writing() as work:
                work.files.plan_removal(erased.id, due_at=began_at + REMOVE_AGAIN_AFTER)
                work.commit()
            raise

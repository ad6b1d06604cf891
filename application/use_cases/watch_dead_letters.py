"""Asks of every dead letter what its file says."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil
from uuid import UUID

from application.errors import DependencyError, UnknownFileError
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.message_queue import Delivery
from application.ports.statistics import Happening
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.claim_file import CRASH_LOOP
from application.use_cases.file_messages import WorkRequest, terminal_message, work_message
from application.use_cases.foreign_message import ForeignMessage, ForeignReason
from domain.file import File
from domain.file_state import FileState, Lease
from domain.file_status import Outcome
from domain.retry_policy import RetryPolicy

BATCH = 10
HIDE_SECONDS = 3600
LONGEST_RECHECK_SECONDS = 60


class _Verdict(StrEnum):
    """What is to be done with a dead letter."""

    KEEP = "keep"
    DELETE = "delete"
    SEND_AGAIN = "send_again"
    BURY = "bury"


@dataclass(frozen=True, slots=True)
class _Recheck:
    """Somebody is at work on the file; the letter is to be looked at again so much later."""

    seconds: int

    @classmethod
    def when_over(cls, lease: Lease, *, now: datetime) -> "_Recheck":
        """When the lease ends unless it is renewed, as its owner may be dead; soon at any rate."""
        rest_seconds = ceil((lease.expires_at - now).total_seconds())
        return cls(min(max(1, rest_seconds), LONGEST_RECHECK_SECONDS))


_Judged = _Verdict | _Recheck | ForeignMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterRound:
    """How many dead letters were looked at, and what is known of those that are none of ours.

    `sent_again` are the files, unfinished, that have a new message in place of the dead letter.
    `failure` is the first that kept a letter from its verdict: such a one shows itself again.
    """

    looked_at: int
    foreign: tuple[ForeignMessage, ...]
    sent_again: tuple[UUID, ...] = ()
    failure: DependencyError | None = None


class WatchDeadLetters:
    """One step of the watcher.

    A dead letter only says that a message was received too often: by workers that were
    deployed, for one. Whether the file failed is for its record to say.
    """

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        dead_letters: DeadLetterQueue,
        retry_policy: RetryPolicy,
    ) -> None:
        self._units_of_work = units_of_work
        self._dead_letters = dead_letters
        self._retry_policy = retry_policy

    def __call__(self) -> DeadLetterRound:
        """What was looked at. Raises DependencyError when nothing could be received."""
        deliveries = self._dead_letters.receive(limit=BATCH)
        foreign: list[ForeignMessage] = []
        sent_again: list[UUID] = []
        failures: list[DependencyError] = []
        for delivery in deliveries:
            # All were received together: whoever gives up at one hides the others for minutes.
            try:
                judged = self._look_at(delivery)
            except DependencyError as error:
                failures.append(error)
                continue
            if isinstance(judged, ForeignMessage):
                foreign.append(judged)
            elif judged is _Verdict.SEND_AGAIN:
                sent_again.append(WorkRequest.parse(delivery.body).file_id)
        return DeadLetterRound(
            looked_at=len(deliveries),
            foreign=tuple(foreign),
            sent_again=tuple(sent_again),
            failure=failures[0] if failures else None,
        )

    def _look_at(self, delivery: Delivery) -> _Judged:
        """Does what the letter calls for, and tells what; the evidence, when it is none of ours."""
        judged = self._judge(delivery)
        match judged:
            case ForeignMessage() | _Verdict.DELETE | _Verdict.SEND_AGAIN:
                self._dead_letters.delete(delivery)
            case _Verdict.KEEP | _Verdict.BURY:
                self._dead_letters.hide(delivery, seconds=HIDE_SECONDS)
            case _Recheck(seconds):
                self._dead_letters.hide(delivery, seconds=seconds)
        return judged

    def _judge(self, delivery: Delivery) -> _Judged:
        body = delivery.body
        try:
            request = WorkRequest.parse(body)
        except ValueError as error:
            return ForeignMessage.of(body, ForeignReason.UNREADABLE, detail=str(error))
        with self._units_of_work.for_writing() as work:
            try:
                file = work.files.lock_for_worker(request.file_id)
            except UnknownFileError:
                return ForeignMessage.of(body, ForeignReason.UNKNOWN_FILE)
            if request.contradicts(file.state):
                return ForeignMessage.of(body, ForeignReason.FORGED)
            verdict = self._verdict(file.state, request, work)
            self._carry_out(verdict, file, work)
        return verdict

    def _verdict(
        self, state: FileState, request: WorkRequest, work: UnitOfWork
    ) -> _Verdict | _Recheck:
        if state.is_erased or request.generation != state.generation:
            return _Verdict.DELETE
        if state.outcome is Outcome.DEAD_LETTERED:
            return _Verdict.KEEP
        if state.is_final:
            return _Verdict.DELETE
        if state.lease is not None and state.lease.is_live(work.now()):
            return _Recheck.when_over(state.lease, now=work.now())
        if self._retry_policy.is_crash_loop(state.starts):
            return _Verdict.BURY
        return _Verdict.SEND_AGAIN

    def _carry_out(self, verdict: _Verdict | _Recheck, file: File, work: UnitOfWork) -> None:
        if verdict is _Verdict.SEND_AGAIN:
            work.outbox.add(work_message(file.state))
            work.statistics.note(Happening.SENT_AGAIN)
            work.commit()
        elif verdict is _Verdict.BURY:
            file.bury(CRASH_LOOP, at=work.now())
            work.files.save(file)
            work.outbox.add(terminal_message(file.state, file.events[-1]))
            work.commit()

"""Decides what a delivery calls for, and takes the file when it calls for work."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import ceil

from application.errors import UnknownFileError
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.file_messages import WorkRequest, terminal_message
from application.use_cases.foreign_message import ForeignReason
from domain.fault import Fault, FaultKind
from domain.file import File
from domain.file_state import FileState, Lease
from domain.file_status import FileStatus, Outcome
from domain.retry_policy import RetryPolicy

CRASH_LOOP = Fault(
    kind=FaultKind.FAILURE,
    code="worker_crash_loop",
    # A worker may also have been too slow for its lease, or unable to write how it ended.
    message="attempts at this file began again and again, and none came to a recorded end",
)


class DropReason(StrEnum):
    """Why a message has nothing left to say."""

    FINISHED = "finished"
    ERASED = "erased"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Claimed:
    """The file is ours to work on."""

    file: FileState


@dataclass(frozen=True, slots=True)
class Dropped:
    """The message can be deleted."""

    reason: DropReason


@dataclass(frozen=True, slots=True)
class Foreign:
    """The message is none of ours; the file that it names, if there is one, was left alone."""

    reason: ForeignReason


@dataclass(frozen=True, slots=True)
class Postponed:
    """The file is not to be worked on for so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class DeadLettered:
    """The file waits for a person: its message belongs into the dead-letter queue."""


Claim = Claimed | Dropped | Foreign | Postponed | DeadLettered


class ClaimFile:
    """Takes a file for one worker, in one transaction, by what its record says.

    The message is only a doorbell: that it is a duplicate, late, out of order or forged can
    change when something happens, never what.
    """

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        retry_policy: RetryPolicy,
        lease: timedelta,
        worker: str,
    ) -> None:
        self._units_of_work = units_of_work
        self._retry_policy = retry_policy
        self._lease = lease
        self._worker = worker

    def __call__(self, request: WorkRequest) -> Claim:
        """What to do with the message, the file being PROCESSING and ours if it is Claimed."""
        with self._units_of_work.for_writing() as work:
            try:
                file = work.files.lock_for_worker(request.file_id)
            except UnknownFileError:
                return Foreign(ForeignReason.UNKNOWN_FILE)
            obstacle = self._obstacle(file.state, request, work)
            if obstacle is not None:
                return obstacle
            if self._retry_policy.is_crash_loop(file.state.starts):
                return self._bury(file, work)
            file.start(
                Lease(owner=self._worker, expires_at=work.now() + self._lease), at=work.now()
            )
            work.files.save(file)
            work.commit()
        return Claimed(file.state)

    def _obstacle(self, state: FileState, request: WorkRequest, work: UnitOfWork) -> Claim | None:
        now = work.now()
        if request.contradicts(state):
            return Foreign(ForeignReason.FORGED)
        if state.is_erased:
            return Dropped(DropReason.ERASED)
        if request.generation != state.generation:
            return Dropped(DropReason.OUTDATED)
        if state.outcome is Outcome.DEAD_LETTERED:
            return DeadLettered()
        if state.is_final:
            return Dropped(DropReason.FINISHED)
        if state.lease is not None and state.lease.is_live(now):
            return Postponed(_seconds(state.lease.expires_at - now))
        if state.status is FileStatus.PENDING and now < state.next_attempt_at:
            return Postponed(_seconds(state.next_attempt_at - now) + 1)
        return None

    def _bury(self, file: File, work: UnitOfWork) -> DeadLettered:
        file.bury(CRASH_LOOP, at=work.now())
        work.files.save(file)
        work.outbox.add(terminal_message(file.state, file.events[-1]))
        work.commit()
        return DeadLettered()


def _seconds(duration: timedelta) -> int:
    return max(1, ceil(duration.total_seconds()))

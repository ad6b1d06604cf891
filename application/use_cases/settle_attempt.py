"""Commits what became of an attempt: the only place where work turns into a status."""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from math import ceil

from application.ports.id_generator import Randomness
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.file_messages import terminal_message, work_message
from domain.fault import Fault
from domain.file import File
from domain.file_state import FileState, ResultFile
from domain.file_status import FileStatus, Outcome
from domain.processing_report import ProcessingReport
from domain.retry_policy import RetryPolicy


class Settled(StrEnum):
    """What an attempt came to."""

    FINISHED = "finished"
    RELEASED = "released"
    RETRIED = "retried"
    BURIED = "buried"
    FENCED = "fenced"


class SettleAttempt:
    """Writes an attempt's end if the attempt is still the file's, and nothing otherwise."""

    def __init__(
        self, *, units_of_work: UnitOfWorkFactory, retry_policy: RetryPolicy, randomness: Randomness
    ) -> None:
        self._units_of_work = units_of_work
        self._retry_policy = retry_policy
        self._randomness = randomness

    def finish(
        self, attempt: FileState, report: ProcessingReport, results: tuple[ResultFile, ...]
    ) -> Settled:
        """FINISHED: the rows are judged; FENCED when the file has gone on without us."""

        def settle(file: File, work: UnitOfWork) -> Settled:
            verb = file.reject if report.outcome is Outcome.REJECTED else file.complete
            verb(report, results, at=work.now())
            work.outbox.add(terminal_message(file.state, file.events[-1]))
            return Settled.FINISHED

        return self._settle(attempt, settle)

    def release(self, attempt: FileState, reason: str) -> Settled:
        """RELEASED: somebody else may begin at once, by a message of its own."""

        def settle(file: File, work: UnitOfWork) -> Settled:
            file.release(reason, at=work.now())
            work.outbox.add(work_message(file.state))
            return Settled.RELEASED

        return self._settle(attempt, settle)

    def fail(self, attempt: FileState, fault: Fault) -> tuple[Settled, int]:
        """RETRIED and the seconds until the next try, or BURIED and 0."""
        wait_seconds = 0

        def settle(file: File, work: UnitOfWork) -> Settled:
            nonlocal wait_seconds
            now = work.now()
            delay = self._retry_policy.delay_after(
                fault, file.state, at=now, uniform=self._randomness.uniform
            )
            if delay is None:
                file.bury(fault, at=now)
                work.outbox.add(terminal_message(file.state, file.events[-1]))
                return Settled.BURIED
            wait_seconds = ceil(delay.total_seconds())
            file.retry(fault, next_attempt_at=now + timedelta(seconds=wait_seconds), at=now)
            return Settled.RETRIED

        return self._settle(attempt, settle), wait_seconds

    def _settle(self, attempt: FileState, settle: Callable[[File, UnitOfWork], Settled]) -> Settled:
        with self._units_of_work.for_writing() as work:
            file = work.files.lock_for_worker(attempt.id)
            if not _is_current(attempt, file.state):
                return Settled.FENCED
            settled = settle(file, work)
            work.files.save(file)
            work.commit()
        return settled


def _is_current(attempt: FileState, stored: FileState) -> bool:
    """True while the attempt may write: rising attempts are the fence against late workers."""
    return stored.attempt == attempt.attempt and stored.status is FileStatus.PROCESSING

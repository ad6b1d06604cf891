"""Commits what became of an attempt: the only place where work turns into a status."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import ceil
from uuid import UUID

from application.errors import AmbiguousCommitError, DependencyError
from application.ports.clock import Clock
from application.ports.id_generator import Randomness
from application.ports.lease_keeper import HeldLease
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.file_messages import terminal_message, work_message
from domain.events import FileEvent
from domain.fault import Fault
from domain.file import File
from domain.file_state import FileState, ResultFile
from domain.file_status import FileStatus, Outcome
from domain.processing_report import ProcessingReport
from domain.progress import Progress
from domain.retry_policy import RetryPolicy

PAUSE_SECONDS = 0.5


class Settled(StrEnum):
    """What an attempt came to."""

    FINISHED = "finished"
    RELEASED = "released"
    RETRIED = "retried"
    BURIED = "buried"
    FENCED = "fenced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How an attempt was settled; a RETRIED one is tried again after `wait_seconds`."""

    settled: Settled
    wait_seconds: int = 0


_Settle = Callable[[File, UnitOfWork], Settlement]


@dataclass(frozen=True, slots=True)
class _Attempt:
    file_id: UUID
    number: int

    @classmethod
    def of(cls, state: FileState) -> "_Attempt":
        return cls(state.id, state.attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class _UnansweredCommit:
    """A commit that may have happened, known by the event that it would have left."""

    event: FileEvent
    settlement: Settlement


class SettleAttempt:
    """Writes an attempt's end if the attempt is still the file's, and nothing otherwise.

    While the lease is trusted, until the monotonic `try_until`, a database that is away is
    asked again: an hour of work must not be repeated for a second's outage. Every method
    raises DependencyError when it could not be settled: AmbiguousCommitError when it may
    have been all the same, any other when it was not and never will be.
    """

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        retry_policy: RetryPolicy,
        randomness: Randomness,
        clock: Clock,
    ) -> None:
        self._units_of_work = units_of_work
        self._retry_policy = retry_policy
        self._randomness = randomness
        self._clock = clock

    def finish(
        self,
        attempt: FileState,
        report: ProcessingReport,
        results: tuple[ResultFile, ...],
        *,
        progress: Progress | None,
        try_until: float,
    ) -> Settlement:
        """FINISHED: the rows are judged; FENCED when the file has gone on without us."""

        def settle(file: File, work: UnitOfWork) -> Settlement:
            verb = file.reject if report.outcome is Outcome.REJECTED else file.complete
            verb(report, results, at=work.now(), progress=progress)
            work.outbox.add(terminal_message(file.state, file.events[-1]))
            return Settlement(settled=Settled.FINISHED)

        return self._settle(_Attempt.of(attempt), settle, try_until)

    def release(self, attempt: FileState, reason: str, *, try_until: float) -> Settlement:
        """RELEASED: somebody else may begin at once, by a message of its own."""
        return self._release(_Attempt.of(attempt), reason, try_until)

    def release_held(self, held: HeldLease, reason: str, *, try_until: float) -> Settlement:
        """The same for who knows no more of the attempt than what is held."""
        return self._release(_Attempt(held.file_id, held.attempt), reason, try_until)

    def fail(self, attempt: FileState, fault: Fault, *, try_until: float) -> Settlement:
        """RETRIED and the seconds until the next try, or BURIED and 0."""

        def settle(file: File, work: UnitOfWork) -> Settlement:
            now = work.now()
            delay = self._retry_policy.delay_after(
                fault, file.state, at=now, uniform=self._randomness.uniform
            )
            if delay is None:
                file.bury(fault, at=now)
                work.outbox.add(terminal_message(file.state, file.events[-1]))
                return Settlement(settled=Settled.BURIED)
            wait_seconds = ceil(delay.total_seconds())
            file.retry(fault, next_attempt_at=now + timedelta(seconds=wait_seconds), at=now)
            return Settlement(settled=Settled.RETRIED, wait_seconds=wait_seconds)

        return self._settle(_Attempt.of(attempt), settle, try_until)

    def _release(self, attempt: _Attempt, reason: str, try_until: float) -> Settlement:
        def settle(file: File, work: UnitOfWork) -> Settlement:
            file.release(reason, at=work.now())
            work.outbox.add(work_message(file.state))
            return Settlement(settled=Settled.RELEASED)

        return self._settle(attempt, settle, try_until)

    def _settle(self, attempt: _Attempt, settle: _Settle, try_until: float) -> Settlement:
        unanswered: list[_UnansweredCommit] = []
        while True:
            try:
                return self._try(attempt, settle, unanswered)
            except DependencyError as error:
                if self._clock.monotonic() + PAUSE_SECONDS >= try_until:
                    if unanswered:
                        raise AmbiguousCommitError("it stayed away after a commit") from error
                    raise
            self._clock.sleep(PAUSE_SECONDS)

    def _try(
        self, attempt: _Attempt, settle: _Settle, unanswered: list[_UnansweredCommit]
    ) -> Settlement:
        with self._units_of_work.for_writing() as work:
            # Under the lock no earlier commit of ours can be under way any more.
            file = work.files.lock_for_worker(attempt.file_id)
            if unanswered:
                history = work.files.history(file.state.tenant, file.id)
                happened = _find_commit(unanswered, history)
                unanswered.clear()
                if happened is not None:
                    return happened.settlement
            if not _is_current(attempt, file.state):
                return Settlement(settled=Settled.FENCED)
            settlement = settle(file, work)
            work.files.save(file)
            try:
                work.commit()
            except AmbiguousCommitError:
                commit = _UnansweredCommit(event=file.events[-1], settlement=settlement)
                unanswered.append(commit)
                raise
        return settlement


def _is_current(attempt: _Attempt, stored: FileState) -> bool:
    """True while the attempt may write: rising attempts are the fence against late workers."""
    return stored.attempt == attempt.number and stored.status is FileStatus.PROCESSING


def _find_commit(
    unanswered: Iterable[_UnansweredCommit], history: Iterable[FileEvent]
) -> _UnansweredCommit | None:
    """The commit whose event is in the file's history, whatever happened to the file since."""
    moves = {(event.name, event.attempt, event.at) for event in history}
    for commit in unanswered:
        if (commit.event.name, commit.event.attempt, commit.event.at) in moves:
            return commit
    return None

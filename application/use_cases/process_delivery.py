"""Does what one message of the queue asks for: claim, work, commit, acknowledge."""

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from application.errors import AmbiguousCommitError, DependencyError
from application.ports.clock import Clock
from application.ports.content_engine import ContentEngine
from application.ports.file_storage import FileStorage
from application.ports.lease_keeper import HeldLease, LeaseKeeper
from application.ports.message_queue import Delivery, MessageQueue
from application.ports.statistics import Happening
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.attempt import Attempted, AttemptWatch, StopReason, try_attempt
from application.use_cases.attempt_fault import fault_of
from application.use_cases.attempt_results import AttemptResults
from application.use_cases.claim_file import (
    Claimed,
    ClaimFile,
    DeadLettered,
    Dropped,
    Foreign,
    Postponed,
)
from application.use_cases.file_messages import WorkRequest
from application.use_cases.foreign_message import ForeignMessage, ForeignReason
from application.use_cases.probe_messages import answer_key, probe_in
from application.use_cases.settle_attempt import SettleAttempt, Settled, Settlement
from domain.file_state import FileState
from domain.patterns import PatternMatcher


class DeliveryResult(StrEnum):
    """What a delivery led to."""

    FINISHED = "finished"
    RELEASED = "released"
    RETRIED = "retried"
    BURIED = "buried"
    FENCED = "fenced"
    DROPPED = "dropped"
    POSTPONED = "postponed"
    DEAD_LETTERED = "dead_lettered"
    FOREIGN = "foreign"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What happened, for the log.

    `error` is the fault behind a retry or a burial, `foreign` what is known of a message that
    was none of ours.
    """

    result: DeliveryResult
    reason: str = ""
    error: Exception | None = None
    foreign: ForeignMessage | None = None


def _never() -> bool:
    return False


class ProcessDelivery:
    """Works on the file that a delivery points at, if that is what its record calls for.

    The message is deleted only after the file's end is committed, so whatever breaks in
    between brings it back; a second delivery of a finished file changes nothing.
    """

    def __init__(
        self,
        *,
        claim_file: ClaimFile,
        settle_attempt: SettleAttempt,
        units_of_work: UnitOfWorkFactory,
        storage: FileStorage,
        engine: ContentEngine,
        queue: MessageQueue,
        lease_keeper: LeaseKeeper,
        clock: Clock,
        patterns: PatternMatcher,
        attempt_limit: timedelta,
    ) -> None:
        self._claim_file = claim_file
        self._settle_attempt = settle_attempt
        self._units_of_work = units_of_work
        self._storage = storage
        self._engine = engine
        self._queue = queue
        self._lease_keeper = lease_keeper
        self._clock = clock
        self._patterns = patterns
        self._attempt_limit = attempt_limit

    def __call__(
        self,
        delivery: Delivery,
        *,
        is_shutting_down: Callable[[], bool],
        is_suspended: Callable[[], bool] = _never,
    ) -> DeliveryReport:
        """What the delivery led to.

        Work is given back, at no cost to its file, once one of the two is true: this process
        is about to end, or a dependency is known to be away that no work can do without.
        Raises DependencyError when the database or the queue is away at the wrong moment;
        the message then shows up again by itself, and the next look puts everything right.
        """
        try:
            request = WorkRequest.parse(delivery.body)
        except ValueError as error:
            return self._answer_or_dismiss(delivery, error)
        taken_at = self._clock.monotonic()
        match self._claim_file(request):
            case Dropped(reason):
                self._queue.delete(delivery)
                return DeliveryReport(result=DeliveryResult.DROPPED, reason=reason)
            case Foreign(unlike):
                return self._dismiss(delivery, unlike)
            case Postponed(seconds):
                self._queue.change_visibility(delivery, seconds=seconds)
                return DeliveryReport(result=DeliveryResult.POSTPONED, reason=f"{seconds} s")
            case DeadLettered():
                return self._leave_to_dead_letters(delivery)
            case Claimed(file):
                held = HeldLease(
                    file_id=file.id, attempt=file.attempt, delivery=delivery, taken_at=taken_at
                )
                return self._work(
                    file, held, is_shutting_down=is_shutting_down, is_suspended=is_suspended
                )

    def _answer_or_dismiss(self, delivery: Delivery, error: ValueError) -> DeliveryReport:
        probe_id = probe_in(delivery.body)
        if probe_id is None:
            return self._dismiss(delivery, ForeignReason.UNREADABLE, detail=str(error))
        with self._storage.create(answer_key(probe_id), media_type="text/plain") as answer:
            answer.write(b"received\n")
            answer.commit()
        self._queue.delete(delivery)
        return DeliveryReport(result=DeliveryResult.ANSWERED, reason=f"probe {probe_id}")

    def _work(
        self,
        file: FileState,
        held: HeldLease,
        *,
        is_shutting_down: Callable[[], bool],
        is_suspended: Callable[[], bool],
    ) -> DeliveryReport:
        results = AttemptResults(self._storage, file)
        # No verb is called before the heartbeat rests: a renewal that comes late could
        # otherwise undo the visibility that a retry has just set.
        with self._lease_keeper.keep(held) as lease:
            watch = AttemptWatch(
                file,
                units_of_work=self._units_of_work,
                clock=self._clock,
                lease=lease,
                limit=self._attempt_limit,
                is_shutting_down=is_shutting_down,
                is_suspended=is_suspended,
            )
            attempted = try_attempt(
                file,
                engine=self._engine,
                storage=self._storage,
                units_of_work=self._units_of_work,
                patterns=self._patterns,
                results=results,
                watch=watch,
            )
        return self._settle(file, held.delivery, results, attempted, lease.trusted_until)

    def _settle(
        self,
        file: FileState,
        delivery: Delivery,
        results: AttemptResults,
        attempted: Attempted,
        try_until: float,
    ) -> DeliveryReport:
        if attempted.stopped in (StopReason.LEASE_LOST, StopReason.NOT_MINE):
            return self._fenced(results, reason=attempted.stopped)
        with self._discarding_unless_kept(results, attempted):
            settlement = self._commit_end(file, results, attempted, try_until)
        if settlement.settled is Settled.FENCED:
            return self._fenced(results, reason="attempt is no longer the file's")
        if settlement.settled in (Settled.RETRIED, Settled.BURIED):
            return self._return(delivery, results, settlement, attempted.error)
        self._queue.delete(delivery)
        if settlement.settled is Settled.RELEASED:
            self._discard(results)
        return DeliveryReport(result=DeliveryResult(settlement.settled))

    def _commit_end(
        self, file: FileState, results: AttemptResults, attempted: Attempted, try_until: float
    ) -> Settlement:
        settle = self._settle_attempt
        if attempted.stopped is not None:
            return settle.release(file, attempted.stopped, try_until=try_until)
        if attempted.report is not None:
            return settle.finish(
                file,
                attempted.report,
                results.files,
                progress=attempted.progress,
                try_until=try_until,
            )
        return settle.fail(file, fault_of(attempted.error), try_until=try_until)

    @contextmanager
    def _discarding_unless_kept(
        self, results: AttemptResults, attempted: Attempted
    ) -> Generator[None]:
        """Removes the results of an attempt that could not be settled, if they are nobody's."""
        try:
            yield
        except DependencyError as error:
            may_be_the_files = attempted.report is not None and isinstance(
                error, AmbiguousCommitError
            )
            if not may_be_the_files:
                self._discard(results)
            raise

    def _return(
        self,
        delivery: Delivery,
        results: AttemptResults,
        settlement: Settlement,
        error: Exception | None,
    ) -> DeliveryReport:
        # After a burial the message becomes visible at once, so that the queue itself
        # moves it to the dead letters.
        self._queue.change_visibility(delivery, seconds=settlement.wait_seconds)
        self._discard(results)
        return DeliveryReport(
            result=DeliveryResult(settlement.settled),
            reason=f"{settlement.wait_seconds} s",
            error=error,
        )

    def _fenced(self, results: AttemptResults, *, reason: str) -> DeliveryReport:
        self._discard(results)
        self._note_fenced()
        return DeliveryReport(result=DeliveryResult.FENCED, reason=reason)

    def _note_fenced(self) -> None:
        # It is for operators to see and changes nothing: away, the database need not hear of it.
        with suppress(DependencyError), self._units_of_work.for_writing() as work:
            work.statistics.note(Happening.FENCED)
            work.commit()

    def _discard(self, results: AttemptResults) -> None:
        try:
            results.delete_all()
        except DependencyError:
            # Nothing refers to them, so what stays behind is garbage and no more.
            return

    def _dismiss(
        self, delivery: Delivery, reason: ForeignReason, *, detail: str = ""
    ) -> DeliveryReport:
        self._queue.delete(delivery)
        return DeliveryReport(
            result=DeliveryResult.FOREIGN,
            reason=reason,
            foreign=ForeignMessage.of(delivery.body, reason, detail=detail),
        )

    def _leave_to_dead_letters(self, delivery: Delivery) -> DeliveryReport:
        self._queue.change_visibility(delivery, seconds=0)
        return DeliveryReport(result=DeliveryResult.DEAD_LETTERED)

"""One attempt at one file: reading, validating, writing; nothing is decided here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from application.errors import DependencyError, ProcessingStoppedError, ResourceLimitError
from application.ports.clock import Clock
from application.ports.content_engine import ContentEngine, EngineJob
from application.ports.file_storage import FileStorage
from application.ports.lease_keeper import KeptLease
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.attempt_results import AttemptResults
from application.use_cases.stored_source import StoredSource
from domain.file_state import FileState
from domain.patterns import PatternMatcher
from domain.processing_report import ProcessingReport
from domain.progress import Progress
from domain.schema import Schema
from domain.schema_descriptor import parse_schema

PROGRESS_PERIOD_SECONDS = 1.0


class StopReason(StrEnum):
    """Why work ends before the file does."""

    LEASE_LOST = "lease_lost"
    NOT_MINE = "not_mine"
    TIME_LIMIT = "time_limit"
    SHUTDOWN = "shutdown"
    BREAKER_OPEN = "breaker_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """How the work itself ended: with a report, with an error, or told to stop.

    A report comes with the `progress` that was made.
    """

    report: ProcessingReport | None = None
    progress: Progress | None = None
    error: Exception | None = None
    stopped: StopReason | None = None


class AttemptWatch:
    """Reports progress now and then, and knows whether the work still makes sense."""

    def __init__(
        self,
        state: FileState,
        *,
        units_of_work: UnitOfWorkFactory,
        clock: Clock,
        lease: KeptLease,
        limit: timedelta,
        is_shutting_down: Callable[[], bool],
        is_suspended: Callable[[], bool],
    ) -> None:
        self._state = state
        self._units_of_work = units_of_work
        self._clock = clock
        self._lease = lease
        self._is_shutting_down = is_shutting_down
        self._is_suspended = is_suspended
        self._was_suspended = False
        self._is_mine = True
        self._progress = Progress(bytes_read=0, rows_read=0)
        self._last_report = clock.monotonic()
        # A lease may be renewed for ever, and SQS forgets who has a message after 12 hours.
        self._limit_seconds = limit.total_seconds()
        self._ends_at = self._last_report + self._limit_seconds

    @property
    def progress(self) -> Progress:
        """The newest there is, recorded or not."""
        return self._progress

    @property
    def stop_reason(self) -> StopReason | None:
        """Why the work must stop; None while it goes on."""
        if self._lease.is_lost:
            return StopReason.LEASE_LOST
        if not self._is_mine:
            return StopReason.NOT_MINE
        if self._clock.monotonic() >= self._ends_at:
            return StopReason.TIME_LIMIT
        if self._is_shutting_down():
            return StopReason.SHUTDOWN
        # Unlike the others this may pass, and who was told to stop has stopped nevertheless.
        self._was_suspended = self._was_suspended or self._is_suspended()
        return StopReason.BREAKER_OPEN if self._was_suspended else None

    def judge(self, error: Exception) -> Attempted:
        """What the work came to that ended with `error`, by the reason why it had to stop."""
        if not isinstance(error, ProcessingStoppedError):
            # By what is known to be away, too: given back it would begin again without a pause.
            return Attempted(error=error)
        reason = self.stop_reason
        if reason is not StopReason.TIME_LIMIT:
            return Attempted(error=error, stopped=reason)
        too_long = f"an attempt may take {self._limit_seconds:g} s, and this one took longer"
        return Attempted(error=ResourceLimitError(too_long))

    def should_stop(self) -> bool:
        """True when the engine has to stop."""
        return self.stop_reason is not None

    def report(self, progress: Progress) -> None:
        """Records the progress, at most once a second; learns of a cancellation thereby."""
        self._progress = progress
        now = self._clock.monotonic()
        if now - self._last_report < PROGRESS_PERIOD_SECONDS:
            return
        self._last_report = now
        try:
            with self._units_of_work.for_writing() as work:
                self._is_mine = work.files.report_progress(
                    self._state.id, attempt=self._state.attempt, progress=progress
                )
                work.commit()
        except DependencyError:
            # Progress is a courtesy; whether we may go on is the lease's business.
            return


def try_attempt(
    state: FileState,
    *,
    engine: ContentEngine,
    storage: FileStorage,
    units_of_work: UnitOfWorkFactory,
    patterns: PatternMatcher,
    results: AttemptResults,
    watch: AttemptWatch,
) -> Attempted:
    """How it went; raises nothing."""
    try:
        schema = load_schema(state, units_of_work=units_of_work, patterns=patterns)
        report = run_attempt(
            state, engine=engine, storage=storage, schema=schema, results=results, watch=watch
        )
    except Exception as error:  # noqa: BLE001 - a defect must cost this file an attempt, not the worker its life
        return watch.judge(error)
    return Attempted(report=report, progress=watch.progress)


def run_attempt(
    state: FileState,
    *,
    engine: ContentEngine,
    storage: FileStorage,
    schema: Schema | None,
    results: AttemptResults,
    watch: AttemptWatch,
) -> ProcessingReport:
    """The engine's report, every result of which is in storage.

    Raises what the engine and the storage raise, ProcessingStoppedError among it.
    """
    with StoredSource(storage, state) as source:
        job = EngineJob(
            source=source,
            file_type=state.file_type,
            schema=schema,
            options=state.options,
            sinks=results,
            progress=watch.report,
            should_stop=watch.should_stop,
        )
        try:
            report = engine.process(job)
        finally:
            results.abort_uncommitted()
    # Every result is stored: an outage of the storage has come too late to do harm.
    if watch.stop_reason not in (None, StopReason.BREAKER_OPEN):
        raise ProcessingStoppedError("stopped at the end of the file")
    return report


def load_schema(
    state: FileState, *, units_of_work: UnitOfWorkFactory, patterns: PatternMatcher
) -> Schema | None:
    """The version of the schema that the file pinned at upload, None when it named none."""
    if state.schema is None:
        return None
    with units_of_work.for_reading() as work:
        stored = work.schemas.get(state.tenant, state.schema.name, state.schema.version)
    return parse_schema(stored.descriptor, patterns=patterns)

"""The aggregate of the service: one submitted file and everything that may happen to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from domain.erasure import ErasedBy
from domain.errors import FileErasedError, IllegalTransitionError
from domain.events import FileEvent, FileEventName
from domain.fault import Fault, FaultKind
from domain.file_state import FileState, Lease, ResultFile
from domain.file_status import MOVES, FileStatus, Outcome, Verb
from domain.processing_report import ProcessingReport
from domain.progress import Progress


class File:
    """A file that somebody submitted.

    Its state is read as a value (`file.state`) and changed by verbs alone. A verb that the
    table of moves does not allow raises IllegalTransitionError, on an erased file
    FileErasedError, and changes nothing. Each move leaves one event.
    """

    __slots__ = ("_events", "_loaded_version", "_state")

    def __init__(self, state: FileState) -> None:
        """Restores a file from what was stored; new ones come from `receive`."""
        self._state = state
        self._loaded_version = state.version
        self._events: list[FileEvent] = []

    @classmethod
    def receive(cls, state: FileState) -> Self:
        """A new PENDING file, whose content is already stored."""
        file = cls(state)
        file._record(FileEventName.RECEIVED, came_from=None, seconds=0.0)
        return file

    @property
    def state(self) -> FileState:
        """All that is known of the file now."""
        return self._state

    @property
    def id(self) -> UUID:
        """The file's UUIDv7."""
        return self._state.id

    @property
    def loaded_version(self) -> int:
        """The version that storage must still hold for the file to be saved over it."""
        return self._loaded_version

    @property
    def events(self) -> tuple[FileEvent, ...]:
        """The moves made since the file was loaded, oldest first."""
        return tuple(self._events)

    def start(self, lease: Lease, *, at: datetime) -> None:
        """A worker begins: a file that is due, or one whose worker's lease has run out."""
        state = self._state
        is_takeover = state.status is FileStatus.PROCESSING
        if is_takeover and state.lease is not None and state.lease.is_live(at):
            raise self._illegal(Verb.START, f"{state.lease.owner} is at work on it")
        if state.status is FileStatus.PENDING and at < state.next_attempt_at:
            raise self._illegal(Verb.START, f"it is not due before {state.next_attempt_at:%c}")
        self._move(
            Verb.START,
            FileEventName.TAKEN_OVER if is_takeover else FileEventName.STARTED,
            at=at,
            details={"lease_owner": lease.owner},
            attempt=state.attempt + 1,
            starts=state.starts + 1,
            republications=0,
            lease=lease,
            progress=replace(state.progress, bytes_read=0, rows_read=0),
        )

    def release(self, reason: str, *, at: datetime) -> None:
        """The worker gives the file back unharmed; that costs the file nothing."""
        self._move(
            Verb.RELEASE,
            FileEventName.RELEASED,
            at=at,
            details={"reason": reason},
            lease=None,
            starts=0,
            next_attempt_at=at,
        )

    def retry(self, fault: Fault, *, next_attempt_at: datetime, at: datetime) -> None:
        """The attempt failed and is to be repeated; a dependency's fault is no failure."""
        state = self._state
        is_failure = fault.kind is not FaultKind.DEPENDENCY
        self._move(
            Verb.RETRY,
            FileEventName.RETRY_SCHEDULED,
            at=at,
            details={"next_attempt_at": next_attempt_at.isoformat()},
            fault=fault,
            lease=None,
            starts=0,
            failures=state.failures + is_failure,
            retries=state.retries + 1,
            next_attempt_at=next_attempt_at,
        )

    def complete(
        self,
        report: ProcessingReport,
        results: tuple[ResultFile, ...],
        *,
        at: datetime,
        progress: Progress | None = None,
    ) -> None:
        """The rows were read and the good ones kept: `clean` or `partial`.

        `progress` is how far the attempt read; None leaves what was noted on the way.
        """
        if report.outcome not in (Outcome.CLEAN, Outcome.PARTIAL):
            raise self._illegal(Verb.COMPLETE, f"its report says {report.outcome}")
        self._finish(
            Verb.COMPLETE, FileEventName.COMPLETED, report, results, at=at, progress=progress
        )

    def reject(
        self,
        report: ProcessingReport,
        results: tuple[ResultFile, ...],
        *,
        at: datetime,
        progress: Progress | None = None,
    ) -> None:
        """The content is bad: no retry can mend it, the submitter can. See `complete`."""
        if report.outcome is not Outcome.REJECTED:
            raise self._illegal(Verb.REJECT, f"its report says {report.outcome}")
        self._finish(Verb.REJECT, FileEventName.REJECTED, report, results, at=at, progress=progress)

    def bury(self, fault: Fault, *, at: datetime) -> None:
        """The budget is spent: the file waits for a person."""
        self._move(
            Verb.BURY,
            FileEventName.DEAD_LETTERED,
            at=at,
            fault=fault,
            failures=self._state.failures + (fault.kind is FaultKind.FAILURE),
            outcome=Outcome.DEAD_LETTERED,
            lease=None,
            processed_at=at,
        )

    def cancel(self, *, at: datetime) -> None:
        """A user wants no more of it."""
        self._move(
            Verb.CANCEL,
            FileEventName.CANCELLED,
            at=at,
            outcome=Outcome.CANCELLED,
            error_code="cancelled",
            error_message="the file was cancelled",
            lease=None,
            processed_at=at,
        )

    def reprocess(self, *, at: datetime, reason: str | None = None) -> None:
        """Everything once more, as a new generation; `attempt` goes on, for it is the fence."""
        self._move(
            Verb.REPROCESS,
            FileEventName.REPROCESSED,
            at=at,
            details={"reason": reason} if reason else None,
            generation=self._state.generation + 1,
            generation_started_at=at,
            next_attempt_at=at,
            outcome=None,
            error_code=None,
            error_message=None,
            rows=None,
            results=(),
            progress=replace(self._state.progress, bytes_read=0, rows_read=0),
            failures=0,
            retries=0,
            starts=0,
            republications=0,
            published_at=None,
            processed_at=None,
        )

    def erase(self, *, at: datetime, by: ErasedBy = ErasedBy.USER) -> None:
        """Leaves a tombstone of ids, sizes, times and outcome; erasing twice is once."""
        if self._state.is_erased:
            return
        if not self._state.is_final:
            self.cancel(at=at)
        self._move(
            Verb.ERASE,
            FileEventName.ERASED,
            at=at,
            details={"actor": by.value},
            attempt=self._state.attempt + 1,
            original_name="",
            key="",
            etag="",
            sha256="",
            metadata={},
            error_message=None,
            results=(),
            erased_at=at,
            removal_due_at=at,
        )

    def _finish(
        self,
        verb: Verb,
        name: FileEventName,
        report: ProcessingReport,
        results: tuple[ResultFile, ...],
        *,
        at: datetime,
        progress: Progress | None,
    ) -> None:
        rows, error = report.rows, report.file_error
        self._move(
            verb,
            name,
            at=at,
            details={"rows_accepted": rows.accepted, "rows_rejected": rows.rejected},
            outcome=report.outcome,
            error_code=error.code if error else None,
            error_message=error.message if error else None,
            rows=rows,
            results=results,
            # What was noted on the way is up to a second old, and of short work there is nothing.
            progress=progress or self._state.progress,
            lease=None,
            starts=0,
            processed_at=at,
        )

    def _move(
        self,
        verb: Verb,
        name: FileEventName,
        *,
        at: datetime,
        details: Mapping[str, str | int] | None = None,
        fault: Fault | None = None,
        **changes: Any,
    ) -> None:
        state = self._state
        if state.is_erased:
            raise FileErasedError(state.id)
        target = MOVES[verb].get(state.status)
        if target is None:
            raise self._illegal(verb, f"it is {state.status}")
        if fault is not None:
            changes |= {"error_code": fault.code, "error_message": fault.message}
        self._state = replace(
            state, status=target, updated_at=at, version=state.version + 1, **changes
        )
        seconds = (at - state.updated_at).total_seconds()
        self._record(name, came_from=state.status, seconds=seconds, details=details)

    def _record(
        self,
        name: FileEventName,
        *,
        came_from: FileStatus | None,
        seconds: float,
        details: Mapping[str, str | int] | None = None,
    ) -> None:
        state = self._state
        self._events.append(
            FileEvent(
                name=name,
                file_id=state.id,
                tenant=state.tenant,
                at=state.updated_at,
                generation=state.generation,
                attempt=state.attempt,
                from_status=came_from,
                to_status=state.status,
                seconds=seconds,
                outcome=state.outcome,
                error_code=state.error_code,
                error_message=state.error_message,
                details=details or {},
            )
        )

    def _illegal(self, verb: Verb, reason: str) -> IllegalTransitionError:
        return IllegalTransitionError(
            self._state.id, verb=verb, status=self._state.status, reason=reason
        )

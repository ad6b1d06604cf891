"""Which stored objects nobody needs any more, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.file_state import FileState
from domain.file_status import FileStatus


class Garbage(StrEnum):
    """Why an object is not needed."""

    UNKNOWN_FILE = "unknown_file"
    """No record bears its file's id: the upload died or was refused before it was recorded."""

    ERASED_FILE = "erased_file"
    """Its file was deleted."""

    DEAD_ATTEMPT = "dead_attempt"
    """The attempt that wrote it did not count, and did not live to remove it."""

    OLD_GENERATION = "old_generation"
    """A newer generation of its file has ended since."""

    PROBE = "probe"
    """A worker's answer that was fetched too late, or what a process that died was probing with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentPlace:
    """An object that holds what was submitted as a file, or was about to."""

    key: str
    file_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPlace:
    """An object that one attempt at a file has written."""

    key: str
    file_id: UUID
    generation: int
    attempt: int


def why_garbage(
    place: ContentPlace | ResultPlace,
    state: FileState | None,
    *,
    at: datetime,
    replaced_stay: timedelta,
) -> Garbage | None:
    """Why the object is not needed at `at` by its file, whose record is `state`; None: it is.

    For objects old enough that no writer of theirs can be about to have them recorded. Results
    of an earlier generation stay until `replaced_stay` after the end of the newest, because
    links to them may have been handed out.
    """
    if state is None:
        return Garbage.UNKNOWN_FILE
    if state.is_erased:
        return Garbage.ERASED_FILE
    if isinstance(place, ContentPlace):
        return None if place.key == state.key else Garbage.UNKNOWN_FILE
    if any(result.key == place.key for result in state.results):
        return None
    return _why_unnamed_result_is_garbage(place, state, at=at, replaced_stay=replaced_stay)


def _why_unnamed_result_is_garbage(
    place: ResultPlace, state: FileState, *, at: datetime, replaced_stay: timedelta
) -> Garbage | None:
    # Neither number ever falls: such a record was set back to what it was, by a backup.
    if place.generation > state.generation or place.attempt > state.attempt:
        return None
    if place.generation < state.generation:
        has_ended = state.processed_at is not None and at >= state.processed_at + replaced_stay
        return Garbage.OLD_GENERATION if has_ended else None
    is_at_work = state.status is FileStatus.PROCESSING and place.attempt == state.attempt
    return None if is_at_work else Garbage.DEAD_ATTEMPT

"""Gives files that were given up another chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from application.errors import DependencyError, UnknownFileError
from application.ports.dead_lettered_files import DeadLetterFilter, DeadLetterPlace
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.file_messages import work_message
from domain.file_state import FileState
from domain.file_status import Outcome

MOST_FAILURES_IN_A_ROW = 3
"""After so many the database is away, and the rest would only wait for it one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRedrive:
    """A file that could not be redriven now, and why."""

    file_id: UUID
    error: DependencyError


@dataclass(frozen=True, slots=True, kw_only=True)
class RedriveReport:
    """What became of each file that was looked at.

    `skipped` are no dead letters, or none any more: somebody else was there first. `failed`
    are as they were, unless the error says that nobody knows. Behind `next_past` there are
    more, or, where ids were named, among `next_ids`; both are None at the end.
    """

    redriven: tuple[UUID, ...] = ()
    skipped: tuple[UUID, ...] = ()
    failed: tuple[FailedRedrive, ...] = ()
    next_past: DeadLetterPlace | None = None
    next_ids: tuple[UUID, ...] | None = None


class RedriveDeadLetters:
    """Opens a new generation of each file, with a fresh budget of attempts.

    Each file has a transaction of its own, which also writes its message: a redrive that
    breaks off has redriven what it had come to, and repeating it finds the rest. The message
    that lies among the queue's dead letters is of an older generation from then on, and the
    watcher removes it.
    """

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(
        self, wanted: DeadLetterFilter, *, past: DeadLetterPlace | None, limit: int
    ) -> RedriveReport:
        """What became of the next `limit` files behind `past`, or of all whose ids are named.

        Raises DatabaseUnavailableError when they could not even be found.
        """
        ids = wanted.ids
        limit = limit if ids is None else len(ids)
        with self._units_of_work.for_reading() as work:
            found = work.dead_lettered_files.page(wanted, past=past, limit=limit + 1)
        round_ = _Round()
        for state in found[:limit]:
            self._redrive(state, round_)
            if round_.failures_in_a_row == MOST_FAILURES_IN_A_ROW:
                break
        left = tuple(state.id for state in found[round_.looked_at :])
        if ids is None:
            return round_.report(next_past=round_.place if left else None)
        # Behind a place, those that were handled before it would be missing, too.
        unfit = _missing(ids, found) if past is None else ()
        return round_.report(unfit=unfit, next_ids=left or None)

    def _redrive(self, state: FileState, round_: "_Round") -> None:
        round_.place = DeadLetterPlace.of(state)
        try:
            is_redriven = self._reprocess(state)
        except DependencyError as error:
            round_.failed.append(FailedRedrive(file_id=state.id, error=error))
            round_.failures_in_a_row += 1
            return
        (round_.redriven if is_redriven else round_.skipped).append(state.id)
        round_.failures_in_a_row = 0

    def _reprocess(self, seen: FileState) -> bool:
        with self._units_of_work.for_writing() as work:
            try:
                file = work.files.lock(seen.tenant, seen.id)
            except UnknownFileError:
                return False
            if not _is_the_same_dead_letter(file.state, seen):
                return False
            file.reprocess(at=work.now(), reason="redrive")
            work.files.save(file)
            work.outbox.add(work_message(file.state))
            work.commit()
        return True


class _Round:
    """The report while it is being made."""

    def __init__(self) -> None:
        self.redriven: list[UUID] = []
        self.skipped: list[UUID] = []
        self.failed: list[FailedRedrive] = []
        self.failures_in_a_row = 0
        self.place: DeadLetterPlace | None = None

    @property
    def looked_at(self) -> int:
        return len(self.redriven) + len(self.skipped) + len(self.failed)

    def report(
        self,
        *,
        unfit: Sequence[UUID] = (),
        next_past: DeadLetterPlace | None = None,
        next_ids: tuple[UUID, ...] | None = None,
    ) -> RedriveReport:
        return RedriveReport(
            redriven=tuple(self.redriven),
            skipped=(*self.skipped, *unfit),
            failed=tuple(self.failed),
            next_past=next_past,
            next_ids=next_ids,
        )


def _missing(ids: Sequence[UUID], found: Sequence[FileState]) -> tuple[UUID, ...]:
    named = {state.id for state in found}
    return tuple(file_id for file_id in ids if file_id not in named)


def _is_the_same_dead_letter(state: FileState, seen: FileState) -> bool:
    # Redriven by another and given up once more, it is not the one that was asked for.
    return (
        state.outcome is Outcome.DEAD_LETTERED
        and not state.is_erased
        and state.generation == seen.generation
    )

"""Dead-lettered files in memory."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from adapters.memory.database import Transaction
from application.ports.dead_lettered_files import (
    DeadLetteredFiles,
    DeadLetterFilter,
    DeadLetterPlace,
    DeadLetterTotal,
)
from domain.file_state import FileState
from domain.file_status import Outcome


class MemoryDeadLetteredFiles(DeadLetteredFiles):
    """Those of one transaction's files that were given up."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def page(
        self, wanted: DeadLetterFilter, *, past: DeadLetterPlace | None, limit: int
    ) -> Sequence[FileState]:
        matching = (state for state in self._dead() if _matches(state, wanted))
        return [
            state
            for state in sorted(matching, key=_place, reverse=True)
            if past is None or _place(state) < (past.given_up_at, past.file_id)
        ][:limit]

    def count(self, wanted: DeadLetterFilter, *, at_most: int) -> int:
        return min(at_most, sum(_matches(state, wanted) for state in self._dead()))

    def totals(self) -> Sequence[DeadLetterTotal]:
        found = sorted(self._dead(), key=lambda state: (_code(state), _place(state)))
        groups = [list(group) for _, group in groupby(found, key=_code)]
        return [
            DeadLetterTotal(
                error_code=_code(group[0]),
                count=len(group),
                first_at=DeadLetterPlace.of(group[0]).given_up_at,
                last_at=DeadLetterPlace.of(group[-1]).given_up_at,
            )
            for group in groups
        ]

    def _dead(self) -> Iterator[FileState]:
        for state in self._transaction.tables.files.values():
            if state.outcome is Outcome.DEAD_LETTERED and not state.is_erased:
                yield state


def _place(state: FileState) -> tuple[object, ...]:
    place = DeadLetterPlace.of(state)
    return place.given_up_at, place.file_id


def _code(state: FileState) -> str:
    assert state.error_code is not None, "what was given up has its reason"
    return state.error_code


def _matches(state: FileState, wanted: DeadLetterFilter) -> bool:
    given_up_at = DeadLetterPlace.of(state).given_up_at
    return (
        (wanted.ids is None or state.id in wanted.ids)
        and wanted.error_code in (None, state.error_code)
        and wanted.tenant in (None, state.tenant)
        and (wanted.after is None or given_up_at > wanted.after)
        and (wanted.before is None or given_up_at < wanted.before)
    )

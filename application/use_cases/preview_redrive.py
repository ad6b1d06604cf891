"""Tells which dead letters a redrive would touch, and touches none."""

from dataclasses import dataclass, replace
from uuid import UUID

from application.ports.dead_lettered_files import DeadLetterFilter
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.file_state import FileState

SHOWN = 10
COUNTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RedrivePreview:
    """What a redrive of `confirmed` would touch: `count` files, the first of which are `first`.

    Unless `is_exact` there are more than `count`. `confirmed` holds nothing that was given up
    after the preview: a redrive of it touches what was shown, as far as that is still there.
    `unfit` are the ids asked for that belong to no dead letter.
    """

    confirmed: DeadLetterFilter
    count: int
    is_exact: bool
    first: tuple[FileState, ...]
    unfit: tuple[UUID, ...]


class PreviewRedrive:
    """The dry run of `RedriveDeadLetters`."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(self, wanted: DeadLetterFilter) -> RedrivePreview:
        """What there is now."""
        ids = wanted.ids or ()
        with self._units_of_work.for_reading() as work:
            now = work.now()
            before = now if wanted.before is None else min(now, wanted.before)
            confirmed = replace(wanted, before=before)
            letters = work.dead_lettered_files
            # Of ids that were named all have to be seen, to tell which of them are none.
            found = letters.page(confirmed, past=None, limit=max(SHOWN, len(ids)))
            count = letters.count(confirmed, at_most=COUNTED + 1)
        fit = {state.id for state in found}
        return RedrivePreview(
            confirmed=confirmed,
            count=min(count, COUNTED),
            is_exact=count <= COUNTED,
            first=tuple(found[:SHOWN]),
            unfit=tuple(file_id for file_id in ids if file_id not in fit),
        )

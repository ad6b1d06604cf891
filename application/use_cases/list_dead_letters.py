"""Lists the files that were given up, for whoever is to look after them."""

from dataclasses import dataclass

from application.ports.dead_lettered_files import DeadLetterFilter, DeadLetterPlace
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.file_state import FileState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterPage:
    """Some dead letters, and the place behind which there are more; None at the end."""

    items: tuple[FileState, ...]
    next_past: DeadLetterPlace | None


class ListDeadLetters:
    """Pages of dead letters of all tenants, the last given up first.

    They are read from the record: the queue's dead letters are messages, and say nothing of
    what became of their files.
    """

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(
        self, wanted: DeadLetterFilter, *, past: DeadLetterPlace | None, limit: int
    ) -> DeadLetterPage:
        """The page of at most `limit` that begins behind `past`."""
        with self._units_of_work.for_reading() as work:
            found = work.dead_lettered_files.page(wanted, past=past, limit=limit + 1)
        has_more = len(found) > limit
        items = tuple(found[:limit])
        return DeadLetterPage(
            items=items, next_past=DeadLetterPlace.of(items[-1]) if has_more else None
        )

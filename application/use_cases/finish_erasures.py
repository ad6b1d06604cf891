"""Finishes deletions that broke off, and looks once more for what came late."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from application.errors import DependencyError
from application.ports.file_storage import FileStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.stored_bytes import remove_bytes
from domain.file_state import FileState

REMOVE_AT_ONCE = 100
REMOVE_AGAIN_AFTER = timedelta(minutes=10)


class FinishErasures:
    """Removes the bytes of erased files that are due for it, at most REMOVE_AT_ONCE a round."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory, storage: FileStorage) -> None:
        self._units_of_work = units_of_work
        self._storage = storage

    def __call__(self) -> Iterator[UUID]:
        """Yields each file whose bytes were removed, for the first or the last time.

        Raises DependencyError; the file whose turn it was is put off, and no other.
        """
        with self._units_of_work.for_reading() as work:
            now = work.now()
            due = work.files.due_for_removal(at=now, limit=REMOVE_AT_ONCE)
        for erased in due:
            self._remove_bytes(erased, began_at=now)
            yield erased.id

    def _remove_bytes(self, erased: FileState, *, began_at: datetime) -> None:
        try:
            remove_bytes(
                erased,
                began_at=began_at,
                storage=self._storage,
                units_of_work=self._units_of_work,
            )
        except DependencyError:
            # One that fails again and again must not stand in the way of the others.
            with self._units_of_work.for_writing() as work:
                work.files.plan_removal(erased.id, due_at=began_at + REMOVE_AGAIN_AFTER)
                work.commit()
            raise

"""Tells whether requests can be served."""

from application.ports.unit_of_work import UnitOfWorkFactory


class CheckReadiness:
    """Asks the database alone: a storage or queue that is down delays work, not answers."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(self) -> None:
        """Returns when the database answers; raises DatabaseUnavailableError."""
        with self._units_of_work.for_reading() as work:
            work.files.count_unfinished()

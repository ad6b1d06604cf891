"""Frees at once what dead processes held, where it is known that they are dead."""

from application.ports.message_queue import HiddenMessages
from application.ports.unit_of_work import UnitOfWorkFactory


class RecoverAfterCrash:
    """Ends the leases, claims and hidden messages of processes that are gone.

    Without it the same happens by itself when they run out. A process goes by one name in
    all three; what others hold is left alone. One that is not dead after all is fenced off by
    its attempt number.
    """

    def __init__(self, *, units_of_work: UnitOfWorkFactory, hidden: HiddenMessages) -> None:
        self._units_of_work = units_of_work
        self._hidden = hidden

    def __call__(self, *, owner: str | None = None) -> int:
        """Frees what `owner` holds, or everybody when None; returns how many leases were ended.

        Raises DependencyError.
        """
        with self._units_of_work.for_writing() as work:
            freed = work.files.expire_leases(owner=owner, at=work.now())
            work.outbox.void_claims(owner)
            work.commit()
        self._hidden.reveal(owner)
        return freed

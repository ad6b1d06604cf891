"""What the slots of a worker hold, for whoever has to give it back in their place."""

import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from application.ports.lease_keeper import HeldLease


class HeldLeases:
    """Each slot's lease, from its beginning until all is said about the delivery.

    That is longer than its heartbeat: a slot may hang in the commit that ends the attempt, too.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_thread: dict[int, HeldLease] = {}

    def note(self, lease: HeldLease) -> None:
        """This thread holds it from now on."""
        with self._lock:
            self._by_thread[threading.get_ident()] = lease

    @contextmanager
    def of_one_delivery(self) -> Generator[None]:
        """When the block ends, this thread holds nothing any more."""
        try:
            yield
        finally:
            with self._lock:
                self._by_thread.pop(threading.get_ident(), None)

    def all(self) -> Sequence[HeldLease]:
        """What is held at this moment."""
        with self._lock:
            return tuple(self._by_thread.values())

"""One process at a time mends."""

from collections.abc import Iterator
from contextlib import contextmanager

from application.ports.exclusive_round import RoundLock
from application.ports.file_storage import FileStorage
from application.ports.message_queue import MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.reconcile import Reconcile
from domain.retention_policy import RetentionPolicy
from tests.builders import build_file
from tests.in_memory_container import InMemoryService

HOUR_SECONDS = 3600


class TakenRound(RoundLock):
    """A round that somebody else is in."""

    @contextmanager
    def attempt(self, name: str) -> Iterator[bool]:
        yield False


def test_while_another_process_mends_nothing_is_mended_twice() -> None:
    service = InMemoryService()
    with service.units_of_work.for_writing() as work:
        work.files.add(build_file())
        work.commit()
    service.clock.advance(HOUR_SECONDS)
    turned_away = Reconcile(
        units_of_work=service.get(UnitOfWorkFactory),
        queue=service.get(MessageQueue),
        storage=service.get(FileStorage),
        rounds=TakenRound(),
        retention=RetentionPolicy(),
    )

    assert turned_away().republished == 0
    assert service.get(Reconcile)().republished == 1

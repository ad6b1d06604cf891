"""The use cases over a real database, each call of which can be stopped and made to fail."""

from pathlib import Path

from sqlalchemy import Engine

from adapters.sql.sql_round_lock import SqlRoundLock
from application.ports.clock import Clock
from application.ports.collection_log import CollectionLog
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.event_publisher import EventPublisher
from application.ports.exclusive_round import RoundLock
from application.ports.file_storage import FileStorage
from application.ports.lease_keeper import LeaseKeeper
from application.ports.message_queue import HiddenMessages, MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory
from tests.contracts.sqlite_world import sql_world
from tests.databases.turns import (
    ActorLeaseKeeper,
    TurnTakingDeadLetters,
    TurnTakingPublisher,
    TurnTakingQueue,
    TurnTakingUnitsOfWork,
    take_turns,
)
from tests.faults import CommitFault, FaultyUnitsOfWork
from tests.in_memory_container import InMemoryService


class DatabaseService(InMemoryService):
    """The service on `engine`, whose time is moved by hand, and on a disk below `folder`."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        super().__init__()
        world = sql_world(engine, folder)
        self.clock = world.clock
        self.next_fault: CommitFault | None = None
        self.database = FaultyUnitsOfWork(world.units_of_work, next_fault=self._take_fault)
        self.disk = world.storage
        self.engine.before_row = take_turns
        ports: dict[type, object] = {
            Clock: world.clock,
            CollectionLog: world.collections,
            DeadLetterQueue: TurnTakingDeadLetters(world.dead_letter_queue),
            EventPublisher: TurnTakingPublisher(world.publisher),
            FileStorage: world.storage,
            HiddenMessages: world.hidden_messages,
            LeaseKeeper: ActorLeaseKeeper(),
            MessageQueue: TurnTakingQueue(world.queue),
            RoundLock: SqlRoundLock(engine),
            UnitOfWorkFactory: TurnTakingUnitsOfWork(self.database),
        }
        for port, adapter in ports.items():
            self.container.register(port, instance=adapter)

    def _take_fault(self) -> CommitFault | None:
        fault, self.next_fault = self.next_fault, None
        return fault

"""The ports of one process."""

from dataclasses import dataclass, replace

from application.ports.clock import Clock
from application.ports.content_engine import ContentEngine
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.event_publisher import EventPublisher
from application.ports.file_storage import FileStorage
from application.ports.message_queue import MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory
from entrypoints.watched.calls import CallWatch
from entrypoints.watched.dead_letter_queue import WatchedDeadLetterQueue
from entrypoints.watched.event_publisher import WatchedEventPublisher
from entrypoints.watched.file_storage import WatchedFileStorage
from entrypoints.watched.message_queue import WatchedMessageQueue
from entrypoints.watched.units_of_work import WatchedUnitsOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What its use cases are given."""

    clock: Clock
    units_of_work: UnitOfWorkFactory
    storage: FileStorage
    queue: MessageQueue
    dead_letters: DeadLetterQueue
    publisher: EventPublisher
    engine: ContentEngine


def watched(ports: Ports, watch: CallWatch) -> Ports:
    """The same ports, which tell `watch` how every call ended."""
    return replace(
        ports,
        units_of_work=WatchedUnitsOfWork(ports.units_of_work, watch),
        storage=WatchedFileStorage(ports.storage, watch),
        queue=WatchedMessageQueue(ports.queue, watch),
        dead_letters=WatchedDeadLetterQueue(ports.dead_letters, watch),
        publisher=WatchedEventPublisher(ports.publisher, watch),
    )

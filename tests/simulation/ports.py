"""The ports of one process."""

from dataclasses import dataclass

from application.ports.clock import Clock
from application.ports.content_engine import ContentEngine
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.event_publisher import EventPublisher
from application.ports.file_storage import FileStorage
from application.ports.message_queue import MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory


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

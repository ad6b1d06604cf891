"""One set of adapters for every port, with a clock to move by hand: what contracts run on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from adapters.memory.api_keys import MemoryApiKeys
from adapters.memory.collection_log import MemoryCollectionLog
from adapters.memory.database import MemoryDatabase
from adapters.memory.event_publisher import MemoryEventPublisher
from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.manual_clock import ManualClock
from adapters.memory.message_queue import MemoryDeadLetterQueue, MemoryMessageQueue
from adapters.memory.unit_of_work import MemoryUnitOfWorkFactory
from application.ports.api_keys import ApiKeys
from application.ports.collection_log import CollectionLog
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.event_publisher import EventPublisher
from application.ports.file_storage import FileStorage
from application.ports.message_queue import HiddenMessages, MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.events import FileEvent

VISIBILITY_SECONDS = 300
MAX_RECEIVES = 3


class ObservedEvents(list[FileEvent]):
    """An event observer that remembers, in order."""

    def __call__(self, events: Sequence[FileEvent]) -> None:
        self.extend(events)


class CountingBell:
    """A commit bell that knows how often it rang."""

    def __init__(self) -> None:
        self.rings = 0

    def __call__(self) -> None:
        self.rings += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Adapters that belong together; all that is timed goes by `clock`.

    The queue has the settings above; `queue_of` gives it to another receiver. `observed` collects what the units of work show to
    their observer. `close` frees what the adapters hold.
    """

    clock: ManualClock
    units_of_work: UnitOfWorkFactory
    observed: list[FileEvent]
    bell: CountingBell
    queue: MessageQueue
    queue_of: Callable[[str], MessageQueue]
    dead_letter_queue: DeadLetterQueue
    hidden_messages: HiddenMessages
    publisher: EventPublisher
    storage: FileStorage
    collections: CollectionLog
    api_keys: ApiKeys
    close: Callable[[], None] = lambda: None


def memory_world(_: Path) -> World:
    """A world of the in-memory adapters, guarded for threads."""
    clock, guard, bell, observed = ManualClock(), Lock(), CountingBell(), ObservedEvents()
    dead_letters = MemoryDeadLetterQueue(clock, guard=guard)
    queue = MemoryMessageQueue(
        clock,
        dead_letters=dead_letters,
        visibility_seconds=VISIBILITY_SECONDS,
        max_receives=MAX_RECEIVES,
        guard=guard,
    )
    return World(
        clock=clock,
        units_of_work=MemoryUnitOfWorkFactory(
            MemoryDatabase(guard=guard),
            clock,
            observer=observed,
            bell=bell,
        ),
        observed=observed,
        bell=bell,
        queue=queue,
        queue_of=queue.of_receiver,
        dead_letter_queue=dead_letters,
        hidden_messages=queue,
        publisher=MemoryEventPublisher(queue),
        storage=MemoryFileStorage(clock=clock),
        collections=MemoryCollectionLog(guard=Lock()),
        api_keys=MemoryApiKeys(),
    )

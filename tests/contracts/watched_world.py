"""The adapters in memory, seen through the ports that a worker watches: nothing may differ."""

from dataclasses import replace
from pathlib import Path

from application.errors import DependencyError
from entrypoints.watched.calls import Dependency
from entrypoints.watched.dead_letter_queue import WatchedDeadLetterQueue
from entrypoints.watched.event_publisher import WatchedEventPublisher
from entrypoints.watched.file_storage import WatchedFileStorage
from entrypoints.watched.message_queue import WatchedMessageQueue
from entrypoints.watched.units_of_work import WatchedUnitsOfWork
from tests.contracts.worlds import World, memory_world


def look_away(dependency: Dependency, error: DependencyError | None) -> None:
    """Watches nothing."""


def watched_world(tmp_path: Path) -> World:
    """A world of watched ports."""
    world = memory_world(tmp_path)
    return replace(
        world,
        units_of_work=WatchedUnitsOfWork(world.units_of_work, look_away),
        queue=WatchedMessageQueue(world.queue, look_away),
        dead_letter_queue=WatchedDeadLetterQueue(world.dead_letter_queue, look_away),
        publisher=WatchedEventPublisher(world.publisher, look_away),
        storage=WatchedFileStorage(world.storage, look_away),
    )

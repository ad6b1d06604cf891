"""The adapters in memory, seen through the ports that a worker watches: nothing may differ."""

from dataclasses import replace
from pathlib import Path

from adapters.memory.manual_clock import ManualClock
from domain.circuit_breaker import BreakerPolicy
from entrypoints.pulses import Pulses
from entrypoints.watched.calls import CallWatch
from entrypoints.watched.dead_letter_queue import WatchedDeadLetterQueue
from entrypoints.watched.event_publisher import WatchedEventPublisher
from entrypoints.watched.file_storage import WatchedFileStorage
from entrypoints.watched.message_queue import WatchedMessageQueue
from entrypoints.watched.units_of_work import WatchedUnitsOfWork
from entrypoints.worker.breakers import Breakers
from entrypoints.worker.call_watch import ProcessCallWatch
from tests.contracts.worlds import World, memory_world


def call_watch() -> CallWatch:
    """That of a worker, whose breakers nobody asks."""
    return ProcessCallWatch(Breakers(policy=BreakerPolicy(), clock=ManualClock()), Pulses())


def watched_world(tmp_path: Path) -> World:
    """A world of watched ports."""
    world, watch = memory_world(tmp_path), call_watch()
    return replace(
        world,
        units_of_work=WatchedUnitsOfWork(world.units_of_work, watch),
        queue=WatchedMessageQueue(world.queue, watch),
        dead_letter_queue=WatchedDeadLetterQueue(world.dead_letter_queue, watch),
        publisher=WatchedEventPublisher(world.publisher, watch),
        storage=WatchedFileStorage(world.storage, watch),
    )

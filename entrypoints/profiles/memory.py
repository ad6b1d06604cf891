"""Everything in this process and gone with it: for tests and for `gristmill validate`."""

import sys
import threading
from dataclasses import replace
from importlib.util import find_spec

from dependency_injector import providers

from adapters.memory.api_keys import MemoryApiKeys
from adapters.memory.collection_log import MemoryCollectionLog
from adapters.memory.database import MemoryDatabase
from adapters.memory.event_publisher import MemoryEventPublisher
from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.message_queue import MemoryDeadLetterQueue, MemoryMessageQueue
from adapters.memory.round_lock import MemoryRoundLock
from adapters.memory.unit_of_work import MemoryUnitOfWorkFactory
from adapters.system.system_clock import SystemClock
from adapters.system.system_randomness import SystemRandomness
from adapters.system.telemetry.logging_event_observer import LoggingEventObserver
from adapters.system.telemetry.structured_logging import configure_logging
from adapters.system.uuid_generator import UuidGenerator
from adapters.tabular.engine import TabularContentEngine
from adapters.tabular.excel_profile import ExcelProfile
from adapters.tabular.limits import Limits
from adapters.tabular.patterns import Re2PatternMatcher
from adapters.tabular.schema_inference import TabularSchemaInference
from entrypoints.container import RecoverableContainer, check
from entrypoints.profiles.access import access_parts
from entrypoints.profiles.engine_limits import engine_limits
from entrypoints.relay_bell import RelayBell
from entrypoints.settings import Settings


def build(settings: Settings, *, threads: int = 1) -> RecoverableContainer:
    """A container of its own: two of them share nothing. For any number of threads."""
    del threads
    configure_logging(settings.log_level, sys.stderr)
    clock, bell, guard = SystemClock(), RelayBell(), threading.Lock()
    dead_letters = MemoryDeadLetterQueue(clock, guard=guard)
    queue = MemoryMessageQueue(
        clock,
        dead_letters=dead_letters,
        visibility_seconds=settings.timings.visibility.total_seconds(),
        max_receives=settings.max_receives,
        guard=threading.Lock(),
        receiver=settings.worker_name,
    )
    return check(
        RecoverableContainer(
            settings=providers.Object(settings),
            bell=providers.Object(bell),
            clock=providers.Object(clock),
            ids=providers.Object(UuidGenerator()),
            randomness=providers.Object(SystemRandomness()),
            patterns=providers.Object(Re2PatternMatcher()),
            units_of_work=providers.Object(
                MemoryUnitOfWorkFactory(
                    MemoryDatabase(guard=threading.Lock()),
                    clock,
                    observer=LoggingEventObserver(),
                    bell=bell,
                )
            ),
            storage=providers.Object(MemoryFileStorage(clock=clock)),
            engine=providers.Object(TabularContentEngine(limits=_limits(settings))),
            spreadsheet_profile=providers.Object(ExcelProfile()),
            schema_inference=providers.Object(TabularSchemaInference()),
            publisher=providers.Object(MemoryEventPublisher(queue)),
            queue=providers.Object(queue),
            dead_letters=providers.Object(dead_letters),
            hidden_messages=providers.Object(queue),
            rounds=providers.Object(MemoryRoundLock()),
            **access_parts(
                settings.access, MemoryApiKeys(), clock=clock, pepper=settings.access.pepper
            ),
            collections=providers.Object(MemoryCollectionLog(guard=threading.Lock())),
        )
    )


def _limits(settings: Settings) -> Limits:
    """Without the `engine` extra, which this profile does without, everything is read exactly."""
    has_fast_path = find_spec("polars") is not None
    limits = engine_limits(settings.content)
    return limits if has_fast_path else replace(limits, fast_from_bytes=sys.maxsize)


def migrate(settings: Settings) -> None:
    """Does nothing: memory is always of this version."""

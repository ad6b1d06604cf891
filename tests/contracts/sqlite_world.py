"""The world of one laptop: SQLite and the local disk."""

from pathlib import Path

from sqlalchemy import Engine

from adapters.local.disk_file_storage import DiskFileStorage
from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import create_engine
from adapters.sql.schema_version import migrate
from adapters.sql.sql_api_keys import SqlApiKeys
from adapters.sql.sql_collection_log import SqlCollectionLog
from adapters.sql.sql_event_publisher import SqlEventPublisher
from adapters.sql.sql_message_queue import SqlDeadLetterQueue, SqlHiddenMessages, SqlMessageQueue
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.sql.sqlite_file import make_database_file
from tests.contracts.worlds import (
    MAX_RECEIVES,
    VISIBILITY_SECONDS,
    CountingBell,
    ObservedEvents,
    World,
)

_QUEUE = "file-processing-queue"
_DEAD_LETTER_QUEUE = "file-processing-dlq"


def sqlite_world(tmp_path: Path) -> World:
    """A world on a database and a storage directory below `tmp_path`."""
    path = tmp_path / "gristmill.db"
    make_database_file(path)
    engine = create_engine(path)
    migrate(engine)
    return sql_world(engine, tmp_path)


def sql_world(engine: Engine, tmp_path: Path) -> World:
    """A world on the engine's database, and on a storage directory below `tmp_path`."""
    storage_root = tmp_path / "storage"
    storage_root.mkdir()
    clock, bell, observed = ManualClock(), CountingBell(), ObservedEvents()

    def queue_of(receiver: str) -> SqlMessageQueue:
        return SqlMessageQueue(
            engine,
            clock,
            queue=_QUEUE,
            dead_letter_queue=_DEAD_LETTER_QUEUE,
            receiver=receiver,
            visibility_seconds=VISIBILITY_SECONDS,
            max_receives=MAX_RECEIVES,
        )

    return World(
        clock=clock,
        units_of_work=SqlUnitOfWorkFactory(engine, clock, observer=observed, bell=bell),
        observed=observed,
        bell=bell,
        queue=queue_of("worker"),
        queue_of=queue_of,
        dead_letter_queue=SqlDeadLetterQueue(engine, clock, queue=_DEAD_LETTER_QUEUE),
        hidden_messages=SqlHiddenMessages(engine, clock, queue=_QUEUE),
        publisher=SqlEventPublisher(engine, clock, queue=_QUEUE),
        storage=DiskFileStorage(storage_root),
        collections=SqlCollectionLog(engine),
        api_keys=SqlApiKeys(engine),
        close=engine.dispose,
    )

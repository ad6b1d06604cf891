"""SQLite and the local disk: the whole service on one machine, nothing to install."""

import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dependency_injector import providers

from adapters.local.data_folders import make_folder
from adapters.local.disk_file_storage import DiskFileStorage
from adapters.local.pepper_file import read_or_make_pepper
from adapters.sandbox.abandoned_scratch import remove_abandoned_scratch
from adapters.sql import schema_version
from adapters.sql.engine import create_engine
from adapters.sql.sql_api_keys import SqlApiKeys
from adapters.sql.sql_collection_log import SqlCollectionLog
from adapters.sql.sql_event_publisher import SqlEventPublisher
from adapters.sql.sql_message_queue import SqlDeadLetterQueue, SqlHiddenMessages, SqlMessageQueue
from adapters.sql.sql_round_lock import SqlRoundLock
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.sql.sqlite_file import make_database_file
from adapters.system.system_clock import SystemClock
from adapters.system.system_randomness import SystemRandomness
from adapters.system.system_secrets import SystemSecrets
from adapters.system.telemetry.logging_event_observer import LoggingEventObserver
from adapters.system.telemetry.structured_logging import configure_logging
from adapters.system.uuid_generator import UuidGenerator
from adapters.tabular.abandoned_keys import remove_abandoned_keys
from adapters.tabular.excel_profile import ExcelProfile
from adapters.tabular.patterns import Re2PatternMatcher
from application.errors import DatabaseUnavailableError, OutdatedDatabaseError
from entrypoints.container import RecoverableContainer, check
from entrypoints.profiles.access import access_parts
from entrypoints.profiles.engine_limits import engine_limits
from entrypoints.profiles.sandboxed_engine import sandboxed_engine
from entrypoints.relay_bell import RelayBell
from entrypoints.settings import Settings

QUEUE = "file-processing-queue"
DEAD_LETTER_QUEUE = "file-processing-dlq"


def build(settings: Settings, *, threads: int) -> RecoverableContainer:
    """The container over the data directory, which `migrate` has made ready.

    `threads` of this process may use the database at the same time. Raises
    OutdatedDatabaseError when it has not, NewerDatabaseError, DatabaseUnavailableError.
    """
    configure_logging(settings.log_level, sys.stderr)
    clock, bell = SystemClock(), RelayBell()
    if not database_path(settings).exists():
        raise OutdatedDatabaseError
    engine = create_engine(database_path(settings), threads=threads)
    with _naming_the_database(settings):
        if not schema_version.check_schema_version(engine):
            raise OutdatedDatabaseError
    visibility_seconds = int(settings.timings.visibility.total_seconds())
    content_engine = sandboxed_engine(
        settings.sandbox,
        clock=clock,
        limits=engine_limits(settings.content),
        scratch=_scratch(settings),
    )
    with ExitStack() as opened:
        opened.callback(engine.dispose)
        opened.callback(content_engine.close)
        close = opened.pop_all().close
    return check(
        RecoverableContainer(
            settings=providers.Object(settings),
            bell=providers.Object(bell),
            clock=providers.Object(clock),
            ids=providers.Object(UuidGenerator()),
            randomness=providers.Object(SystemRandomness()),
            patterns=providers.Object(Re2PatternMatcher()),
            units_of_work=providers.Object(
                SqlUnitOfWorkFactory(engine, clock, observer=LoggingEventObserver(), bell=bell)
            ),
            storage=providers.Object(DiskFileStorage(objects_folder(settings))),
            engine=providers.Object(content_engine),
            spreadsheet_profile=providers.Object(ExcelProfile()),
            schema_inference=providers.Object(content_engine),
            publisher=providers.Object(SqlEventPublisher(engine, clock, queue=QUEUE)),
            queue=providers.Object(
                SqlMessageQueue(
                    engine,
                    clock,
                    queue=QUEUE,
                    dead_letter_queue=DEAD_LETTER_QUEUE,
                    receiver=settings.worker_name,
                    visibility_seconds=visibility_seconds,
                    max_receives=settings.max_receives,
                )
            ),
            dead_letters=providers.Object(
                SqlDeadLetterQueue(
                    engine,
                    clock,
                    queue=DEAD_LETTER_QUEUE,
                    visibility_seconds=visibility_seconds,
                )
            ),
            hidden_messages=providers.Object(SqlHiddenMessages(engine, clock, queue=QUEUE)),
            rounds=providers.Object(SqlRoundLock(engine)),
            **access_parts(
                settings.access, SqlApiKeys(engine), clock=clock, pepper=_pepper(settings)
            ),
            collections=providers.Object(SqlCollectionLog(engine)),
            close=providers.Object(close),
        )
    )


def migrate(settings: Settings) -> None:
    """Makes the data directory ready for this version, keeping what is in it.

    For who holds its lock exclusively: what others of ours have not finished, the dead have
    left, and it is removed. The directory may be somebody's own, who keeps other things in it:
    those are left alone. Raises NewerDatabaseError, DatabaseUnavailableError,
    StorageUnavailableError.
    """
    make_folder(objects_folder(settings))
    DiskFileStorage(objects_folder(settings)).sweep_partials()
    make_folder(_scratch(settings))
    remove_abandoned_scratch(_scratch(settings))
    # Left by a version whose engine ran in the worker.
    remove_abandoned_keys(_scratch(settings))
    engine = create_engine(database_path(settings))
    try:
        with _naming_the_database(settings):
            make_database_file(database_path(settings))
            schema_version.migrate(engine)
    finally:
        engine.dispose()


@contextmanager
def _naming_the_database(settings: Settings) -> Generator[None]:
    """Adds to what is wrong at the start where it is: somebody is there to put it right."""
    try:
        yield
    except DatabaseUnavailableError as error:
        raise DatabaseUnavailableError(f"{database_path(settings)}: {error.reason}") from error


def database_path(settings: Settings) -> Path:
    """The file of the database."""
    return settings.data_dir.resolve() / "gristmill.db"


def objects_folder(settings: Settings) -> Path:
    """Where the storage keeps its objects."""
    return settings.data_dir / "objects"


def _pepper(settings: Settings) -> bytes:
    given = settings.access.pepper
    return given or read_or_make_pepper(settings.data_dir / "key-pepper", SystemSecrets())


def _scratch(settings: Settings) -> Path:
    return settings.data_dir / "scratch"

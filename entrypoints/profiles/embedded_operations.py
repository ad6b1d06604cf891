"""What an operator of the embedded profile looks at."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from adapters.local.data_directory_probe import DataDirectoryProbe
from adapters.local.disk_file_storage import DiskFileStorage
from adapters.local.disk_space_probe import DiskSpaceProbe
from adapters.sql.engine import create_engine
from adapters.sql.sql_event_publisher import SqlEventPublisher
from adapters.sql.sqlite_probe import SqliteProbe
from adapters.system.python_probe import PythonProbe
from adapters.system.system_clock import SystemClock
from adapters.system.uuid_generator import UuidGenerator
from application.ports.probe import DependencyProbe
from application.use_cases.probe_workers import ProbeWorkers
from entrypoints.profiles.embedded import QUEUE, database_path, objects_folder
from entrypoints.settings import Settings

FILES_OF_ROOM = 50
"""A disk on which fewer of the largest files than these find room is worth a word."""


@contextmanager
def probes(settings: Settings, *, expects_workers: bool) -> Generator[Sequence[DependencyProbe]]:
    """Looks at the machine and at the data directory, none of which is made by looking."""
    clock, path = SystemClock(), database_path(settings)
    objects = objects_folder(settings)
    engine = create_engine(path, threads=1)
    try:
        yield [
            PythonProbe(),
            DataDirectoryProbe(settings.data_dir, *([objects] if path.exists() else [])),
            DiskSpaceProbe(
                settings.data_dir,
                least_bytes=FILES_OF_ROOM * settings.upload_policy.max_bytes,
            ),
            SqliteProbe(path, clock),
            ProbeWorkers(
                publisher=SqlEventPublisher(engine, clock, queue=QUEUE),
                storage=DiskFileStorage(objects),
                ids=UuidGenerator(),
                clock=clock,
                is_expected=expects_workers,
            ),
        ]
    finally:
        engine.dispose()

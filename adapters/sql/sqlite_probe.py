"""Whether the database file is whole, and of this version."""

import sqlite3
from pathlib import Path

from sqlalchemy import Engine, text

from adapters.sql.engine import create_engine
from adapters.sql.probe_steps import look_at_tables, wrong
from adapters.sql.sql_transaction import SqlTransaction
from application.errors import DependencyError
from application.ports.clock import Clock
from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus

OLDEST_VERSION = (3, 35)
"""The first that can return the rows it changed, as the queue needs."""

_SHOWN_FAULTS = 3


class SqliteProbe(DependencyProbe):
    """Looks through the file at `path`, which it never makes, and at its tables."""

    name = "database"
    deadline_seconds = 120
    """The whole file is read, and it may be large."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        oldest_version: tuple[int, int] = OLDEST_VERSION,
        wait_seconds: float | None = None,
    ) -> None:
        self._path = path
        self._clock = clock
        self._oldest_version = oldest_version
        self._wait_seconds = wait_seconds

    def check(self) -> ProbeResult:
        if sqlite3.sqlite_version_info[:2] < self._oldest_version:
            oldest = ".".join(map(str, self._oldest_version))
            return wrong(
                f"Python brings SQLite {sqlite3.sqlite_version}, older than {oldest}",
                "use a Python that brings a newer one",
            )
        if not self._path.exists():
            return ProbeResult(
                status=ProbeStatus.SKIPPED,
                finding=f"there is no {self._path} yet",
                hint="`gristmill up` makes it",
            )
        engine = create_engine(self._path, threads=1, wait_seconds=self._wait_seconds)
        try:
            return self._look(engine)
        except DependencyError as error:
            return wrong(
                error.reason,
                "stop whatever holds it for so long; if the file is damaged, restore a backup",
            )
        finally:
            engine.dispose()

    def _look(self, engine: Engine) -> ProbeResult:
        with SqlTransaction(engine, writes=False) as transaction:
            check = text(f"PRAGMA quick_check({_SHOWN_FAULTS})")
            faults = [fault for (fault,) in transaction.rows(check) if fault != "ok"]
        if faults:
            return wrong(
                f"{self._path} is damaged: {'; '.join(faults)}",
                "stop the service, keep a copy, and restore a backup",
            )
        return look_at_tables(engine, self._clock) or ProbeResult(
            status=ProbeStatus.OK,
            finding=f"SQLite {sqlite3.sqlite_version}: {self._path} is whole, has the tables of"
            " this version, and took a write (rolled back)",
        )

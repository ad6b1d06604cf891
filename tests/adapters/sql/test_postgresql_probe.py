"""The probe of PostgreSQL finds what is wrong with a real server."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import for_writing
from adapters.sql.postgresql_probe import PostgresqlProbe
from adapters.sql.schema_version import migrate
from adapters.system.system_clock import SystemClock
from application.ports.probe import ProbeStatus
from tests.postgres import PostgresServer


def probe(url: str) -> PostgresqlProbe:
    return PostgresqlProbe(url, SystemClock())


def test_a_database_of_this_version_is_right(postgres_url: str) -> None:
    found = probe(postgres_url).check()

    assert found.status is ProbeStatus.OK, found
    assert found.finding.startswith("PostgreSQL 1")
    assert "took a write (rolled back)" in found.finding


def test_nothing_of_the_probe_stays(postgres_url: str, postgres_engine: Engine) -> None:
    probe(postgres_url).check()

    with postgres_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM outbox")).scalar_one() == 0


def test_a_database_without_tables_needs_a_migration(empty_postgres_url: str) -> None:
    found = probe(empty_postgres_url).check()

    assert (found.status, found.hint) == (ProbeStatus.WRONG, "run `gristmill migrate`")


def test_a_database_of_a_newer_version_is_told(postgres_url: str, postgres_engine: Engine) -> None:
    with for_writing(postgres_engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    found = probe(postgres_url).check()

    assert found.status is ProbeStatus.WRONG
    assert 'revision "9999"' in found.finding


def test_a_stopped_server_is_told_with_what_to_check(
    postgres_binaries: Path,
) -> None:
    server = PostgresServer(postgres_binaries)
    server.start()
    url = server.url("postgres").replace("//app@", "//app:hunter2@")
    assert probe(url).check().hint == "run `gristmill migrate`"
    server.stop()

    found = probe(url).check()

    server.close()

    assert found.status is ProbeStatus.WRONG
    assert "check that the server runs" in found.hint
    assert "hunter2" not in found.finding + found.hint


def test_a_server_that_says_nothing_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        found = probe(f"postgresql://app@127.0.0.1:{port}/gristmill?connect_timeout=1").check()

    assert found.status is ProbeStatus.WRONG
    assert "timeout expired" in found.finding


def test_a_database_that_is_not_there_is_told(postgres_server: PostgresServer) -> None:
    found = probe(postgres_server.url("no_such")).check()

    assert found.status is ProbeStatus.WRONG
    assert 'database "no_such" does not exist' in found.finding
    assert "GRISTMILL_DATABASE_URL" in found.hint


@pytest.mark.parametrize(
    ("right", "table"), [("INSERT", "outbox"), ("UPDATE", "files"), ("DELETE", "file_history")]
)
def test_a_right_that_is_missing_is_told(
    postgres_server: PostgresServer, postgres_url: str, right: str, table: str
) -> None:
    database = postgres_url.partition("?")[0].rpartition("/")[2]
    role = f"lesser_{database}_{table}"
    with postgres_server.connect(database) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN".encode())
        connection.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}".encode())
        connection.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}".encode())
        connection.execute(f"REVOKE {right} ON {table} FROM {role}".encode())

    found = probe(postgres_url.replace("//app@", f"//{role}@")).check()

    with postgres_server.connect(database) as connection:
        connection.execute(f"DROP OWNED BY {role}".encode())
        connection.execute(f"DROP ROLE {role}".encode())
    assert found.status is ProbeStatus.WRONG
    assert found.finding == f"permission denied for table {table}"
    assert "the rights of its user" in found.hint


def test_a_server_that_is_too_old_is_told(postgres_url: str) -> None:
    found = PostgresqlProbe(postgres_url, SystemClock(), oldest_version=99).check()

    assert found.status is ProbeStatus.WRONG
    assert "is older than 99" in found.finding


@pytest.mark.parametrize(("minutes", "direction"), [(2, "behind"), (-2, "ahead of")])
def test_a_machine_whose_clock_is_off_is_told(
    postgres_url: str, minutes: int, direction: str
) -> None:
    ours = ManualClock(SystemClock().now() + timedelta(minutes=minutes))

    found = PostgresqlProbe(postgres_url, ours).check()

    assert found.status is ProbeStatus.WRONG
    assert f" s {direction} this machine's" in found.finding
    assert found.hint == "set the clock that is wrong, by NTP"


def test_a_database_of_another_encoding_is_told(postgres_server: PostgresServer) -> None:
    with postgres_server.connect() as connection:
        connection.execute(b"CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")

    found = probe(postgres_server.url("latin")).check()

    postgres_server.drop_database("latin")
    assert found.status is ProbeStatus.WRONG
    assert "encoding is LATIN1" in found.finding


@pytest.mark.parametrize("url", ["sqlite:///x.db", "mysql://app:hunter2@db/x", "hunter2"])
def test_another_kind_of_database_is_told_without_its_password(url: str) -> None:
    found = probe(url).check()

    assert (found.status, found.hint) == (ProbeStatus.WRONG, "mend GRISTMILL_DATABASE_URL")
    assert "hunter2" not in found.finding


def test_a_server_that_takes_no_writes_is_told(
    postgres_server: PostgresServer, postgres_url: str, postgres_engine: Engine
) -> None:
    with for_writing(postgres_engine).begin() as connection:
        connection.execute(text("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE"))

        found = probe(postgres_url).check()

    assert found.status is ProbeStatus.WRONG
    assert "lock timeout" in found.finding


def test_a_migration_by_hand_puts_it_right(
    empty_postgres_url: str, empty_postgres_engine: Engine
) -> None:
    migrate(empty_postgres_engine)

    assert probe(empty_postgres_url).check().status is ProbeStatus.OK

"""The probe of SQLite finds what is wrong with a real file."""

from pathlib import Path

from sqlalchemy import Engine, text

from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import for_writing
from adapters.sql.sqlite_probe import SqliteProbe
from application.ports.probe import ProbeStatus


def test_a_whole_database_of_this_version_is_right(
    database_path: Path, engine: Engine, clock: ManualClock
) -> None:
    found = SqliteProbe(database_path, clock).check()

    assert found.status is ProbeStatus.OK, found
    assert "is whole" in found.finding


def test_nothing_of_the_probe_stays(
    database_path: Path, engine: Engine, clock: ManualClock
) -> None:
    SqliteProbe(database_path, clock).check()

    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM outbox")).scalar_one() == 0


def test_before_the_first_start_there_is_no_database_and_none_is_made(
    database_path: Path, clock: ManualClock
) -> None:
    found = SqliteProbe(database_path, clock).check()

    assert found.status is ProbeStatus.SKIPPED
    assert not database_path.exists()


def test_a_database_without_tables_needs_a_migration(
    database_path: Path, empty_engine: Engine, clock: ManualClock
) -> None:
    empty_engine.connect().close()

    found = SqliteProbe(database_path, clock).check()

    assert (found.status, found.hint) == (ProbeStatus.WRONG, "run `gristmill migrate`")


def test_a_file_that_is_something_else_is_told(database_path: Path, clock: ManualClock) -> None:
    database_path.write_bytes(b"id,name\n1,Ann\n" * 100)

    found = SqliteProbe(database_path, clock).check()

    assert found.status is ProbeStatus.WRONG
    assert "file is not a database" in found.finding


def test_a_damaged_page_is_found(database_path: Path, engine: Engine, clock: ManualClock) -> None:
    with for_writing(engine).begin() as connection:
        connection.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                " INSERT INTO queue_messages"
                " (queue, body, enqueued_at, visible_at, receive_count)"
                " SELECT 'q', hex(randomblob(50)), '2026-11-23 09:00:00.000000',"
                " '2026-11-23 09:00:00.000000', 0 FROM n"
            )
        )
    engine.dispose()
    content = bytearray(database_path.read_bytes())
    content[-3 * 4096 : -4096] = b"\xff" * (2 * 4096)
    database_path.write_bytes(content)

    found = SqliteProbe(database_path, clock).check()

    assert found.status is ProbeStatus.WRONG
    assert "restore a backup" in found.hint


def test_a_database_that_somebody_keeps_locked_is_told(
    database_path: Path, engine: Engine, clock: ManualClock
) -> None:
    with for_writing(engine).begin():
        found = SqliteProbe(database_path, clock, wait_seconds=0.1).check()

    assert found.status is ProbeStatus.WRONG
    assert "other writers kept it busy" in found.finding


def test_a_library_that_is_too_old_is_told(
    database_path: Path, engine: Engine, clock: ManualClock
) -> None:
    found = SqliteProbe(database_path, clock, oldest_version=(99, 0)).check()

    assert found.status is ProbeStatus.WRONG
    assert "older than 99.0" in found.finding

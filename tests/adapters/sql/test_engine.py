"""What every connection is set to."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from adapters.sql.engine import for_writing


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL: a commit is on the disk when it returns
        ("fullfsync", 1),
        ("foreign_keys", 1),
        ("busy_timeout", 5_000),
        ("secure_delete", 1),  # what is deleted is overwritten
    ],
)
def test_every_connection_is_durable_and_patient(
    engine: Engine, pragma: str, value: str | int
) -> None:
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_no_text_that_was_deleted_stays_in_the_file(engine: Engine, database_path: Path) -> None:
    # Long enough to have pages of its own, which become free ones.
    text_of_a_message = "4242 a month " * 2_000
    row = {"body": text_of_a_message, "at": "2026-11-23 09:00:00.000000"}
    added = text(
        "INSERT INTO queue_messages (queue, body, enqueued_at, visible_at, receive_count)"
        " VALUES ('q', :body, :at, :at, 0)"
    )
    with for_writing(engine).begin() as connection:
        connection.execute(added, row)
    move_log_to_file(engine)
    assert b"4242 a month" in database_path.read_bytes()

    with for_writing(engine).begin() as connection:
        connection.execute(text("DELETE FROM queue_messages"))
    move_log_to_file(engine)

    assert b"4242 a month" not in database_path.read_bytes()


def move_log_to_file(engine: Engine) -> None:
    """Writes all that was committed into the database file itself."""
    with engine.connect() as connection:
        # A checkpoint is refused within a transaction, and SQLAlchemy is always in one.
        driver = connection.connection.dbapi_connection
        assert driver is not None
        connection.rollback()
        assert driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def test_a_refused_statement_does_not_tell_the_values_that_were_bound(each_engine: Engine) -> None:
    refused = text("INSERT INTO nowhere VALUES (:salary)")

    with each_engine.connect() as connection, pytest.raises(DBAPIError) as raised:
        connection.execute(refused, {"salary": "4242 a month"})

    assert "INSERT INTO nowhere" in str(raised.value)
    assert "4242" not in str(raised.value)

"""What every connection is set to."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL: a commit is on the disk when it returns
        ("fullfsync", 1),
        ("foreign_keys", 1),
        ("busy_timeout", 5_000),
    ],
)
def test_every_connection_is_durable_and_patient(
    engine: Engine, pragma: str, value: str | int
) -> None:
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_a_refused_statement_does_not_tell_the_values_that_were_bound(each_engine: Engine) -> None:
    refused = text("INSERT INTO nowhere VALUES (:salary)")

    with each_engine.connect() as connection, pytest.raises(DBAPIError) as raised:
        connection.execute(refused, {"salary": "4242 a month"})

    assert "INSERT INTO nowhere" in str(raised.value)
    assert "4242" not in str(raised.value)

"""What every connection is set to."""

import pytest
from sqlalchemy import Engine


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

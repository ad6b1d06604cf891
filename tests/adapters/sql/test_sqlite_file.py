"""A database's file is made once, and never over what another one left."""

from pathlib import Path

import pytest

from adapters.sql.sqlite_file import make_database_file
from application.errors import DatabaseUnavailableError


def test_a_file_that_is_there_is_left_alone(database_path: Path) -> None:
    database_path.write_bytes(b"content")

    make_database_file(database_path)

    assert database_path.read_bytes() == b"content"


def test_no_database_begins_beside_the_log_of_one_that_is_gone(database_path: Path) -> None:
    log = database_path.with_name("gristmill.db-wal")
    log.write_bytes(b"commits")

    with pytest.raises(DatabaseUnavailableError, match=r"still in gristmill\.db-wal"):
        make_database_file(database_path)

    assert not database_path.exists()
    assert log.read_bytes() == b"commits"


def test_an_empty_log_is_no_reason_to_refuse(database_path: Path) -> None:
    database_path.with_name("gristmill.db-wal").touch()

    make_database_file(database_path)

    assert database_path.exists()


def test_a_folder_that_is_missing_is_told(database_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError, match="No such file or directory"):
        make_database_file(database_path.parent / "missing" / "x.db")

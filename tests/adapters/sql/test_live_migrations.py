"""A server is migrated while a version of the service that knows nothing of it goes on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from adapters.sql.engine import for_migrating, for_writing
from adapters.sql.file_mapping import file_row
from adapters.sql.message_tables import outbox
from adapters.sql.schema_version import alembic_config, check_schema_version, migrate
from adapters.sql.tables import files
from application.errors import DatabaseUnavailableError
from tests.builders import START, build_file_state

LOOKS = 600
LOOK_SECONDS = 0.05


@pytest.fixture
def earlier(empty_postgres_engine: Engine) -> Engine:
    """An engine on a database of the version before housekeeping and what operators ask for."""
    with for_migrating(empty_postgres_engine).connect() as connection:
        command.upgrade(alembic_config(connection), "0005")
    return empty_postgres_engine


def add_file(connection: Connection) -> None:
    """The first part of an upload's transaction, as that version does it."""
    row = file_row(build_file_state())
    del row["republications"]
    connection.execute(insert(files).values(row))


def add_message(connection: Connection) -> None:
    """The second part."""
    state = build_file_state()
    message = {
        "topic": "file-processing",
        "file_id": state.id,
        "tenant": state.tenant,
        "body": "{}",
        "attributes": {},
        "available_at": START,
        "tries": 0,
    }
    connection.execute(insert(outbox).values(message))


@contextmanager
def migrating(engine: Engine) -> Iterator[None]:
    """Leaves once the migration that was begun has ended well."""
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(migrate, engine)
        yield
        ended.result(timeout=60)


def await_index(engine: Engine) -> None:
    """Returns when an index is being made."""
    at_work = text(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
        " AND query LIKE 'CREATE INDEX%' AND pid != pg_backend_pid()"
    )
    for _ in range(LOOKS):
        with engine.connect() as connection:
            if connection.scalar(at_work):
                return
            connection.execute(select(func.pg_sleep(LOOK_SECONDS)))
    raise AssertionError("no index is being made")


def invalid_indexes(engine: Engine) -> list[str]:
    broken = text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
    with engine.connect() as connection:
        return list(connection.scalars(broken))


def test_uploads_begin_go_on_and_end_while_indexes_are_made(earlier: Engine) -> None:
    with for_writing(earlier).connect() as long_one:
        add_file(long_one)
        with migrating(earlier):
            await_index(earlier)
            for _ in range(3):
                with for_writing(earlier).begin() as connection:
                    add_file(connection)
                    add_message(connection)
            add_message(long_one)
            long_one.commit()

    assert check_schema_version(earlier)
    with earlier.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(files)) == 4
        assert connection.scalar(select(func.count()).select_from(outbox)) == 4


def test_an_index_that_an_aborted_migration_left_half_made_is_made_again(earlier: Engine) -> None:
    with for_writing(earlier).begin() as connection:
        add_file(connection)
        add_file(connection)
    with for_migrating(earlier).connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        # Both files are of one tenant: the second pass finds it out, and leaves what there is.
        with pytest.raises(IntegrityError):
            alone.execute(
                text("CREATE UNIQUE INDEX CONCURRENTLY ix_files_finished ON files (tenant)")
            )
    assert invalid_indexes(earlier) == ["ix_files_finished"]

    migrate(earlier)

    assert invalid_indexes(earlier) == []
    made = text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_files_finished'")
    with earlier.connect() as connection:
        assert "(processed_at, id) WHERE" in (connection.scalar(made) or "")


def test_a_migration_that_was_aborted_between_two_indexes_goes_on(earlier: Engine) -> None:
    with for_migrating(earlier).connect() as connection:
        command.upgrade(alembic_config(connection), "0007")
    with for_migrating(earlier).begin() as connection:
        # As far as it had come: most indexes are there, and the revision is not over.
        connection.execute(text("DROP TABLE garbage_collection"))
        connection.execute(text("ALTER TABLE files DROP COLUMN republications"))
        connection.execute(text("DROP INDEX ix_files_tombstones"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0006'"))

    migrate(earlier)

    assert check_schema_version(earlier)
    made = text("SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_files_tombstones'")
    with earlier.connect() as connection:
        assert connection.scalar(made) == 1


def test_of_several_that_migrate_at_once_all_find_it_done(earlier: Engine) -> None:
    with for_writing(earlier).begin() as connection:
        add_file(connection)

    with ThreadPoolExecutor(4) as pool:
        ended = [pool.submit(migrate, earlier) for _ in range(4)]
        for one in ended:
            one.result(timeout=60)

    assert check_schema_version(earlier)


def test_whoever_cannot_get_its_turn_says_so(
    earlier: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.sql.schema_version._TURN_TRIES", 2)
    turn = text("SELECT pg_advisory_lock(hashtextextended('gristmill.migrate', 0))")
    with earlier.connect() as other:
        other.execute(turn)

        with pytest.raises(DatabaseUnavailableError, match="another process"):
            migrate(earlier)
        other.execute(text("SELECT pg_advisory_unlock_all()"))

    assert not check_schema_version(earlier)

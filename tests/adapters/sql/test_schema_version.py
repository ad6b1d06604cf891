"""The revisions make the tables that the adapters expect."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, insert, inspect, select, text

from adapters.sql.all_tables import metadata
from adapters.sql.engine import for_migrating, for_writing
from adapters.sql.file_mapping import file_row
from adapters.sql.schema_version import alembic_config, check_schema_version, migrate
from adapters.sql.tables import files
from application.errors import ConfigurationError, NewerDatabaseError
from domain.file import File
from tests.builders import START, build_file_state


def details_of(connection: Connection) -> object:
    """What Alembic does not compare unasked: checks, partial indexes, unique numbering."""
    if connection.dialect.name == "postgresql":
        return checks_of(connection), postgresql_indexes_of(connection)
    made = "SELECT name, sql FROM sqlite_master WHERE type = :type AND sql IS NOT NULL"
    indexes = {tuple(row) for row in connection.execute(text(made), {"type": "index"})}
    tables = connection.execute(text(made), {"type": "table"})
    numbered = {row.name for row in tables if "AUTOINCREMENT" in row.sql}
    return checks_of(connection), indexes, numbered


def postgresql_indexes_of(connection: Connection) -> set[tuple[str, str]]:
    made = text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
    return {
        (row.indexname, row.indexdef)
        for row in connection.execute(made)
        if not row.indexname.startswith("alembic_version")
    }


def checks_of(connection: Connection) -> dict[str, dict[str | None, str]]:
    inspector = inspect(connection)
    return {
        table: {
            check["name"]: " ".join(check["sqltext"].split())
            for check in inspector.get_check_constraints(table)
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_a_new_database_needs_a_migration_and_then_none(each_empty_engine: Engine) -> None:
    assert not check_schema_version(each_empty_engine)

    migrate(each_empty_engine)

    assert check_schema_version(each_empty_engine)


def test_migrating_again_changes_nothing(each_engine: Engine) -> None:
    migrate(each_engine)

    assert check_schema_version(each_engine)


def test_the_revisions_make_the_tables_of_the_metadata(each_engine: Engine) -> None:
    with each_engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


def test_the_revisions_make_the_tables_in_every_detail(each_empty_engine: Engine) -> None:
    with for_writing(each_empty_engine).connect() as connection:
        metadata.create_all(connection)
        expected = details_of(connection)
        connection.rollback()

    migrate(each_empty_engine)

    with each_empty_engine.connect() as connection:
        assert details_of(connection) == expected


def test_every_revision_goes_up_and_down_and_up_again(each_empty_engine: Engine) -> None:
    with for_migrating(each_empty_engine).connect() as connection:
        config = alembic_config(connection)
        for revision in revisions_from_the_first(config):
            command.upgrade(config, revision)
            command.downgrade(config, "-1")
            command.upgrade(config, revision)
        command.downgrade(config, "base")

        assert inspect(connection).get_table_names() == ["alembic_version"]


def revisions_from_the_first(config: Config) -> list[str]:
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    return [script.revision for script in reversed(list(scripts))]


def test_files_that_an_earlier_version_erased_are_due_for_removal(
    each_empty_engine: Engine,
) -> None:
    erased = File.receive(build_file_state())
    erased.erase(at=START)
    kept = build_file_state()
    with for_writing(each_empty_engine).begin() as connection:
        command.upgrade(alembic_config(connection), "0002")
        for state in (erased.state, kept):
            row = file_row(state)
            for column in ("removal_due_at", "compression", "republications"):
                del row[column]
            connection.execute(insert(files).values(row))

    migrate(each_empty_engine)

    with each_empty_engine.connect() as connection:
        rows = connection.execute(select(files.c.id, files.c.removal_due_at)).all()
    assert {tuple(row) for row in rows} == {(erased.id, START), (kept.id, None)}


def test_a_database_of_a_newer_version_is_left_alone(each_engine: Engine) -> None:
    with for_writing(each_engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerDatabaseError, match='"9999"'):
        check_schema_version(each_engine)
    with pytest.raises(NewerDatabaseError) as raised:
        migrate(each_engine)

    assert raised.value.revision == "9999"


def test_a_migration_that_fails_leaves_nothing_behind(each_empty_engine: Engine) -> None:
    with for_writing(each_empty_engine).begin() as connection:
        connection.execute(text("CREATE TABLE queue_messages (id INTEGER)"))

    with pytest.raises(ConfigurationError, match=r"queue_messages.* already exists"):
        migrate(each_empty_engine)

    with each_empty_engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["queue_messages"]

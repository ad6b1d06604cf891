"""Which tables the database has, and how it gets those of this version."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select, text

from adapters.sql.engine import for_migrating, has_server
from adapters.sql.errors import RefusedStatementError, database_errors
from application.errors import ConfigurationError, DatabaseUnavailableError, NewerDatabaseError

_TURN = "gristmill.migrate"
_TURN_TRIES = 600
_TURN_PAUSE_SECONDS = 0.1


def migrate(engine: Engine) -> None:
    """Gives the database the tables of this version; does nothing when it has them.

    Safe from several processes and machines at once: the first one holds a lock to the end.
    On SQLite all of it happens or nothing does; a server goes on with its work meanwhile, and
    so each revision is a step that happens or does not, and can be tried again. Raises
    NewerDatabaseError, DatabaseUnavailableError, and ConfigurationError when the tables are not
    what an earlier version left.
    """
    try:
        with database_errors():
            if has_server(engine):
                _migrate_server(for_migrating(engine))
                return
            with for_migrating(engine).begin() as connection:
                if not _is_current(connection):
                    command.upgrade(alembic_config(connection), "head")
    except RefusedStatementError as error:
        raise ConfigurationError("database", f"it cannot be migrated: {error}") from error


def check_schema_version(engine: Engine) -> bool:
    """True when the tables are those of this version, False when `migrate` must run first.

    Raises NewerDatabaseError, DatabaseUnavailableError.
    """
    with database_errors(), engine.connect() as connection:
        return _is_current(connection)


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration without an ini file: the revisions installed with this package.

    Its commands work on `connection` and within the transaction that it is in.
    """
    config = Config()
    # ConfigParser would take a percent sign in the path for one of its own.
    location = str(files("migrations")).replace("%", "%%")
    config.set_main_option("script_location", location)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _migrate_server(engine: Engine) -> None:
    with engine.connect() as connection:
        try:
            _take_turn(connection)
            # A table's lock is waited for no longer than always, because everybody else queues
            # up behind that wait; the change itself takes what it takes.
            connection.execute(text("SET statement_timeout = 0"))
            is_current = _is_current(connection)
            # Alembic leaves a transaction that it has not begun itself to whoever did.
            connection.commit()
            if not is_current:
                command.upgrade(alembic_config(connection), "head")
        finally:
            # To end the session is to give the turn back, and the settings are gone with it.
            connection.invalidate()


def _take_turn(connection: Connection) -> None:
    """Waits for another machine's migration, about a minute.

    By asking again and again: one that waited in a statement would hold a snapshot, for whose
    end an index that is made concurrently waits in turn.
    """
    turn = select(func.pg_try_advisory_lock(func.hashtextextended(_TURN, 0)))
    for _ in range(_TURN_TRIES):
        is_ours = connection.scalar(turn)
        connection.commit()
        if is_ours:
            return
        connection.execute(select(func.pg_sleep(_TURN_PAUSE_SECONDS)))
        connection.commit()
    raise DatabaseUnavailableError("another process has been migrating it for a minute")


def _is_current(connection: Connection) -> bool:
    revisions = ScriptDirectory.from_config(alembic_config(connection))
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in revisions.walk_revisions()}
    if current is not None and current not in known:
        raise NewerDatabaseError(current)
    return current == revisions.get_current_head()

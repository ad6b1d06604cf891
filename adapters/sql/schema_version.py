"""Which tables the database has, and how it gets those of this version."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select, text

from adapters.sql.engine import for_migrating, has_server
from adapters.sql.errors import RefusedStatementError, database_errors
from application.errors import ConfigurationError, NewerDatabaseError

_TURN = "gristmill.migrate"
_TURN_WAIT = "60s"


def migrate(engine: Engine) -> None:
    """Gives the database the tables of this version; does nothing when it has them.

    Safe from several processes and machines at once: the first one holds a lock to the end,
    and all of it happens or nothing does. Raises NewerDatabaseError, DatabaseUnavailableError,
    and ConfigurationError when the tables are not what an earlier version left.
    """
    try:
        with database_errors(), for_migrating(engine).begin() as connection:
            if has_server(engine):
                _take_turns(connection)
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


def _take_turns(connection: Connection) -> None:
    """Waits for another machine's migration; SQLite's write lock has done so already.

    Afterwards a table's lock is waited for only shortly, because everybody else queues up
    behind that wait; the change itself takes what it takes.
    """
    patience = connection.scalar(select(func.current_setting("lock_timeout")))
    connection.execute(text(f"SET LOCAL lock_timeout = '{_TURN_WAIT}'"))
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(_TURN, 0))))
    connection.execute(text(f"SET LOCAL lock_timeout = '{patience}'"))


def _is_current(connection: Connection) -> bool:
    revisions = ScriptDirectory.from_config(alembic_config(connection))
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in revisions.walk_revisions()}
    if current is not None and current not in known:
        raise NewerDatabaseError(current)
    return current == revisions.get_current_head()

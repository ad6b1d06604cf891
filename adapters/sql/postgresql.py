"""PostgreSQL: a server, many writers, row locks, and limits for all that may hang."""

from collections.abc import Callable
from typing import Any, cast

import sqlalchemy
from psycopg import Connection as PsycopgConnection
from psycopg import Error as PsycopgError
from psycopg import IsolationLevel, OperationalError
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, Engine, ExceptionContext, event

from adapters.sql import sqlstates
from adapters.sql.options import HAS_SERVER, HAS_SERVER_TIME, SWEEPS, TAKES_LONG, WRITES

_WAIT_SECONDS = 2
STATEMENT_SECONDS = 10
_SWEEP_SECONDS = 30
SILENCE_SECONDS = 15.0
"""Longer than the server lets a statement run; after that it has to have said so at least."""

_SWEEP_SILENCE_SECONDS = _SWEEP_SECONDS + 5.0
_SPARE_CONNECTIONS = 2
"""For what runs beside the threads that were counted: probes, a migration, a shell."""

_CONNECT = {
    "connect_timeout": 3,
    # A server that vanished without a word is noticed within about ten seconds, which no
    # timeout of the server can do for us.
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "gristmill",
    # After a failover the old address may be a standby's: it lets us in and takes no write.
    # Refused at the door, readiness sees it too.
    "target_session_attrs": "primary",
}


def create_engine(url: URL, *, threads: int, wait_seconds: float | None) -> Engine:
    """An engine on the server that `url` names; what it says of connecting goes first."""
    patience = _WAIT_SECONDS if wait_seconds is None else wait_seconds
    engine = sqlalchemy.create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={name: value for name, value in _CONNECT.items() if name not in url.query},
        pool_size=threads + _SPARE_CONNECTIONS,
        max_overflow=0,
        pool_timeout=patience,
        pool_use_lifo=True,
        pool_pre_ping=True,  # a restart of the server costs a reconnection, not an error
        hide_parameters=True,  # file names and metadata do not belong into logs
        execution_options={HAS_SERVER: True, HAS_SERVER_TIME: True},
    )
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "connect", _session_settings(lock_timeout=f"{round(patience * 1000)}ms"))
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _give_up_on_a_standby)
    return engine


class _ImpatientConnection(PsycopgConnection[Any]):
    """A session that ends when a call is not answered within `patience_seconds`, unless None.

    The server's own limits are of no use when its answers do not arrive: behind a pooler that
    hangs, all that TCP could notice is well, and a call would wait for ever.
    """

    patience_seconds: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        patience = self.patience_seconds if timeout is None else timeout
        try:
            return super().wait(gen, interval, patience)
        except PsycopgError as error:
            # It has no public name, and no SQLSTATE, since no server said so.
            if timeout is not None or type(error).__name__ != "_WaitTimeout":
                raise
            # Whatever is still on its way would be taken for the answer to the next statement.
            self.pgconn.finish()
            raise OperationalError(f"no answer within {patience:g} s") from error


def _connect(
    _dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]
) -> _ImpatientConnection:
    connection = _ImpatientConnection.connect(*arguments, **options)
    connection.patience_seconds = SILENCE_SECONDS
    return connection


def _session_settings(*, lock_timeout: str) -> Callable[[PsycopgConnection[Any], object], None]:
    settings = {
        "statement_timeout": f"{STATEMENT_SECONDS}s",
        "lock_timeout": lock_timeout,
        "idle_in_transaction_session_timeout": "30s",
        "timezone": "UTC",
    }
    statement = ";".join(f"SET {name} = '{value}'" for name, value in settings.items())

    def apply(connection: PsycopgConnection[Any], _record: object) -> None:
        # Not in the start-up packet, where connection poolers refuse them.
        connection.execute(statement.encode())
        connection.commit()

    return apply


def _begin(connection: Connection) -> None:
    """Chooses what the driver's BEGIN will say; it is sent with the first statement.

    A reader sees one state, whatever is committed meanwhile. A writer sees what is committed
    at each statement: what it must not lose to others it locks, and so has no conflicts of
    serialisation to repeat.
    """
    options = connection.get_execution_options()
    is_writing, is_sweeping = options.get(WRITES, False), options.get(SWEEPS, False)
    driver = cast(_ImpatientConnection, connection.connection.dbapi_connection)
    driver.patience_seconds = _SWEEP_SILENCE_SECONDS if is_sweeping else SILENCE_SECONDS
    if options.get(TAKES_LONG, False):
        driver.patience_seconds = None
    driver.read_only = not is_writing
    driver.isolation_level = (
        IsolationLevel.READ_COMMITTED if is_writing else IsolationLevel.REPEATABLE_READ
    )
    if is_sweeping:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{_SWEEP_SECONDS}s'")


def _give_up_on_a_standby(context: ExceptionContext) -> None:
    """Ends the sessions of a server that takes no writes, so that new ones look for its role.

    A pooler keeps our sessions while the server behind it becomes another one; asked for a
    sign of life, a standby gives it.
    """
    error, connection = context.original_exception, context.connection
    if not isinstance(error, PsycopgError) or connection is None:
        return
    if error.sqlstate == sqlstates.READ_ONLY or (
        error.sqlstate == sqlstates.NOT_SUPPORTED and not _has_begun(connection)
    ):
        context.is_disconnect = True


def _has_begun(connection: Connection) -> bool:
    """False when BEGIN itself was refused: any later statement leaves a failed transaction."""
    driver = cast(PsycopgConnection[Any], connection.connection.dbapi_connection)
    return driver.info.transaction_status is not TransactionStatus.IDLE

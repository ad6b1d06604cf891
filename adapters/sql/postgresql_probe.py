"""Whether PostgreSQL can be what the service needs it to be."""

from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from adapters.sql.database_clock import DatabaseClock
from adapters.sql.engine import create_shared_engine
from adapters.sql.probe_steps import look_at_tables, wrong
from adapters.sql.sql_transaction import SqlTransaction
from application.errors import ConfigurationError, DependencyError
from application.ports.clock import Clock
from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus

OLDEST_VERSION = 13
"""The oldest major version that PostgreSQL's own project had not given up in 2025."""

MOST_SKEW_SECONDS = 30.0
"""Amazon refuses requests that are five to fifteen minutes off; this is early enough to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    """What the server says of itself; `ahead_seconds` is its clock before this machine's."""

    version: int
    encoding: str
    ahead_seconds: float


class PostgresqlProbe(DependencyProbe):
    """Looks at the server, its clock, the tables, and the rights to them.

    Makes its connections itself and closes them. `url` may hold a password, which is never told.
    """

    name = "database"

    def __init__(self, url: str, clock: Clock, *, oldest_version: int = OLDEST_VERSION) -> None:
        self._url = url
        self._clock = clock
        self._oldest_version = oldest_version

    def check(self) -> ProbeResult:
        try:
            engine = create_shared_engine(self._url, threads=1)
        except ConfigurationError as error:
            return wrong(error.reason, "mend GRISTMILL_DATABASE_URL")
        try:
            return self._look(engine)
        except ConfigurationError as error:
            return wrong(
                error.reason, "mend GRISTMILL_DATABASE_URL, or the rights of its user in PostgreSQL"
            )
        except DependencyError as error:
            return wrong(
                error.reason,
                "check that the server runs and can be reached from here, and"
                " GRISTMILL_DATABASE_URL",
            )
        finally:
            engine.dispose()

    def _look(self, engine: Engine) -> ProbeResult:
        server = self._ask(engine)
        fault = self._fault_of(server) or look_at_tables(engine, self._clock)
        return fault or ProbeResult(
            status=ProbeStatus.OK,
            finding=f"PostgreSQL {server.version} has the tables of this version and took a write"
            f" (rolled back); its clock is {_ahead(server.ahead_seconds)} this machine's",
        )

    def _ask(self, engine: Engine) -> _Server:
        settings = select(
            func.current_setting("server_version_num").label("version"),
            func.current_setting("server_encoding").label("encoding"),
        )
        with SqlTransaction(engine, writes=False) as transaction:
            told = transaction.rows(settings)[0]._mapping
            before = self._clock.now()
            theirs = DatabaseClock(self._clock).now(transaction)
            ours = before + (self._clock.now() - before) / 2
        return _Server(
            version=int(told["version"]) // 10_000,
            encoding=told["encoding"],
            ahead_seconds=(theirs - ours).total_seconds(),
        )

    def _fault_of(self, server: _Server) -> ProbeResult | None:
        if server.version < self._oldest_version:
            return wrong(
                f"PostgreSQL {server.version} is older than {self._oldest_version}",
                f"upgrade the server to version {self._oldest_version} or newer",
            )
        if server.encoding != "UTF8":
            return wrong(
                f"the database's encoding is {server.encoding}, which has not every character",
                "create the database anew with ENCODING 'UTF8' TEMPLATE template0",
            )
        if abs(server.ahead_seconds) > MOST_SKEW_SECONDS:
            return wrong(
                f"the database's clock is {_ahead(server.ahead_seconds)} this machine's",
                "set the clock that is wrong, by NTP",
            )
        return None


def _ahead(seconds: float) -> str:
    return f"{abs(seconds):.3f} s {'ahead of' if seconds > 0 else 'behind'}"

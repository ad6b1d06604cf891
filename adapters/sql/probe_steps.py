"""What can be looked at in the database of either engine."""

from uuid import UUID

from sqlalchemy import Engine, Table, delete, false, insert, select, update

from adapters.sql.all_tables import metadata
from adapters.sql.message_tables import outbox
from adapters.sql.schema_version import check_schema_version
from adapters.sql.sql_transaction import SqlTransaction
from application.errors import NewerDatabaseError
from application.ports.clock import Clock
from application.ports.probe import ProbeResult, ProbeStatus

_NOBODY = UUID(int=0)


def wrong(finding: str, hint: str) -> ProbeResult:
    """Something to mend."""
    return ProbeResult(status=ProbeStatus.WRONG, finding=finding, hint=hint)


def look_at_tables(engine: Engine, clock: Clock) -> ProbeResult | None:
    """What is wrong with the tables, or with our rights to them; None when nothing is.

    Raises DatabaseUnavailableError, ConfigurationError.
    """
    try:
        if not check_schema_version(engine):
            return wrong("it has not the tables of this version", "run `gristmill migrate`")
    except NewerDatabaseError as error:
        return wrong(str(error), "run the newer version of Gristmill here too")
    _try_to_write(engine, clock)
    return None


def _try_to_write(engine: Engine, clock: Clock) -> None:
    """Writes a row, and uses every right that the service needs; all of it is rolled back."""
    row = {
        "topic": "doctor",
        "file_id": _NOBODY,
        "tenant": "",
        "body": "",
        "attributes": [],
        "available_at": clock.now(),
        "tries": 0,
    }
    with SqlTransaction(engine, writes=True) as transaction:
        transaction.change(insert(outbox), row)
        for table in metadata.sorted_tables:
            _use_every_right(transaction, table)


def _use_every_right(transaction: SqlTransaction, table: Table) -> None:
    """Touches no row: a right is asked for whether or not there is one."""
    column = next(iter(table.primary_key))
    nothing = select(table).where(false())
    transaction.change(insert(table).from_select(list(table.columns), nothing))
    transaction.change(update(table).values({column: column}).where(false()))
    transaction.change(delete(table).where(false()))

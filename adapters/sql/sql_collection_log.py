"""How far the collection has come, in the database."""

from sqlalchemy import Engine, insert, select, update

from adapters.sql.installation_table import installation
from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.tables import garbage_collection
from application.errors import DatabaseUnavailableError
from application.ports.collection_log import Collection, CollectionLog
from domain.epoch import Epoch

_THE_ROW = 1


class SqlCollectionLog(CollectionLog):
    """The one row of `garbage_collection`, and the one of `installation`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self) -> Collection | None:
        with SqlTransaction(self._engine, writes=False) as transaction:
            rows = transaction.rows(select(garbage_collection))
        if not rows:
            return None
        return Collection(
            began_at=rows[0].began_at, position=rows[0].position, is_over=rows[0].is_over
        )

    def record(self, collection: Collection) -> None:
        values = {
            "began_at": collection.began_at,
            "position": collection.position,
            "is_over": collection.is_over,
        }
        taken = DatabaseUnavailableError("another process recorded the first collection")
        with SqlTransaction(self._engine, writes=True) as transaction:
            if not transaction.change(update(garbage_collection).values(values)):
                transaction.change(
                    insert(garbage_collection),
                    {"id": _THE_ROW, **values},
                    violations={"pk_garbage_collection": taken},
                )
            transaction.commit()

    def epoch(self) -> Epoch | None:
        with SqlTransaction(self._engine, writes=False) as transaction:
            rows = transaction.rows(select(installation))
        if not rows:
            return None
        return Epoch(
            installation=rows[0].installation,
            number=rows[0].epoch,
            compared_at=rows[0].compared_at,
            paused_until=rows[0].paused_until,
        )

    def record_epoch(self, epoch: Epoch, *, instead_of: Epoch | None) -> bool:
        values = {
            "installation": epoch.installation,
            "epoch": epoch.number,
            "compared_at": epoch.compared_at,
            "paused_until": epoch.paused_until,
        }
        with SqlTransaction(self._engine, writes=True) as transaction:
            if instead_of is None:
                is_ours = _insert_first(transaction, values)
            else:
                same = (
                    installation.c.installation == instead_of.installation,
                    installation.c.epoch == instead_of.number,
                    installation.c.compared_at == instead_of.compared_at,
                )
                statement = update(installation).where(*same).values(values)
                is_ours = transaction.change(statement) == 1
            if is_ours:
                transaction.commit()
        return is_ours


def _insert_first(transaction: SqlTransaction, values: dict[str, object]) -> bool:
    # SQLite's one writer is alone here; on PostgreSQL another may insert at the same moment.
    if transaction.rows(select(installation.c.id)):
        return False
    taken = DatabaseUnavailableError("another process recorded the first epoch")
    try:
        transaction.change(
            insert(installation),
            {"id": _THE_ROW, **values},
            violations={"pk_installation": taken},
        )
    except DatabaseUnavailableError as error:
        if error is taken:
            return False
        raise
    return True

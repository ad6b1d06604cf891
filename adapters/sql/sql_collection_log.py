"""How far the collection has come, in the database."""

from sqlalchemy import Engine, insert, select, update

from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.tables import garbage_collection
from application.errors import DatabaseUnavailableError
from application.ports.collection_log import Collection, CollectionLog

_THE_ROW = 1


class SqlCollectionLog(CollectionLog):
    """The one row of `garbage_collection`."""

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

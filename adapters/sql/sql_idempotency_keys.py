"""The idempotency keys in the database."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, insert, select, tuple_

from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.tables import idempotency_keys
from application.errors import IdempotencyKeyTakenError
from application.ports.idempotency_keys import IdempotencyKeys, IdempotencyRecord

_keys = idempotency_keys.c


class SqlIdempotencyKeys(IdempotencyKeys):
    """Keys in `idempotency_keys`, whose primary key lets each be taken once."""

    def __init__(self, transaction: SqlTransaction) -> None:
        self._transaction = transaction

    def find(self, tenant: str, route: str, key: str) -> IdempotencyRecord | None:
        wanted = select(idempotency_keys).where(
            _keys.tenant == tenant, _keys.route == route, _keys.key == key
        )
        rows = self._transaction.rows(wanted)
        return IdempotencyRecord(**rows[0]._mapping) if rows else None

    def add(self, record: IdempotencyRecord) -> None:
        self._transaction.change(
            insert(idempotency_keys),
            asdict(record),
            violations={"pk_idempotency_keys": IdempotencyKeyTakenError(record.key)},
        )

    def delete_created(self, *, before: datetime, limit: int) -> int:
        primary_key = tuple_(_keys.tenant, _keys.route, _keys.key)
        old = (
            select(_keys.tenant, _keys.route, _keys.key)
            .where(_keys.created_at < before)
            .limit(limit)
        )
        return self._transaction.change(delete(idempotency_keys).where(primary_key.in_(old)))

"""Idempotency keys in memory."""

from datetime import datetime

from adapters.memory.database import Tables, Transaction
from application.errors import IdempotencyKeyTakenError
from application.ports.idempotency_keys import IdempotencyKeys, IdempotencyRecord


class MemoryIdempotencyKeys(IdempotencyKeys):
    """The keys of one transaction; the loser of a race learns of it at commit."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def find(self, tenant: str, route: str, key: str) -> IdempotencyRecord | None:
        return self._transaction.tables.idempotency_keys.get((tenant, route, key))

    def add(self, record: IdempotencyRecord) -> None:
        def take(tables: Tables) -> None:
            key = (record.tenant, record.route, record.key)
            if key in tables.idempotency_keys:
                raise IdempotencyKeyTakenError(record.key)
            tables.idempotency_keys[key] = record

        self._transaction.change(take)

    def delete_created(self, *, before: datetime, limit: int) -> int:
        def delete(tables: Tables) -> int:
            keys = tables.idempotency_keys
            old = [key for key, record in keys.items() if record.created_at < before][:limit]
            for key in old:
                del keys[key]
            return len(old)

        return self._transaction.change(delete)

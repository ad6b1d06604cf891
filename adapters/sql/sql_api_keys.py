"""The API keys in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, insert, or_, select, update

from adapters.sql.access_tables import api_keys
from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.storable_text import is_storable
from application.access_errors import ApiKeyTakenError, UnknownApiKeyError
from application.ports.api_keys import ApiKeys
from domain.access import Scope
from domain.api_key import ApiKey


class SqlApiKeys(ApiKeys):
    """Rows of `api_keys`, of which none is ever deleted."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, key: ApiKey) -> None:
        row = {
            "id": key.id,
            "secret_hash": key.secret_hash,
            "tenant": key.tenant,
            "name": key.name,
            "scopes": sorted(key.scopes),
            "created_at": key.created_at,
            "expires_at": key.expires_at,
            "revoked_at": key.revoked_at,
            "last_used_at": key.last_used_at,
        }
        taken = ApiKeyTakenError(key.id)
        with SqlTransaction(self._engine, writes=True) as transaction:
            transaction.change(insert(api_keys), row, violations={"pk_api_keys": taken})
            transaction.commit()

    def get(self, key_id: str) -> ApiKey:
        with SqlTransaction(self._engine, writes=False) as transaction:
            return _found(transaction, key_id)

    def list(self, tenant: str | None) -> Sequence[ApiKey]:
        wanted = select(api_keys)
        if tenant is not None:
            if not is_storable(tenant):
                return []
            wanted = wanted.where(api_keys.c.tenant == tenant)
        with SqlTransaction(self._engine, writes=False) as transaction:
            rows = transaction.rows(wanted.order_by(api_keys.c.created_at))
        # The order of equals is not left to the server's collation.
        return sorted(map(_key, rows), key=lambda key: (key.created_at, key.id))

    def revoke(self, key_id: str, *, at: datetime) -> ApiKey:
        with SqlTransaction(self._engine, writes=True) as transaction:
            _found(transaction, key_id)
            transaction.change(
                update(api_keys)
                .where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
                .values(revoked_at=at)
            )
            revoked = _found(transaction, key_id)
            transaction.commit()
        return revoked

    def note_use(self, key_id: str, *, at: datetime) -> None:
        is_news = or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at < at)
        with SqlTransaction(self._engine, writes=True) as transaction:
            transaction.change(
                update(api_keys).where(api_keys.c.id == key_id, is_news).values(last_used_at=at)
            )
            transaction.commit()


def _found(transaction: SqlTransaction, key_id: str) -> ApiKey:
    if not is_storable(key_id):
        raise UnknownApiKeyError(key_id)
    rows = transaction.rows(select(api_keys).where(api_keys.c.id == key_id))
    if not rows:
        raise UnknownApiKeyError(key_id)
    return _key(rows[0])


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(**{**row._mapping, "scopes": frozenset(map(Scope, row.scopes))})

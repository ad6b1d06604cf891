"""The uploads in parts in the database."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, insert, select, update

from adapters.sql.file_mapping import processing_options
from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.upload_session_table import is_ended, is_open, upload_sessions
from application.ports.upload_sessions import UploadSessions
from application.upload_errors import UnknownUploadError
from domain.file_state import SchemaReference
from domain.upload_session import UploadSession, UploadSessionState, UploadStatus

_columns = upload_sessions.c


class SqlUploadSessions(UploadSessions):
    """Rows of `upload_sessions`."""

    def __init__(self, transaction: SqlTransaction) -> None:
        self._transaction = transaction

    def add(self, session: UploadSession) -> None:
        self._transaction.change(insert(upload_sessions), upload_session_row(session.state))

    def get(self, tenant: str, upload_id: UUID) -> UploadSession:
        return self._one(_wanted(tenant, upload_id), upload_id)

    def lock(self, tenant: str, upload_id: UUID) -> UploadSession:
        return self._one(_wanted(tenant, upload_id).with_for_update(), upload_id)

    def save(self, session: UploadSession) -> None:
        row = upload_session_row(session.state)
        self._transaction.change(
            update(upload_sessions).where(_columns.id == session.state.id).values(row)
        )

    def count_open(self, tenant: str) -> int:
        counting = select(func.count()).where(is_open, _columns.tenant == tenant)
        count: int = self._transaction.rows(counting)[0][0]
        return count

    def open_among(self, upload_ids: Collection[UUID]) -> frozenset[UUID]:
        if not upload_ids:
            return frozenset()
        found = select(_columns.id).where(is_open, _columns.id.in_(upload_ids))
        return frozenset(row.id for row in self._transaction.rows(found))

    def expired(self, *, before: datetime, limit: int) -> Sequence[UploadSession]:
        found = (
            select(upload_sessions)
            .where(is_open, _columns.expires_at < before)
            .order_by(_columns.expires_at, _columns.id)
            .limit(limit)
        )
        return [UploadSession(upload_session_state(row)) for row in self._transaction.rows(found)]

    def delete_ended(self, *, before: datetime, limit: int) -> int:
        old = select(_columns.id).where(is_ended, _columns.ended_at < before).limit(limit)
        return self._transaction.change(delete(upload_sessions).where(_columns.id.in_(old)))

    def _one(self, wanted: Select[Any], upload_id: UUID) -> UploadSession:
        rows = self._transaction.rows(wanted)
        if not rows:
            raise UnknownUploadError(upload_id)
        return UploadSession(upload_session_state(rows[0]))


def upload_session_row(state: UploadSessionState) -> dict[str, object]:
    """The row that keeps the whole state."""
    schema = state.schema
    return {
        "id": state.id,
        "tenant": state.tenant,
        "status": state.status.value,
        "original_name": state.original_name,
        "key": state.key,
        "handle": state.handle,
        "size_bytes": state.size_bytes,
        "part_bytes": state.part_bytes,
        "sha256": state.sha256,
        "schema_name": schema.name if schema else None,
        "schema_version": schema.version if schema else None,
        "options": asdict(state.options),
        "metadata": dict(state.metadata),
        "parent_id": state.parent_id,
        "trace_parent": state.trace_parent,
        "refusal": state.refusal,
        "created_at": state.created_at,
        "expires_at": state.expires_at,
        "ended_at": state.ended_at,
    }


def upload_session_state(row: Row[Any]) -> UploadSessionState:
    """The state that the row keeps."""
    schema = None
    if row.schema_name is not None:
        schema = SchemaReference(name=row.schema_name, version=row.schema_version)
    return UploadSessionState(
        id=row.id,
        tenant=row.tenant,
        status=UploadStatus(row.status),
        original_name=row.original_name,
        key=row.key,
        handle=row.handle,
        size_bytes=row.size_bytes,
        part_bytes=row.part_bytes,
        sha256=row.sha256,
        schema=schema,
        options=processing_options(row.options),
        metadata=row.metadata,
        parent_id=row.parent_id,
        trace_parent=row.trace_parent,
        refusal=row.refusal,
        created_at=row.created_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
    )


def _wanted(tenant: str, upload_id: UUID) -> Select[Any]:
    return select(upload_sessions).where(_columns.tenant == tenant, _columns.id == upload_id)

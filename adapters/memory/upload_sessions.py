"""Uploads in parts, in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from adapters.memory.database import Tables, Transaction
from application.ports.upload_sessions import UploadSessions
from application.upload_errors import UnknownUploadError
from domain.upload_session import UploadSession, UploadSessionState, UploadStatus


class MemoryUploadSessions(UploadSessions):
    """The uploads of one transaction; of two that lock one, the second fails at its commit."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, session: UploadSession) -> None:
        def insert(tables: Tables) -> None:
            if state.id in tables.upload_sessions:
                raise ValueError(f"upload {state.id} exists already")
            tables.upload_sessions[state.id] = state

        state = session.state
        self._transaction.change(insert)

    def get(self, tenant: str, upload_id: UUID) -> UploadSession:
        state = self._all.get(upload_id)
        if state is None or state.tenant != tenant:
            raise UnknownUploadError(upload_id)
        return UploadSession(state)

    def lock(self, tenant: str, upload_id: UUID) -> UploadSession:
        session = self.get(tenant, upload_id)
        self._transaction.change(lambda tables: tables.upload_sessions.get(upload_id))
        return session

    def save(self, session: UploadSession) -> None:
        state = session.state
        self._transaction.change(lambda tables: tables.upload_sessions.update({state.id: state}))

    def count_open(self, tenant: str) -> int:
        return sum(state.is_open and state.tenant == tenant for state in self._all.values())

    def open_among(self, upload_ids: Collection[UUID]) -> frozenset[UUID]:
        known = (self._all.get(upload_id) for upload_id in upload_ids)
        return frozenset(state.id for state in known if state is not None and state.is_open)

    def expired(self, *, before: datetime, limit: int) -> Sequence[UploadSession]:
        found = [
            state for state in self._all.values() if state.is_open and state.expires_at < before
        ]
        found.sort(key=lambda state: (state.expires_at, state.id))
        return [UploadSession(state) for state in found[:limit]]

    def delete_ended(self, *, before: datetime, limit: int) -> int:
        def delete(tables: Tables) -> int:
            old = [
                state.id
                for state in tables.upload_sessions.values()
                if state.status is not UploadStatus.OPEN
                and state.ended_at is not None
                and state.ended_at < before
            ][:limit]
            for upload_id in old:
                del tables.upload_sessions[upload_id]
            return len(old)

        return self._transaction.change(delete)

    @property
    def _all(self) -> dict[UUID, UploadSessionState]:
        return self._transaction.tables.upload_sessions

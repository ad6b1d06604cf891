"""The uploads in parts, within one unit of work."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from domain.upload_session import UploadSession


class UploadSessions(ABC):
    """Uploads by tenant and id; another tenant's is unknown.

    Any method may raise DatabaseUnavailableError.
    """

    @abstractmethod
    def add(self, session: UploadSession) -> None:
        """Stores a new upload."""

    @abstractmethod
    def get(self, tenant: str, upload_id: UUID) -> UploadSession:
        """The upload; raises UnknownUploadError."""

    @abstractmethod
    def lock(self, tenant: str, upload_id: UUID) -> UploadSession:
        """As `get`; until this unit of work is over nobody else ends it.

        Where a database does not lock rows, the commit of the second raises
        DatabaseUnavailableError instead.
        """

    @abstractmethod
    def save(self, session: UploadSession) -> None:
        """Stores the changes of an upload that was locked here."""

    @abstractmethod
    def count_open(self, tenant: str) -> int:
        """How many of the tenant's uploads are open."""

    @abstractmethod
    def open_among(self, upload_ids: Collection[UUID]) -> frozenset[UUID]:
        """Which of these uploads, of any tenant, are open."""

    @abstractmethod
    def expired(self, *, before: datetime, limit: int) -> Sequence[UploadSession]:
        """At most `limit` open uploads, of any tenant, whose time was over before `before`.

        The oldest first.
        """

    @abstractmethod
    def delete_ended(self, *, before: datetime, limit: int) -> int:
        """Forgets at most `limit` uploads that ended before `before`; returns how many."""

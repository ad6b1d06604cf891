"""Registered schemas, in immutable versions."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaVersion:
    """One version of a schema: `descriptor` is its Table Schema as JSON values."""

    tenant: str
    name: str
    version: int
    descriptor: Mapping[str, object]
    created_at: datetime


class SchemaRepository(ABC):
    """Schemas by name, within one unit of work.

    Any method may raise DatabaseUnavailableError.
    """

    @abstractmethod
    def add(self, schema: SchemaVersion) -> None:
        """Stores a version; raises ConflictingSchemaVersionError, here or at commit, if it exists."""

    @abstractmethod
    def get(self, tenant: str, name: str, version: int | None = None) -> SchemaVersion:
        """That version, or the latest when None; raises UnknownSchemaError.

        `name` is any text, whatever a caller wrote; one that can be no name is unknown.
        """

    @abstractmethod
    def list(
        self, tenant: str, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[SchemaVersion]:
        """The latest version of each of the tenant's schemas, by name, code point by code point.

        `limit` at most, of those whose names come after `after`, which may be any text.
        """

    @abstractmethod
    def versions(
        self, tenant: str, name: str, *, before: int | None = None, limit: int
    ) -> Sequence[SchemaVersion]:
        """The schema's versions, the newest first: `limit` at most, of those before `before`.

        `name` is any text; of one that can be no name there are none.
        """

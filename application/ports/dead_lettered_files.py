"""The files whose processing was given up, of all tenants: they wait for an operator."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from domain.file_state import FileState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterFilter:
    """Which dead-lettered files are wanted; None means any.

    `after` and `before` are about the moment at which a file was given up, and exclude the
    moment itself. `ids` may name files that do not exist or are no dead letters: those match
    nothing, and so does a text that no file can have.
    """

    ids: tuple[UUID, ...] | None = None
    error_code: str | None = None
    tenant: str | None = None
    after: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterPlace:
    """A place in the list of dead letters: that of the file given up then."""

    given_up_at: datetime
    file_id: UUID

    @classmethod
    def of(cls, state: FileState) -> Self:
        """Where that dead-lettered file stands."""
        assert state.processed_at is not None, "a file that was given up has come to its end"
        return cls(given_up_at=state.processed_at, file_id=state.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterTotal:
    """How many files were given up for one reason, the first and the last of them when."""

    error_code: str
    count: int
    first_at: datetime
    last_at: datetime


class DeadLetteredFiles(ABC):
    """Files of all tenants whose outcome is `dead_lettered`, within one unit of work.

    Erased files are none of them. Costs nothing by how many files there are besides. Any
    method may raise DatabaseUnavailableError.
    """

    @abstractmethod
    def page(
        self, wanted: DeadLetterFilter, *, past: DeadLetterPlace | None, limit: int
    ) -> Sequence[FileState]:
        """At most `limit` files, the last given up first (the higher id first among equals).

        Begins behind `past`, whether or not a file is there now; None is the beginning.
        """

    @abstractmethod
    def count(self, wanted: DeadLetterFilter, *, at_most: int) -> int:
        """How many files there are, looking at no more than `at_most` of them."""

    @abstractmethod
    def totals(self) -> Sequence[DeadLetterTotal]:
        """How many files there are by error code, in the order of the codes."""

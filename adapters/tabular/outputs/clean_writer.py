"""What every output of the clean rows does."""

from typing import TYPE_CHECKING, Protocol

from application.ports.content_engine import CommittedResult
from domain.values.base import Value

if TYPE_CHECKING:
    # For its name alone: a process without large files never loads it.
    import polars as pl


class CleanWriter(Protocol):
    """Clean rows on their way into one result, the same bytes whichever way they come."""

    name: str
    media_type: str

    def write(self, values: tuple[Value, ...]) -> None:
        """Adds a row, one value for each column."""

    def write_table(self, texts: "pl.DataFrame") -> None:
        """Adds rows as `AcceptedRows.texts` has them."""

    def commit(self, *, rows: int) -> CommittedResult:
        """Keeps the result; nothing can be written after it."""

"""What every output of the clean rows does."""

from typing import Protocol

from adapters.tabular.table import AcceptedRows
from application.ports.content_engine import CommittedResult
from domain.values.base import Value


class CleanWriter(Protocol):
    """Clean rows on their way into one result, the same bytes whichever way they come."""

    name: str
    media_type: str

    def write(self, values: tuple[Value, ...]) -> None:
        """Adds a row, one value for each column."""

    def write_table(self, rows: AcceptedRows) -> None:
        """Adds rows as a table of their texts."""

    def flush(self) -> None:
        """Hands over what can be, all rows being there; nothing depends on how they came."""

    def commit(self, *, rows: int) -> CommittedResult:
        """Keeps the result; nothing can be written after it."""

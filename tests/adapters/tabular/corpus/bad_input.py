"""One bad input of the corpus, and everything that has to be said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.tabular.limits import Limits
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.schema import Schema

Place = tuple[int, int, str | None, str]
"""Row, line, column and code of one error."""

SMALL = Limits(
    record_bytes=200, cell_bytes=50, columns=20, column_name_bytes=40, raw_characters=100
)
"""Limits small enough for what exceeds them to be read."""

COMMA = ProcessingOptions(delimiter=",")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadInput:
    """What is wrong with a content, by code and place, and how many of its rows are good.

    `header` holds position and code of each fault of the header. `repairs` are, for each
    rejected row that can be repaired, what its author meant: the cells of a CSV record, or the
    members of an object.
    """

    name: str
    content: bytes
    errors: Sequence[Place] = ()
    accepted: int = 0
    skipped: int = 0
    file_error: str | None = None
    header: Sequence[tuple[int | None, str]] = ()
    schema: Schema | None = None
    options: ProcessingOptions = COMMA
    file_type: FileType = FileType.CSV
    limits: Limits = SMALL
    repairs: Mapping[int, Any] = field(default_factory=dict)

    @property
    def codes(self) -> set[str]:
        """Every code that is expected."""
        of_rows = {code for _, _, _, code in self.errors}
        of_header = {code for _, code in self.header}
        of_file = set() if self.file_error is None else {self.file_error}
        return of_rows | of_header | of_file

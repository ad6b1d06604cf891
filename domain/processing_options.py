"""What the submitter asks for: how to read the file and what to do about bad rows."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from domain.errors import InvalidOptionError


class OnError(StrEnum):
    """The fate of a file that holds at least one bad row."""

    SKIP_ROWS = "skip_rows"
    REJECT_FILE = "reject_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxErrors:
    """The most bad rows a file may hold: a count, or a share of the rows read.

    Exactly one of the two is set; `percent` is 0..100.
    """

    count: int | None = None
    percent: float | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `250` or `5%`; raises InvalidOptionError for anything else."""
        if text.isascii() and text.isdigit():
            return cls(count=int(text))
        number = text.removesuffix("%")
        is_plain = number != text and re.fullmatch(r"[0-9]+(\.[0-9]+)?", number)
        if is_plain and float(number) <= 100:
            return cls(percent=float(number))
        raise InvalidOptionError("maxErrors", text, "a whole number or a percentage such as 5%")

    def __str__(self) -> str:
        return f"{self.percent:g}%" if self.count is None else str(self.count)

    def is_exceeded(self, *, rejected: int, read: int) -> bool:
        """True when `rejected` of `read` rows is more than the submitter tolerates."""
        if self.count is not None:
            return rejected > self.count
        return self.percent is not None and rejected * 100 > self.percent * read


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingOptions:
    """How one file is read and judged; None leaves the choice to detection."""

    on_error: OnError = OnError.SKIP_ROWS
    max_errors: MaxErrors | None = None
    outputs: tuple[str, ...] = ("csv",)
    encoding: str | None = None
    delimiter: str | None = None
    header: bool = True

"""One nasty CSV file with what must come of it, and what all of them share."""

from dataclasses import dataclass, field

from adapters.tabular.limits import Limits
from domain.processing_options import ProcessingOptions

LIMITS = Limits(
    record_bytes=200, cell_bytes=50, columns=20, column_name_bytes=40, raw_characters=100
)
COMMA = ProcessingOptions(delimiter=",")
BOM = b"\xef\xbb\xbf"

Place = tuple[int, int, str | None, str]


@dataclass(frozen=True)
class Case:
    name: str
    content: bytes
    rows: list[list[str]] = field(default_factory=list)
    errors: list[Place] = field(default_factory=list)
    skipped: int = 0
    options: ProcessingOptions = ProcessingOptions()

"""Which delimiter a CSV file is written with."""

from itertools import islice
from typing import Final

from adapters.tabular.csv_reader import CsvReader
from adapters.tabular.faults import not_text
from adapters.tabular.limits import Limits
from adapters.tabular.physical_lines import physical_lines
from domain.processing_options import DELIMITERS, parse_delimiter

SAMPLE_BYTES: Final = 64 * 1024
_RECORDS = 100


def choose_delimiter(sample: bytes, *, declared: str | None, limits: Limits) -> str:
    """The declared delimiter, or the one that cuts the sample's records most alike.

    The sample is the content's beginning in UTF-8, SAMPLE_BYTES of it or all. Raises
    InvalidOptionError for a declared delimiter that is none of DELIMITERS.
    """
    if declared is None:
        return max(DELIMITERS, key=lambda delimiter: _fitness(sample, delimiter, limits=limits))
    return parse_delimiter(declared)


def _fitness(sample: bytes, delimiter: str, *, limits: Limits) -> tuple[float, int]:
    """The share of records as wide as the first, then their width; the comma wins ties."""
    lines = physical_lines(iter((sample,)), max_bytes=limits.line_bytes)
    reader = CsvReader(lines, delimiter=delimiter, undecodable=not_text("UTF-8"), limits=limits)
    widths = [len(record.cells) for record in islice(reader, _RECORDS) if not record.is_blank]
    if len(sample) >= SAMPLE_BYTES and len(widths) > 1:
        # The sample may end inside its last record.
        widths.pop()
    if not widths or widths[0] < 2:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]

"""Which delimiter a CSV file is written with."""

import re
from itertools import islice
from typing import Final

from adapters.tabular.csv_reader import CsvReader, CsvRecord
from adapters.tabular.faults import not_text
from adapters.tabular.limits import Limits
from adapters.tabular.physical_lines import physical_lines
from domain.processing_options import DELIMITERS, parse_delimiter

SAMPLE_BYTES: Final = 64 * 1024
_RECORDS = 100
# What stands in texts and numbers: a comma before a space, or amid digits.
_IN_A_VALUE = re.compile(r"[,;|](?= )|(?<=[0-9]),(?=[0-9])")
_ANY_DELIMITER = re.compile(f"[{re.escape(''.join(DELIMITERS))}]")


def choose_delimiter(sample: bytes, *, declared: str | None, limits: Limits) -> str:
    """The declared delimiter, or the one that cuts the sample's records most alike.

    The sample is the content's beginning in UTF-8, SAMPLE_BYTES of it or all. Raises
    InvalidOptionError for a declared delimiter that is none of DELIMITERS.
    """
    if declared is not None:
        return parse_delimiter(declared)
    # What does not occur cuts nothing, and the first of them stands for that, too.
    first, *others = DELIMITERS
    occurring = [first, *(it for it in others if it.encode() in sample)]
    if len(occurring) == 1:
        return first
    return max(occurring, key=lambda delimiter: _fitness(sample, delimiter, limits=limits))


def _fitness(sample: bytes, delimiter: str, *, limits: Limits) -> tuple[float, int]:
    """How alike it cuts the records, and how wide; the comma wins ties.

    That is the share of records as wide as the first, less up to a half of it for cells that
    another delimiter would cut: `1,5;2,5` is as regular by its commas, and its cells are not.
    """
    records = _records(sample, delimiter, limits=limits)
    widths = [len(record.cells) for record in records]
    if not widths or widths[0] < 2:
        return 0.0, 0
    share = widths.count(widths[0]) / len(widths)
    return share * (1 + _share_of_whole_cells(records)) / 2, widths[0]


def _records(sample: bytes, delimiter: str, *, limits: Limits) -> list[CsvRecord]:
    lines = physical_lines(iter((sample,)), max_bytes=limits.line_bytes)
    reader = CsvReader(lines, delimiter=delimiter, undecodable=not_text("UTF-8"), limits=limits)
    records = [record for record in islice(reader, _RECORDS) if not record.is_blank]
    if len(sample) >= SAMPLE_BYTES and len(records) > 1:
        # The sample may end inside its last record.
        records.pop()
    return records


def _share_of_whole_cells(records: list[CsvRecord]) -> float:
    cells = [cell for record in records for cell in record.cells]
    whole = sum(_ANY_DELIMITER.search(_IN_A_VALUE.sub("", cell)) is None for cell in cells)
    return whole / len(cells)

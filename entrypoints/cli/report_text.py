"""Reports in words, for people."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.counted import counted
from domain.processing_report import EncodingSource, ProcessingReport
from domain.row_error import on_one_line, quoted
from domain.transform import Rule

SHOWN_ERRORS = 20


def outcome_line(name: str, outcome: str, rows: Mapping[str, int]) -> str:
    """What became of the file and of its rows."""
    counts = ", ".join(f"{rows[key]} {key}" for key in ("read", "accepted", "rejected", "skipped"))
    return f"{on_one_line(name)}: {outcome} ({counts})"


def file_lines(report: ProcessingReport) -> Iterator[str]:
    """What there is to say about the file as a whole: how it was read, and its own faults."""
    encoding = report.encoding
    is_guess = encoding is not None and encoding.source is EncodingSource.CONTENT
    if encoding is not None and is_guess and encoding.name != "utf-8":
        yield f"  read as {encoding.name}, as its content suggests; --encoding names another one"
    if report.file_error is not None:
        yield f"  {report.file_error.message} ({report.file_error.code})"
    for fault in report.header_faults[:SHOWN_ERRORS]:
        yield f"  header: {fault.message} ({fault.code})"
    beyond = len(report.header_faults) - SHOWN_ERRORS
    if beyond > 0:
        yield f"  header: … and {counted(beyond, 'more fault')}"
    changes: Counter[str] = Counter()
    for change in report.changes:
        changes[change.rule] += change.count
    if changes:
        shown = ", ".join(f"{changes[rule]} by {rule}" for rule in Rule if changes[rule])
        yield f"  values changed in accepted rows: {shown}"


def error_lines(
    errors: Sequence[Mapping[str, Any]], *, total: int, shown: int = SHOWN_ERRORS
) -> Iterator[str]:
    """One line for each of the first `shown` errors, and how many there are beyond."""
    for error in errors[:shown]:
        yield f"  {_place(error)}: {error['message']} ({error['code']})"
    beyond = total - min(shown, len(errors))
    if beyond > 0:
        yield f"  … and {beyond} more"


def _place(error: Mapping[str, Any]) -> str:
    place = f"row {error['row']}, line {error['line']}"
    return place if error["column"] is None else f"{place}, column {quoted(error['column'])}"

"""Reports in words, for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

SHOWN_ERRORS = 20


def outcome_line(name: str, outcome: str, rows: Mapping[str, int]) -> str:
    """What became of the file and of its rows."""
    counts = ", ".join(f"{rows[key]} {key}" for key in ("read", "accepted", "rejected", "skipped"))
    return f"{name}: {outcome} ({counts})"


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
    return place if error["column"] is None else f'{place}, column "{error["column"]}"'

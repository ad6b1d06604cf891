"""What the readers find wrong, before any schema is asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.processing_report import FileError
from domain.row_error import RowError, row_error


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFault:
    """One reason why a record cannot be taken as it stands, as the catalogue of errors has it.

    `facts` fill the code's template. `column` is the index of the cell at fault, None when it
    is the record.
    """

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    column: int | None = None
    value: str | None = None


def nul_byte(*, hint: str = "") -> RecordFault:
    """The fault of a character that no output could hold."""
    return RecordFault(code="nul_byte", facts={"hint": hint})


def not_text(encoding: str, *, hint: str = "") -> RecordFault:
    """The fault of bytes, or of an escape, that stand for no character."""
    return RecordFault(code="encoding_error", facts={"encoding": encoding, "hint": hint})


def row_errors(
    faults: Iterable[RecordFault], *, row: int, line: int, header: Sequence[str]
) -> tuple[RowError, ...]:
    """The faults as the errors of one row; `header` names the columns."""
    return tuple(
        row_error(
            fault.code,
            row=row,
            line=line,
            column=_column_name(fault.column, header),
            value=fault.value,
            **fault.facts,
        )
        for fault in faults
    )


def _column_name(index: int | None, header: Sequence[str]) -> str | None:
    return header[index] if index is not None and index < len(header) else None


class FileFaultError(Exception):
    """The whole file cannot be read; caught by the engine, which reports it as its result."""

    def __init__(self, file_error: FileError) -> None:
        super().__init__(file_error.message)
        self.file_error = file_error


def shown(text: str, *, characters: int) -> str:
    """The text, or its beginning and a note that more followed."""
    if len(text) <= characters:
        return text
    return f"{text[:characters]}… [{len(text) - characters} more characters]"

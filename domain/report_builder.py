"""Counts rows and errors while a file is read, and gives the verdict at the end."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from domain.counted import counted
from domain.file_head import Compression
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import OnError, ProcessingOptions
from domain.processing_report import (
    DETAILED_ERRORS,
    ChangeCount,
    Dialect,
    Encoding,
    ErrorCount,
    FileError,
    HeaderFault,
    ProcessingReport,
    ReportColumn,
    RowCounts,
    file_error,
)
from domain.row_error import RowError
from domain.transform import Change, Rule

_NO_CHANGES: Mapping[Change, int] = MappingProxyType({})


class ReportBuilder:
    """One file's report in the making, in memory that does not grow with the file.

    Reading never stops early for bad rows, not even when more are bad than `max_errors`
    allows: whoever has to repair the file is told of all of them at once.
    """

    def __init__(self, options: ProcessingOptions) -> None:
        self._options = options
        self._accepted = self._rejected = self._skipped = 0
        self._counts: Counter[tuple[str, str | None]] = Counter()
        self._changes: Counter[Change] = Counter()
        self._errors: list[RowError] = []

    @property
    def rows(self) -> RowCounts:
        """What was counted so far."""
        return RowCounts(
            read=self._accepted + self._rejected + self._skipped,
            accepted=self._accepted,
            rejected=self._rejected,
            skipped=self._skipped,
        )

    def accept_row(self, changes: Iterable[Change] = ()) -> None:
        """A good row was read, with everything that was changed in it."""
        self._accepted += 1
        if changes:
            self._changes.update(changes)

    def accept_rows(self, count: int, changes: Mapping[Change, int] = _NO_CHANGES) -> None:
        """So many good rows were read, with so many changes of each kind."""
        self._accepted += count
        self._changes.update(changes)

    def skip_row(self) -> None:
        """A blank record was read."""
        self._skipped += 1

    def reject_row(self, errors: Sequence[RowError]) -> None:
        """A bad row was read, with everything that is wrong with it."""
        self._rejected += 1
        for error in errors:
            self._counts[error.code, error.column] += 1
        if len(self._errors) < DETAILED_ERRORS:
            self._errors.extend(errors[: DETAILED_ERRORS - len(self._errors)])

    def build(
        self,
        *,
        file_error: FileError | None = None,
        file_type: FileType | None = None,
        compression: Compression | None = None,
        encoding: Encoding | None = None,
        dialect: Dialect | None = None,
        columns: Sequence[ReportColumn] = (),
        header_faults: Sequence[HeaderFault] = (),
    ) -> ProcessingReport:
        """The report; `file_error` is what stopped the reading, if anything did."""
        verdict = file_error or self._verdict()
        return ProcessingReport(
            outcome=self._outcome(verdict),
            rows=self.rows,
            file_error=verdict,
            file_type=file_type,
            compression=compression,
            encoding=encoding,
            dialect=dialect,
            columns=tuple(columns),
            header_faults=tuple(header_faults),
            changes=self._change_counts(),
            error_counts=self._error_counts(),
            errors=tuple(self._errors),
        )

    def _verdict(self) -> FileError | None:
        rows, limit = self.rows, self._options.max_errors
        if rows.rejected and self._options.on_error is OnError.REJECT_FILE:
            return file_error("rows_rejected", bad=_bad(rows))
        if limit is not None and limit.is_exceeded(rejected=rows.rejected, judged=rows.judged):
            return file_error("too_many_errors", bad=_bad(rows), limit=limit)
        if rows.rejected and not rows.accepted:
            return file_error("no_valid_rows", rows=_none(rows))
        return None

    def _outcome(self, verdict: FileError | None) -> Outcome:
        if verdict is not None:
            return Outcome.REJECTED
        return Outcome.PARTIAL if self._rejected else Outcome.CLEAN

    def _error_counts(self) -> tuple[ErrorCount, ...]:
        ordered = sorted(self._counts.items(), key=lambda item: (item[0][0], item[0][1] or ""))
        return tuple(
            ErrorCount(code=code, column=column, count=count) for (code, column), count in ordered
        )

    def _change_counts(self) -> tuple[ChangeCount, ...]:
        rules = list(Rule)
        ordered = sorted(
            self._changes.items(), key=lambda item: (item[0].column, rules.index(item[0].rule))
        )
        return tuple(
            ChangeCount(column=change.column, rule=str(change.rule), count=count)
            for change, count in ordered
            if count
        )


def _bad(rows: RowCounts) -> str:
    verb = "is" if rows.rejected == 1 else "are"
    return f"{rows.rejected} of {counted(rows.judged, 'row')} {verb} bad"


def _none(rows: RowCounts) -> str:
    is_one = rows.judged == 1
    return "the only row could not" if is_one else f"none of the {rows.judged} rows could"

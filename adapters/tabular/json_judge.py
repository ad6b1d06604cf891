"""One JSON element after the other, judged."""

from collections.abc import Sequence

from adapters.tabular.faults import RecordFault, row_errors
from adapters.tabular.json_elements import JsonRecord, read_element
from adapters.tabular.json_reader import JsonElement
from adapters.tabular.json_resubmission import restored
from adapters.tabular.limits import Limits
from adapters.tabular.table import TableRow
from domain.layout import Layout
from domain.row_validator import CheckedRow, RowValidator
from domain.schema import Schema


class JsonRecords:
    """Reads elements as the records that were submitted first, exactly."""

    def __init__(self, *, schema: Schema | None, undecodable: RecordFault, limits: Limits) -> None:
        self._schema = schema
        self._undecodable = undecodable
        self._limits = limits

    def read(self, element: JsonElement) -> JsonRecord:
        """The element's record; see `read_element` and `restored`."""
        record = read_element(element, undecodable=self._undecodable, limits=self._limits)
        return restored(
            record, schema=self._schema, undecodable=self._undecodable, limits=self._limits
        )


class JsonJudge:
    """Judges the records of one file in their order: what the readers found, then the schema."""

    def __init__(self, layout: Layout, records: JsonRecords, validator: RowValidator) -> None:
        self.layout = layout
        self.validator = validator
        self._records = records

    def judge(self, element: JsonElement, *, row: int) -> TableRow:
        """The element as a row with its verdict."""
        if element.is_blank:
            return TableRow(row=row, line=element.line, checked=None)
        record = self._records.read(element)
        return self._row(record, self._check(record, row=row), row=row)

    def judge_doubtful(
        self, element: JsonElement, *, positions: Sequence[int], row: int
    ) -> TableRow:
        """The same for one of which the members of all other columns are known to be good."""
        record = self._records.read(element)
        if not record.faults:
            checked = self.validator.validate_doubtful_members(
                record.members, positions=positions, row=row, line=record.line
            )
            if not checked.is_accepted:
                return self._row(record, checked, row=row)
        # Good after all, or no JSON: either is rare, and takes all of its members.
        return self._row(record, self._check(record, row=row), row=row)

    def _row(self, record: JsonRecord, checked: CheckedRow, *, row: int) -> TableRow:
        if checked.is_accepted:
            # Without any column, an object without members is what a blank line is.
            is_blank = not self.layout.header
            return TableRow(row=row, line=record.line, checked=None if is_blank else checked)
        return TableRow(
            row=row,
            line=record.line,
            checked=checked,
            members=None if record.faults else record.members,
            raw=record.text if record.faults else "",
        )

    def _check(self, record: JsonRecord, *, row: int) -> CheckedRow:
        if not record.faults:
            return self.validator.validate_json_record(
                record.members, row=row, line=record.line, reasons=record.reasons
            )
        errors = row_errors(record.faults, row=row, line=record.line, header=self.layout.header)
        return CheckedRow(errors=errors)

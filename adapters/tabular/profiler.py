"""The column profiles of the accepted rows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from adapters.tabular.limits import Limits
from adapters.tabular.profiled_column import ProfiledColumn
from adapters.tabular.table import AcceptedRows
from domain.column_profile import ColumnProfile
from domain.layout import Layout
from domain.processing_report import ReportColumn
from domain.row_sample import RowSample, row_hash
from domain.schema import FieldType
from domain.values.base import Value

_ROWS_AT_ONCE: Final = 1024
_BYTES_AT_ONCE: Final = 1024 * 1024

# Tables are looked at together, too, since a look costs the same for any.
_TABLE_ROWS_AT_ONCE: Final = 16 * 1024
_TABLE_BYTES_AT_ONCE: Final = 4 * 1024 * 1024
_CELL_BYTES: Final = 16

# Shared by all columns: about 20 MiB of texts each. A file of 2,000 columns has samples of 50.
_MOST_DISTINCT_OF_ALL: Final = 50_000
_MOST_SAMPLED_CELLS: Final = 100_000

# Types that have no histogram.
_SPREADLESS = frozenset({FieldType.STRING, FieldType.BOOLEAN})


class Profiler:
    """Takes every accepted row in its turn: its values, or many at once as their texts.

    `is_text` is true for CSV, whose values were texts. `bytes_read` tells how much of the file
    was read so far: rows are looked at together, as long as that is not too much.
    """

    def __init__(
        self,
        layout: Layout | None,
        *,
        is_text: bool,
        bytes_read: Callable[[], int],
        limits: Limits,
    ) -> None:
        columns = () if layout is None else layout.output_columns
        self._positions = None if layout is None else layout.output_positions
        share = max(1, len(columns))
        most = min(limits.profiled_values, _MOST_DISTINCT_OF_ALL // share)
        self._columns = [ProfiledColumn(it, is_text=is_text, most_distinct=most) for it in columns]
        self._sampled = [
            at for at, column in enumerate(columns) if column.field.type not in _SPREADLESS
        ]
        rows = min(limits.sampled_rows, _MOST_SAMPLED_CELLS // max(1, len(self._sampled)))
        self._sample = RowSample(most_rows=rows)
        self._bytes_read = bytes_read
        self._rows: list[tuple[int, tuple[Value, ...]]] = []
        self._tables: list[tuple[int, AcceptedRows]] = []
        self._taken = self._bytes_before = self._table_rows = self._table_bytes = 0

    def add(self, values: tuple[Value, ...]) -> None:
        """Takes a row; `values` are those of all columns, also of those that are not written."""
        if self._positions is not None:
            values = tuple([values[at] for at in self._positions])
        self._rows.append((self._taken, values))
        self._taken += 1
        is_much = self._bytes_read() - self._bytes_before > _BYTES_AT_ONCE
        if is_much or len(self._rows) >= _ROWS_AT_ONCE:
            self._look_at_rows()

    def add_table(self, rows: AcceptedRows) -> None:
        """Takes rows as a table of their texts."""
        self._tables.append((self._taken, rows))
        self._taken += rows.count
        self._table_rows += rows.count
        # Polars estimates columns of nothing but nulls at nothing.
        cells = rows.count * rows.texts.width
        self._table_bytes += int(rows.texts.estimated_size()) + _CELL_BYTES * cells
        is_much = self._table_bytes > _TABLE_BYTES_AT_ONCE
        if is_much or self._table_rows >= _TABLE_ROWS_AT_ONCE:
            self._look_at_tables()

    def profiled(self, columns: Sequence[ReportColumn]) -> tuple[ReportColumn, ...]:
        """The columns, each with its profile."""
        pairs = zip(columns, self.profiles(), strict=True)
        return tuple(replace(column, profile=profile) for column, profile in pairs)

    def profiles(self) -> tuple[ColumnProfile, ...]:
        """One for each column."""
        self._look_at_rows()
        self._look_at_tables()
        sampled = self._sample.columns()
        samples = dict(zip(self._sampled, sampled, strict=True)) if sampled else {}
        return tuple(
            column.tally.profile(samples.get(at, ())) for at, column in enumerate(self._columns)
        )

    def _look_at_rows(self) -> None:
        rows, self._rows = self._rows, []
        self._bytes_before = self._bytes_read()
        if not rows:
            return
        columns = zip(*(values for _, values in rows), strict=True)
        for column, values in zip(self._columns, columns, strict=True):
            column.look(values)
        hashed = [(row_hash(ordinal), values) for ordinal, values in rows]
        chosen = [(it, values) for it, values in hashed if it < self._sample.bound]
        self._sample.add(
            [it for it, _ in chosen],
            [
                self._columns[at].texts_of([values[at] for _, values in chosen])
                for at in self._sampled
            ],
        )

    def _look_at_tables(self) -> None:
        tables, self._tables = self._tables, []
        self._table_rows = self._table_bytes = 0
        if not tables:
            return
        # Here, since it loads Polars: whoever has a table has loaded it.
        from adapters.tabular.fast import table_profile, table_sample  # noqa: PLC0415

        tallies = [column.tally for column in self._columns]
        for _, rows in tables:
            table_profile.note_kinds(rows, tallies)
        shown = table_profile.joined([rows.texts for _, rows in tables])
        table_profile.look_at(shown, tallies)
        names = [shown.columns[at] for at in self._sampled]
        ordinals = [range(first, first + rows.count) for first, rows in tables]
        table_sample.add_to_sample(self._sample, shown.select(names), ordinals=ordinals)

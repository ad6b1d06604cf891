"""Accepted rows on their way to the outputs, a good deal at a time."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import polars as pl

from adapters.tabular.fast.cells import text_name
from adapters.tabular.fast.json_kinds import kind_of
from adapters.tabular.table import AcceptedRows, TableRow
from domain.layout import Layout
from domain.row_validator import CheckedRow
from domain.schema import FieldType
from domain.transform import Change
from domain.values.base import Value

_CELLS_AT_ONCE: Final = 16 * 1024
_BYTES_AT_ONCE: Final = 1024 * 1024


class GatheredRows:
    """Iterates once over the same rows, of which the accepted ones come as tables alone.

    A table costs its writers nearly the same, however short it is, and a row between two tables
    makes the caller wait for the first of them. Where bad records are spread over a file, most
    good ones come singly or in short tables: they are held until they are worth their price,
    while rejected ones go past them. `has_kinds` is true for JSON; see `AcceptedRows`.
    """

    def __init__(
        self, rows: Iterable[TableRow | AcceptedRows], layout: Layout, *, has_kinds: bool
    ) -> None:
        self._rows = rows
        columns, written = layout.columns, layout.output_positions
        self._positions = range(len(columns)) if written is None else written
        self._formats = [columns[at].field.format for at in self._positions]
        self._any = [
            at for at in self._positions if has_kinds and columns[at].field.type is FieldType.ANY
        ]
        self._begin()

    def _begin(self) -> None:
        self._singly: list[CheckedRow] = []
        self._tables: list[AcceptedRows] = []
        self._cells = self._bytes = 0

    def __iter__(self) -> Iterator[TableRow | AcceptedRows]:
        for row in self._rows:
            if isinstance(row, AcceptedRows):
                self._add_table(row)
            elif row.checked is not None and row.checked.is_accepted:
                self._add(row.checked)
            else:
                yield row
                continue
            if self._cells >= _CELLS_AT_ONCE or self._bytes >= _BYTES_AT_ONCE:
                yield self._taken()
        if self._singly or self._tables:
            yield self._taken()

    def _add(self, row: CheckedRow) -> None:
        self._singly.append(row)
        self._cells += len(row.values)
        self._bytes += sum(len(value) for value in row.values if isinstance(value, str))

    def _add_table(self, rows: AcceptedRows) -> None:
        self._end_single_rows()
        self._tables.append(rows)
        self._cells += rows.count * rows.texts.width
        self._bytes += int(rows.texts.estimated_size())

    def _end_single_rows(self) -> None:
        """Makes a table of them, since what follows comes after them."""
        if self._singly:
            rows, self._singly = self._singly, []
            self._tables.append(self._table_of(rows))

    def _table_of(self, rows: list[CheckedRow]) -> AcceptedRows:
        columns = [*zip(*(row.values for row in rows), strict=True)]
        texts = [
            pl.Series(text_name(at), _texts(columns[at], write), pl.String)
            for at, write in zip(self._positions, self._formats, strict=True)
        ]
        return AcceptedRows(
            pl.DataFrame(texts),
            changes=Counter[Change](change for row in rows for change in row.changes),
            kinds={
                text_name(at): pl.Series(map(kind_of, columns[at]), dtype=pl.UInt8)
                for at in self._any
            },
        )

    def _taken(self) -> AcceptedRows:
        """All that was held, in one table."""
        self._end_single_rows()
        tables = self._tables
        self._begin()
        return tables[0] if len(tables) == 1 else _joined(tables)


def _texts(values: tuple[Value, ...], write: Callable[[Value], str]) -> list[str | None]:
    return [None if value is None else write(value) for value in values]


def _joined(tables: list[AcceptedRows]) -> AcceptedRows:
    changes = Counter[Change]()
    for table in tables:
        changes.update(table.changes)
    return AcceptedRows(
        pl.concat([table.texts for table in tables], rechunk=True),
        changes=changes,
        kinds={
            name: pl.concat([table.kinds[name] for table in tables], rechunk=True)
            for name in tables[0].kinds
        },
    )

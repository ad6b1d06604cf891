"""`clean.parquet`: typed columns, compressed with Zstandard."""

import io
from collections.abc import Sequence
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from adapters.tabular.outputs.clean_writer import CleanWriter
from adapters.tabular.outputs.few_values import few_values
from adapters.tabular.outputs.row_groups import RowGroups
from adapters.tabular.outputs.typed_table import arrow_schema, typed_table
from adapters.tabular.outputs.unique_names import unique_names
from adapters.tabular.table import AcceptedRows
from application.ports.content_engine import CommittedResult, ResultSinks
from domain.layout import Column
from domain.values.base import Value

_MOST_WAITING_ROWS: Final = 1024
_MOST_WAITING_CHARACTERS: Final = 1 << 20


class CleanParquet(CleanWriter):
    """Writes groups of rows that depend on the rows alone, so that their bytes do, too.

    It holds one group in memory. The file is put together there piece by piece, and handed to
    the sink from here: pyarrow would finish a file that is given up when it clears it away.
    """

    name = "clean.parquet"
    media_type = "application/vnd.apache.parquet"

    def __init__(self, sinks: ResultSinks, columns: Sequence[Column]) -> None:
        self._sink = sinks.open(self.name, media_type=self.media_type)
        self._types = [column.field.type for column in columns]
        self._formats = [column.field.value_type.format for column in columns]
        self._names = unique_names([column.name for column in columns])
        self._schema = arrow_schema(self._types, self._names)
        self._groups = RowGroups(self._schema)
        self._waiting: list[list[str | None]] = []
        self._waiting_characters = 0
        self._written = _Pieces()
        self._parquet: pq.ParquetWriter | None = None

    def write(self, values: tuple[Value, ...]) -> None:
        texts = [
            None if value is None else text_of(value)
            for text_of, value in zip(self._formats, values, strict=True)
        ]
        self._waiting.append(texts)
        self._waiting_characters += sum(map(len, filter(None, texts)))
        if (
            len(self._waiting) == _MOST_WAITING_ROWS
            or self._waiting_characters >= _MOST_WAITING_CHARACTERS
        ):
            self._take_waiting()

    def write_table(self, rows: AcceptedRows) -> None:
        self._take_waiting()
        self._take(rows.texts, [pl.col(name) for name in rows.texts.columns])

    def flush(self) -> None:
        self._take_waiting()

    def commit(self, *, rows: int) -> CommittedResult:
        self._take_waiting()
        parquet = self._write_group(self._groups.rest())
        parquet.close()
        self._sink.write(self._written.take())
        # Arrow keeps what was freed, some 40 MB, as if more files came at once. The system's
        # allocator would keep more, since there each of a job's threads has an arena of its own.
        pa.default_memory_pool().release_unused()
        return self._sink.commit(rows=rows)

    def _take_waiting(self) -> None:
        if self._waiting:
            schema = dict.fromkeys(self._names, pl.String)
            waiting = pl.DataFrame(self._waiting, schema=schema, orient="row")
            self._take(waiting, [pl.col(name) for name in self._names])
            self._waiting, self._waiting_characters = [], 0

    def _take(self, table: pl.DataFrame, texts: Sequence[pl.Expr]) -> None:
        rows = typed_table(table, texts, types=self._types, schema=self._schema)
        for group in self._groups.add(rows):
            self._write_group(group)

    def _write_group(self, group: pa.Table) -> pq.ParquetWriter:
        if self._parquet is None:
            self._parquet = self._begun(group)
        if group.num_rows:
            self._parquet.write_table(group, row_group_size=group.num_rows)
        self._sink.write(self._written.take())
        return self._parquet

    def _begun(self, first: pa.Table) -> pq.ParquetWriter:
        # The first group depends on the rows alone, and so does what it tells.
        repeating = few_values(first)
        return pq.ParquetWriter(
            self._written,
            self._schema,
            compression="zstd",
            compression_level=1,
            # Of values that hardly repeat it makes the file larger and the writing slower.
            use_dictionary=repeating,
            column_encoding=_whole_numbers(self._schema, without=repeating),
            write_statistics=_with_extremes(self._schema, repeating=repeating),
            store_schema=False,
        )


def _whole_numbers(schema: pa.Schema, *, without: Sequence[str]) -> dict[str, str]:
    """Those that are written by their distances: smaller, and in half the time."""
    return {
        field.name: "DELTA_BINARY_PACKED"
        for field in schema
        if (pa.types.is_integer(field.type) or pa.types.is_date(field.type))
        and field.name not in without
    }


def _with_extremes(schema: pa.Schema, *, repeating: Sequence[str]) -> list[str]:
    """The columns of whose groups the smallest and the largest value are told.

    To find those of texts takes a third of the time that it takes to write them. Where they
    repeat, most groups have all of them, and a reader could leave none out.
    """
    return [
        field.name
        for field in schema
        if not pa.types.is_string(field.type) or field.name not in repeating
    ]


class _Pieces(io.RawIOBase):
    """A file that is taken away as it grows."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, piece: object) -> int:
        octets = bytes(piece)  # type: ignore[call-overload]  # any buffer, which 3.11 cannot name
        self._pieces.append(octets)
        self._size += len(octets)
        return len(octets)

    def take(self) -> bytes:
        """What was written since this was called last."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken

"""`clean.parquet`: typed columns that other tools read as they were."""

import io
import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from adapters.tabular.engine import TabularContentEngine
from adapters.tabular.limits import Limits
from application.errors import ConfigurationError
from application.ports.content_engine import CommittedResult, EngineJob, ResultSink, ResultSinks
from domain.file_type import FileType
from domain.processing_options import OnError, ProcessingOptions
from domain.schema import Schema
from domain.values.base import Misfit
from domain.values.temporal import instant_microseconds, time_microseconds
from tests.adapters.tabular.mill import BytesSource, mill, schema_of
from tests.adapters.tabular.outputs.typed import (
    NEVER_MISSING,
    ROWS,
    TYPED,
    WITHOUT_EMPTY,
    csv_of,
    spelt,
    values_of,
)

PARQUET = ProcessingOptions(outputs=("parquet",), delimiter=",")
FAST = Limits(fast_from_bytes=0)
_DAY = 24 * 60 * 60 * 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def table_of(content: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(content))


def test_columns_have_their_types() -> None:
    content = (
        b"string,integer,number,boolean,date,time,datetime,year,any\n"
        b"1,+007,1.50,1,2024-01-31,00:30:00.50+05:30,2024-01-31T12:00:00-03:00,0999,5\n"
        b",,,,,,,,\n"
    )

    milled = mill(content, schema=TYPED, options=PARQUET)

    table = table_of(milled.results["clean.parquet"])
    assert {field.name: str(field.type) for field in table.schema} == {
        "string": "string",
        "integer": "int64",
        "number": "double",
        "boolean": "bool",
        "date": "date32[day]",
        "time": "time64[us]",
        "datetime": "timestamp[us, tz=UTC]",
        "year": "int32",
        "any": "string",
    }
    first, second = table.to_pylist()
    assert list(first.values()) == [
        "1", 7, 1.5, True, date(2024, 1, 31), time(19, 0, 0, 500_000),
        datetime(2024, 1, 31, 15, tzinfo=UTC), 999, "5",
    ]  # fmt: skip
    assert list(second.values()) == [None] * 9
    assert milled.result_rows["clean.parquet"] == 2
    assert "clean.csv" not in milled.results


@given(rows=ROWS)
@pytest.mark.parametrize("schema", [TYPED, WITHOUT_EMPTY])
def test_every_value_is_read_back_as_it_was_whichever_way_it_went(
    schema: Schema, rows: list[tuple[str, ...]]
) -> None:
    cells = [spelt(schema, row) for row in rows]
    values = [values_of(schema, row) for row in cells]
    good = [row for row in values if not any(isinstance(value, Misfit) for value in row)]
    content = csv_of(schema, cells)

    milled = mill(content, schema=schema, options=PARQUET)
    fast = mill(content, schema=schema, options=PARQUET, limits=FAST)

    assert fast.results == milled.results
    if good:
        table = table_of(milled.results["clean.parquet"])
        columns = [column.cast(_readable(column.type)).to_pylist() for column in table.columns]
        assert [list(row) for row in zip(*columns, strict=True)] == [
            [
                _in_arrow(value, kind=field.type)
                for value, field in zip(row, schema.fields, strict=True)
            ]
            for row in good
        ]


def _readable(kind: pa.DataType) -> pa.DataType:
    # Python has no moment before the year 1, which some are in UTC.
    return pa.int64() if pa.types.is_timestamp(kind) or pa.types.is_time(kind) else kind


def _in_arrow(value: Any, *, kind: str) -> Any:
    match value:
        case Decimal():
            return float(value)
        case datetime():
            start = instant_microseconds(_EPOCH)
            return instant_microseconds(value) - start
        case time():
            return time_microseconds(value) % _DAY
        case _:
            return value


def test_the_empty_text_is_one_where_it_does_not_stand_for_none() -> None:
    for limits in (Limits(), FAST):
        milled = mill(b'string\n""\na\n', schema=NEVER_MISSING, options=PARQUET, limits=limits)

        assert table_of(milled.results["clean.parquet"])["string"].to_pylist() == ["", "a"]


def test_json_values_of_any_kind_are_their_json_text() -> None:
    content = b'[{"a":{"b":[1,2.50,"\\u00e9"]},"c":""},{"a":true},{"a":"x","c":null}]'

    milled = mill(content, FileType.JSON, options=PARQUET)

    assert table_of(milled.results["clean.parquet"]).to_pydict() == {
        "a": ['{"b":[1,2.50,"é"]}', "true", "x"],
        "c": ["", None, None],
    }


def test_repeated_names_get_a_number() -> None:
    milled = mill(b"a,a,,b\n1,2,3,4\n", options=PARQUET)

    assert table_of(milled.results["clean.parquet"]).to_pylist() == [
        {"a": "1", "a_2": "2", "": "3", "b": "4"}
    ]


def test_a_number_beyond_the_range_of_doubles_is_an_error_and_never_infinite() -> None:
    schema = schema_of({"name": "n", "type": "number"})

    milled = mill(b"n\n1e400\n1e-400\n1.7976931348623157e308\n", schema=schema, options=PARQUET)

    assert table_of(milled.results["clean.parquet"])["n"].to_pylist() == [1.7976931348623157e308]
    assert [code for *_, code in milled.places] == ["type_error", "type_error"]


@pytest.mark.parametrize("limits", [Limits(), FAST])
def test_groups_end_by_size_whatever_the_chunks(limits: Limits) -> None:
    rows = [b'%d,"%s"' % (number, bytes([97 + number]) * 1_000_000) for number in range(20)]
    content = b"\n".join([b"a,b", *rows])

    milled = mill(content, options=PARQUET, limits=limits, chunk_bytes=700_000)

    parquet = pq.ParquetFile(io.BytesIO(milled.results["clean.parquet"]))
    sizes = [parquet.metadata.row_group(at).num_rows for at in range(parquet.num_row_groups)]
    assert sizes == [17, 3]
    assert [len(text) for text in parquet.read()["b"].to_pylist()] == [1_000_000] * 20


def test_pages_end_where_they_do_whatever_the_chunks() -> None:
    rows = [b"%d,%s" % (number, str(number).encode() * 200) for number in range(5000)]
    content = b"\n".join([b"a,b", *rows])

    one, other = (
        mill(
            content, options=PARQUET, limits=Limits(fast_from_bytes=0, fast_chunk_bytes=chunk_bytes)
        )
        for chunk_bytes in (70_000, 1 << 24)
    )

    assert one.results["clean.parquet"] == other.results["clean.parquet"]
    exact = mill(content, options=PARQUET, limits=Limits(fast_from_bytes=sys.maxsize))
    assert one.results["clean.parquet"] == exact.results["clean.parquet"]


def test_values_that_repeat_are_written_once_whatever_the_chunks() -> None:
    rows = [b"%d,%s" % (number, b"red" if number % 3 else b"blue") for number in range(900)]
    content = b"\n".join([b"a,b", *rows])

    one, other = (
        mill(content, options=PARQUET, limits=limits, chunk_bytes=chunk_bytes)
        for limits, chunk_bytes in ((Limits(), 70_000), (FAST, 500))
    )

    assert one.results["clean.parquet"] == other.results["clean.parquet"]
    parquet = pq.ParquetFile(io.BytesIO(one.results["clean.parquet"]))
    group = parquet.metadata.row_group(0)
    assert [group.column(at).has_dictionary_page for at in (0, 1)] == [False, True]
    assert parquet.read()["b"].to_pylist() == ["red" if at % 3 else "blue" for at in range(900)]


def test_tables_of_many_columns_have_no_dictionaries() -> None:
    content = b",".join(b"c%d" % at for at in range(201)) + (b"\n" + b",".join([b"x"] * 201)) * 9

    milled = mill(content, options=PARQUET)

    metadata = pq.ParquetFile(io.BytesIO(milled.results["clean.parquet"])).metadata
    assert not metadata.row_group(0).column(0).has_dictionary_page


def test_duckdb_reads_it(tmp_path: Any) -> None:
    milled = mill(
        b"integer,number\n1,0.1\n2,\n",
        options=PARQUET,
        schema=schema_of(
            {"name": "integer", "type": "integer"}, {"name": "number", "type": "number"}
        ),
    )
    path = tmp_path / "clean.parquet"
    path.write_bytes(milled.results["clean.parquet"])

    with duckdb.connect() as connection:
        rows = connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()

    assert rows == [(1, 0.1), (2, None)]


def test_whole_numbers_are_written_by_their_distances_and_read_by_everybody(tmp_path: Any) -> None:
    numbers = [2**63 - 1, -(2**63), 0, None, -1, *range(10**15, 10**15 + 900, 7)]
    days = [None if it is None else date.fromordinal(it % 3_652_059 + 1) for it in numbers]
    rows = [
        f"{'' if it is None else it},{day or ''}" for it, day in zip(numbers, days, strict=True)
    ]
    schema = schema_of({"name": "whole", "type": "integer"}, {"name": "day", "type": "date"})

    milled = mill("\n".join(["whole,day", *rows]).encode(), options=PARQUET, schema=schema)

    content = milled.results["clean.parquet"]
    path = tmp_path / "clean.parquet"
    path.write_bytes(content)
    group = pq.ParquetFile(path).metadata.row_group(0)
    assert all("DELTA_BINARY_PACKED" in group.column(at).encodings for at in (0, 1))
    expected = list(zip(numbers, days, strict=True))
    assert list(zip(*table_of(content).to_pydict().values(), strict=True)) == expected
    assert pl.read_parquet(content).rows() == expected
    with duckdb.connect() as connection:
        assert connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall() == (
            expected
        )


def test_extremes_are_told_but_of_texts_that_repeat() -> None:
    rows = [b"%d,%d,%s" % (it % 5, it, b"red" if it % 3 else b"blue") for it in range(90)]
    content = b"\n".join([b"a,b,c", *rows])
    schema = schema_of({"name": "a", "type": "integer"}, {"name": "b"}, {"name": "c"})

    milled = mill(content, options=PARQUET, schema=schema)

    group = pq.ParquetFile(io.BytesIO(milled.results["clean.parquet"])).metadata.row_group(0)
    assert [group.column(at).is_stats_set for at in range(3)] == [True, True, False]


def test_without_its_packages_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adapters.tabular.outputs.clean_parquet", None)

    with pytest.raises(ConfigurationError, match=r"gristmill\[engine\]"):
        mill(b"a\n1\n", options=PARQUET)


def test_a_rejected_file_leaves_none_and_touches_its_sink_no_more() -> None:
    options = ProcessingOptions(outputs=("parquet",), on_error=OnError.REJECT_FILE)

    milled = mill(b"a,b\n1,2\n3\n", options=options)

    assert "clean.parquet" not in milled.results


class _FullError(Exception):
    """What a storage without room says."""


class _FullSinks(ResultSinks, ResultSink):
    def open(self, name: str, *, media_type: str) -> ResultSink:
        return self

    def write(self, data: bytes) -> None:
        raise _FullError

    def commit(self, *, rows: int | None) -> CommittedResult:
        raise AssertionError("nothing was written")


def test_what_the_sink_raises_passes_through() -> None:
    job = EngineJob(
        source=BytesSource(b"a,b\n1,2\n"),
        file_type=FileType.CSV,
        schema=None,
        options=PARQUET,
        sinks=_FullSinks(),
        progress=lambda _: None,
        should_stop=lambda: False,
    )

    with pytest.raises(_FullError):
        TabularContentEngine().process(job)

"""The fast path gives what the exact path gives, to the last byte, wherever chunks are cut."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.limits import Limits
from domain.processing_options import OUTPUTS, ProcessingOptions
from domain.schema import Schema
from tests.adapters.tabular.fast.nasty import SCHEMAS, VALUES, nasty_csv
from tests.adapters.tabular.mill import mill, schema_of

NEVER = 1 << 60
FILES = 60
WHOLE = 2 * 1024 * 1024
CHUNKS = st.integers(37, 400) | st.just(WHOLE)
TIGHT: list[dict[str, int]] = [
    {}, {}, {"columns": 3}, {"record_bytes": 40}, {"cell_bytes": 10}, {"key_bytes": 300},
    {"profiled_values": 1, "sampled_rows": 3}, {"profiled_values": 4, "sampled_rows": 10},
]  # fmt: skip
PIECES = [b"a", b"1", b",", b",", b'"', b'""', b"\n", b"\r", b"\r\n", b"\0", b"\xff", "é".encode()]


def assert_same(
    content: bytes,
    *,
    chunk_bytes: int,
    schema: Schema | None = None,
    options: ProcessingOptions | None = None,
    limits: Limits | None = None,
) -> int:
    """How many records were compared, in every output."""
    limits, options = limits or Limits(), replace(options or ProcessingOptions(), outputs=OUTPUTS)
    exact = mill(
        content, schema=schema, options=options, limits=replace(limits, fast_from_bytes=NEVER)
    )
    fast = mill(
        content,
        schema=schema,
        options=options,
        limits=replace(limits, fast_from_bytes=0, fast_chunk_bytes=chunk_bytes),
    )

    assert fast.report.columns == exact.report.columns
    assert fast.report == exact.report
    assert fast.results == exact.results
    assert fast.result_rows == exact.result_rows
    return exact.report.rows.read


@pytest.mark.parametrize("seed", range(20))
def test_nasty_files_come_out_the_same(
    seed: int, record_property: Callable[[str, object], None]
) -> None:
    chance = Random(seed)
    records = 0

    for _ in range(FILES):
        schema = chance.choice(SCHEMAS)
        has_header = chance.random() < 0.9
        records += assert_same(
            nasty_csv(chance, width=4 if schema is None else len(schema.fields)),
            schema=schema,
            options=ProcessingOptions(
                header=has_header, encoding=chance.choice([None, None, "utf-8", "latin-1"])
            ),
            limits=Limits(block_bytes=chance.choice([16, 256 * 1024]), **chance.choice(TIGHT)),
            chunk_bytes=chance.choice([37, 200, 1000, WHOLE]),
        )

    # Over all seeds it is some ten thousand; what it is exactly, the test report tells.
    record_property("records_compared", records)
    assert records > 5 * FILES


@given(
    content=st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join),
    has_header=st.booleans(),
    chunk_bytes=st.integers(1, 50) | st.just(WHOLE),
    block_bytes=st.integers(1, 40),
)
def test_any_mixture_of_marks_comes_out_the_same(
    content: bytes, has_header: bool, chunk_bytes: int, block_bytes: int
) -> None:
    options = ProcessingOptions(delimiter=",", header=has_header)

    assert_same(
        content,
        options=options,
        limits=Limits(block_bytes=block_bytes),
        chunk_bytes=chunk_bytes,
    )


@given(
    schema=st.sampled_from([schema for schema in SCHEMAS if schema and len(schema.fields) == 4]),
    rows=st.lists(
        st.lists(st.sampled_from(VALUES) | st.text(max_size=5), min_size=4, max_size=4),
        min_size=1,
        max_size=30,
    ),
    chunk_bytes=CHUNKS,
    profiled_values=st.sampled_from([1, 2, 10, 1000]),
)
def test_any_values_come_out_the_same(
    schema: Schema, rows: list[list[str]], chunk_bytes: int, profiled_values: int
) -> None:
    names = ",".join(field.name for field in schema.fields)
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    content = "\r\n".join([names, *lines])

    assert_same(
        content.encode("utf-8", "surrogatepass"),
        schema=schema,
        options=ProcessingOptions(delimiter=","),
        limits=Limits(profiled_values=profiled_values, sampled_rows=5),
        chunk_bytes=chunk_bytes,
    )


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("chunk_bytes", [37, 1000, WHOLE])
def test_doubts_in_the_midst_of_plain_records_come_out_the_same(
    line_end: bytes, chunk_bytes: int
) -> None:
    plain = [b'%d,"x ""%d"" y",z' % (number, number) for number in range(300)]
    spoilt = [
        b'1,a"b,c',
        b'2,"never closed,z',
        b"3,\0,z",
        b"4,\xff,z",
        b"5,z",
        b"6,a,b,c",
        b"",
        b" ",
    ]
    for place, record in enumerate(spoilt):
        plain.insert(30 * place + 10, record)

    assert_same(b"a,b,c" + line_end + line_end.join(plain), chunk_bytes=chunk_bytes)


def test_a_quote_that_is_never_closed_comes_out_the_same() -> None:
    content = b'a,b\n1,2\n3,"4\n' + b"5,6\n" * 5000

    assert_same(content, limits=Limits(record_bytes=5000), chunk_bytes=1000)


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("chunk_bytes", [37, 1000, WHOLE])
@pytest.mark.parametrize("block_bytes", [7, 64])
def test_quotes_that_are_never_closed_among_plain_records_come_out_the_same(
    line_end: bytes, chunk_bytes: int, block_bytes: int
) -> None:
    plain = [b"1,2", b'"3",4', b'"",""', b"5", b'6,"7""8"', b'9"",10']
    lines = [b"a,b", *plain, b'1,"2', *plain * 40, b'"', *plain, b'3,"4', b"x" * 400, *plain * 9]

    assert_same(
        line_end.join(lines),
        options=ProcessingOptions(delimiter=","),
        limits=Limits(record_bytes=300, block_bytes=block_bytes),
        chunk_bytes=chunk_bytes,
    )


@pytest.mark.parametrize("chunk_bytes", [37, 1000, WHOLE])
@pytest.mark.parametrize("usual", [b"1,2024-01-31,,", b"1,2024-01-31", b"x,,,", b'+1,2024-1-5,"",'])
def test_empty_columns_without_a_name_come_out_the_same(usual: bytes, chunk_bytes: int) -> None:
    schema = schema_of({"name": "a", "type": "integer"}, {"name": "b", "type": "date"})
    others = [b"2,,", b"3", b"4,,x,", b"5,,,y", b"6,,,,", b"7,,,,z", b"", b'8,"",,""', b"\xff,,,"]
    lines = [b"a,b,,", *[usual] * 20, *others, *[usual] * 20, *others, *others]

    assert_same(b"\n".join(lines), schema=schema, chunk_bytes=chunk_bytes)


def test_long_cells_and_records_come_out_the_same() -> None:
    long = [b"x" * size for size in (90, 99, 100, 101, 250, 251, 252, 300, 5000)]
    content = b"\n".join([b"a,b", *(b'"' + cell + b'\n",1' for cell in long), *long, b"1,2"])

    assert_same(content, limits=Limits(cell_bytes=100, record_bytes=250), chunk_bytes=10_000)

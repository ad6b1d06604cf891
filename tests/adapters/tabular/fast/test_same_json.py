"""JSON comes out of the fast path as it does of the exact path, to the last byte."""

import json
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.limits import Limits
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.schema import Schema
from tests.adapters.tabular.fast.nasty import SCHEMAS, VALUES
from tests.adapters.tabular.fast.nasty_json import RAW_VALUES, nasty_json, nasty_ndjson
from tests.adapters.tabular.mill import mill, schema_of

NEVER = 1 << 60
FILES = 60
WHOLE = 2 * 1024 * 1024
CHUNKS = st.integers(37, 400) | st.just(WHOLE)
TIGHT: list[dict[str, int]] = [
    {}, {}, {"columns": 5}, {"record_bytes": 60}, {"json_depth": 0}, {"json_depth": 2},
    {"key_bytes": 300}, {"raw_characters": 10}, {"rescan_bytes": 100}, {"record_values": 3},
]  # fmt: skip
OUTPUTS = [("csv",), ("csv", "ndjson"), ("csv", "ndjson", "parquet")]
PIECES = [
    b'{"a":1}', b'{"a":"x","b":2}', b"{}", b",", b",", b"{", b"}", b"[", b"]", b'"', b"\\", b'"a"', b":",
    b"1", b"\n", b"\r", b" ", b"\0", b"\xff", "é".encode(),
]  # fmt: skip


def assert_same(
    content: bytes,
    *,
    chunk_bytes: int,
    schema: Schema | None = None,
    file_type: FileType = FileType.JSON,
    options: ProcessingOptions | None = None,
    limits: Limits | None = None,
) -> int:
    """How many records were compared."""
    limits = limits or Limits()
    exact = mill(
        content,
        file_type,
        schema=schema,
        options=options,
        limits=replace(limits, fast_from_bytes=NEVER),
    )
    fast = mill(
        content,
        file_type,
        schema=schema,
        options=options,
        limits=replace(limits, fast_from_bytes=0, fast_chunk_bytes=chunk_bytes),
    )

    assert fast.report == exact.report
    assert fast.results == exact.results
    assert fast.result_rows == exact.result_rows
    return exact.report.rows.read


@pytest.mark.parametrize("file_type", [FileType.JSON, FileType.NDJSON])
@pytest.mark.parametrize("seed", range(10))
def test_nasty_files_come_out_the_same(
    seed: int, file_type: FileType, record_property: Callable[[str, object], None]
) -> None:
    nasty = nasty_json if file_type is FileType.JSON else nasty_ndjson
    chance = Random(seed)
    records = 0

    for _ in range(FILES):
        content = nasty(chance)
        encoding = chance.choice([None, None, None, "utf-8-sig", "utf-16", "utf-32"])
        if encoding is not None:
            content = content.decode("utf-8", "replace").encode(encoding)
        records += assert_same(
            content,
            file_type=file_type,
            schema=chance.choice(SCHEMAS),
            options=ProcessingOptions(outputs=chance.choice(OUTPUTS)),
            limits=Limits(block_bytes=chance.choice([16, 256 * 1024]), **chance.choice(TIGHT)),
            chunk_bytes=chance.choice([37, 200, 1000, WHOLE]),
        )

    # Over all seeds it is some ten thousand; what it is exactly, the test report tells.
    record_property("records_compared", records)
    assert records > 5 * FILES


@given(
    content=st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join),
    chunk_bytes=st.integers(1, 50) | st.just(WHOLE),
    block_bytes=st.integers(1, 40),
    is_array=st.booleans(),
)
def test_any_mixture_of_marks_comes_out_the_same(
    content: bytes, chunk_bytes: int, block_bytes: int, is_array: bool
) -> None:
    assert_same(
        b"[" + content if is_array else content,
        file_type=FileType.JSON if is_array else FileType.NDJSON,
        limits=Limits(block_bytes=block_bytes),
        chunk_bytes=chunk_bytes,
    )


RAWS = st.sampled_from(RAW_VALUES)
TEXTS = (st.sampled_from(VALUES) | st.text(max_size=5)).map(json.dumps)
NUMBERS = st.integers() | st.floats() | st.booleans() | st.none()


@given(
    schema=st.sampled_from(SCHEMAS),
    rows=st.lists(
        st.lists(
            st.tuples(
                st.sampled_from("abcd"),
                RAWS | TEXTS | NUMBERS.map(json.dumps) | st.decimals(places=3).map(str),
            ),
            max_size=5,
        ),
        min_size=1,
        max_size=30,
    ),
    chunk_bytes=CHUNKS,
    outputs=st.sampled_from(OUTPUTS),
)
def test_any_values_come_out_the_same(
    schema: Schema | None,
    rows: list[list[tuple[str, str]]],
    chunk_bytes: int,
    outputs: tuple[str, ...],
) -> None:
    records = ["{" + ",".join(f'"{name}":{value}' for name, value in row) + "}" for row in rows]

    assert_same(
        ("[" + ",\n".join(records) + "]").encode("utf-8", "surrogatepass"),
        schema=schema,
        options=ProcessingOptions(outputs=outputs),
        chunk_bytes=chunk_bytes,
    )


ALIASED = schema_of({"name": "id", "gristmill": {"aliases": ["ID", "Id"]}}, {"name": "b"})
PLAIN = [b'{"id":"1","b":"2"}', b'{"ID":"3","b":"4"}', b'{"Id":"5"}', b'{"b":"6","ID":"7"}']
OTHERS = [
    b'{"c":"8","b":"9"}', b'{"id":"1",":"x"}', b'{"b":"1",":"x"}', b'{"ID":"1" "b":"x"}',
    b'{"id":[{"id":1},{"b":2}],"b":"x"}', b'{"id":[{"b":1},{"ID":2}],"b":"x}',
]  # fmt: skip


@given(
    elements=st.lists(st.sampled_from([*PLAIN * 3, *OTHERS]), min_size=5, max_size=40),
    chunk_bytes=CHUNKS,
    schema=st.sampled_from([None, ALIASED]),
)
def test_elements_that_begin_in_many_ways_come_out_the_same(
    elements: list[bytes], chunk_bytes: int, schema: Schema | None
) -> None:
    assert_same(b"[" + b",".join(elements) + b"]", schema=schema, chunk_bytes=chunk_bytes)


@pytest.mark.parametrize("chunk_bytes", [100, WHOLE])
def test_an_alias_is_a_beginning_like_any_other(chunk_bytes: int) -> None:
    own, alias, broken = b'{"id":"1","b":"2"}', b'{"ID":"3","b":"4"}', b'{"id":"1",":"x"}'
    content = b"[" + b",".join([own] * 800 + [alias] * 800 + [broken] + [alias] * 500) + b"]"

    records = assert_same(content, schema=ALIASED, chunk_bytes=chunk_bytes)

    assert records == 2101


@pytest.mark.parametrize("per_record", [1, 3, 40])
@pytest.mark.parametrize("file_type", [FileType.JSON, FileType.NDJSON])
def test_records_without_most_of_the_columns_come_out_the_same(
    file_type: FileType, per_record: int
) -> None:
    chance = Random(per_record)
    # The later the record, the more names it may have; a name with an escape is read exactly.
    names = [f"c{number}" if number % 9 else f"c\\u0041{number}" for number in range(400)]
    records = [
        "{"
        + ",".join(f'"{name}":{number}' for name in chance.sample(names[:most], per_record))
        + "}"
        for number, most in enumerate(range(40, 600))
    ]
    content = "\n".join(records) if file_type is FileType.NDJSON else f"[{','.join(records)}]"

    compared = assert_same(
        content.encode(),
        file_type=file_type,
        options=ProcessingOptions(outputs=("csv", "ndjson", "parquet")),
        chunk_bytes=chance.choice([1000, 5000, WHOLE]),
    )

    assert compared == len(records)


def test_columns_stand_in_the_order_in_which_their_names_first_appear() -> None:
    lines = [b'{"c%d":1,"a":2}' % (number * 7 % 1000) for number in range(5000)]

    milled = mill(b"\n".join(lines), FileType.NDJSON, limits=Limits(fast_from_bytes=0))

    assert milled.clean[0] == ["c0", "a", *(f"c{number * 7 % 1000}" for number in range(1, 1000))]

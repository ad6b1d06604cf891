"""Schemas inferred from files; each accepts the sample it was made from."""

import csv
import gzip
import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from adapters.tabular.patterns import Re2PatternMatcher
from adapters.tabular.schema_inference import TabularSchemaInference
from application.ports.schema_inference import Inference, InferenceJob
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.schema_descriptor import parse_schema
from tests.adapters.tabular.fast.nasty import VALUES
from tests.adapters.tabular.mill import BytesSource, mill

CSV_OPTIONS = ProcessingOptions(delimiter=",")
KINDS = (
    ["1", "2", "+3", "NA", "10", "007"],
    ["1,5", "1.234,5", "2", "-", "1,234"],
    ["1,234", "1,234,567", "1.5"],
    ["yes", "no", "YES", "n/a"],
    ["31/12/2024", "01/02/2024", "12/31/2024", "null"],
    ["2024-01-31 12:00", "2024-01-31 12:00:00", "2024-01-31T12:00:00Z"],
    ["a@b.c", "x", "https://a.b", ""],
    list(VALUES),
)


def infer(
    content: bytes,
    file_type: FileType = FileType.CSV,
    *,
    options: ProcessingOptions = CSV_OPTIONS,
    sample_rows: int = 10_000,
) -> Inference:
    job = InferenceJob(
        source=BytesSource(content, 1000),
        file_type=file_type,
        options=options,
        sample_rows=sample_rows,
    )
    return TabularSchemaInference().infer(job)


def types(inference: Inference) -> dict[str, object]:
    assert inference.schema is not None
    fields: Any = inference.schema.descriptor["fields"]
    return {field["name"]: field["type"] for field in fields}


def assert_accepts(
    descriptor: Mapping[str, object], content: bytes, file_type: FileType = FileType.CSV
) -> None:
    schema = parse_schema(json.loads(json.dumps(descriptor)), patterns=Re2PatternMatcher())

    milled = mill(content, file_type, schema=schema, options=CSV_OPTIONS)

    assert milled.errors == []
    assert milled.report.file_error is None


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    names = draw(
        st.lists(st.sampled_from(["id", "a", "b_id", "é", " x", "", "a"]), min_size=1, max_size=4)
    )
    kinds = [draw(st.sampled_from(KINDS)) for _ in names]
    row = st.tuples(*(st.sampled_from(kind) | st.text(max_size=3) for kind in kinds))
    few = st.tuples(*(st.sampled_from(kind[:3]) for kind in kinds))
    rows = draw(st.lists(few, max_size=30) | st.lists(row, max_size=12))
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows([names, *rows])
    return text.getvalue().encode("utf-8", "replace")


@given(content=tables())
def test_an_inferred_schema_accepts_the_table_it_was_made_from(content: bytes) -> None:
    inference = infer(content)

    assume(inference.file_error is None)
    assert inference.schema is not None
    # A NUL and the like spoil their rows whatever the schema.
    assume(inference.rejected == 0)
    assert_accepts(inference.schema.descriptor, content)


@given(
    objects=st.lists(
        st.dictionaries(
            st.sampled_from(["id", "a", "b", ""]),
            st.none()
            | st.booleans()
            | st.integers(-3, 3)
            | st.sampled_from([1.5, 1e300, 2.0, 10**30])
            | st.sampled_from([text for kind in KINDS[:7] for text in kind])
            | st.lists(st.integers(), max_size=2),
        ),
        max_size=12,
    )
)
def test_an_inferred_schema_accepts_the_objects_it_was_made_from(
    objects: list[dict[str, Any]],
) -> None:
    content = json.dumps(objects).encode()
    inference = infer(content, FileType.JSON)

    assume(inference.file_error is None)
    assert inference.schema is not None
    assert_accepts(inference.schema.descriptor, content, FileType.JSON)


def test_what_spells_columns_all_alike_is_accepted_too() -> None:
    for kind in KINDS[:-1]:
        for value in kind:
            content = (
                f"a,id\r\n{''.join(f'{chr(34)}{value}{chr(34)},{n}' + chr(10) for n in range(6))}"
            )
            inference = infer(content.encode())

            assert inference.schema is not None
            assert_accepts(inference.schema.descriptor, content.encode())


def test_only_so_many_rows_are_looked_at() -> None:
    content = b"a\n1\n2\nx\n"

    first, whole = infer(content, sample_rows=2), infer(content, sample_rows=3)

    assert (types(first), first.is_whole) == ({"a": "integer"}, False)
    assert (types(whole), whole.is_whole) == ({"a": "string"}, True)


def test_a_file_is_read_no_further_than_its_sample() -> None:
    taken: list[bytes] = []

    class Endless(BytesSource):
        def open(self) -> Any:
            yield b"a,b\n"
            while True:
                taken.append(b"1,2\n" * 1000)
                yield taken[-1]

    job = InferenceJob(
        source=Endless(b""), file_type=FileType.CSV, options=ProcessingOptions(encoding="utf-8")
    )

    inference = TabularSchemaInference().infer(job)

    assert types(inference) == {"a": "integer", "b": "integer"}
    assert sum(map(len, taken)) < 4_000_000


def test_rows_that_cannot_be_read_are_counted_and_say_nothing() -> None:
    inference = infer(b'a,b\n1,2\n3\nx"y,4\n5,6\n')

    assert inference.rejected == 2
    assert types(inference) == {"a": "integer", "b": "integer"}


@pytest.mark.parametrize(
    ("content", "file_type", "code"),
    [
        (b" \n", FileType.CSV, "empty_file"),
        (b"a,a\n1,2\n", FileType.CSV, "no_header"),
        (b"[]", FileType.JSON, "no_header"),
        (b"x", FileType.JSON, "not_this_type"),
    ],
)
def test_a_file_that_can_have_no_schema_says_why(
    content: bytes, file_type: FileType, code: str
) -> None:
    inference = infer(content, file_type)

    assert inference.schema is None
    assert inference.file_error is not None
    assert inference.file_error.code == code


GZIPPED = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(500)), mtime=0)


@pytest.mark.parametrize(
    "stream",
    [
        GZIPPED[:-20],
        GZIPPED[:-5] + bytes([GZIPPED[-5] ^ 1]) + GZIPPED[-4:],
        GZIPPED[: len(GZIPPED) // 2],
        GZIPPED[:12],
        GZIPPED + b"garbage",
    ],
    ids=["cut short", "another checksum", "half", "nothing of it", "garbage behind"],
)
def test_a_sample_to_the_end_of_broken_compression_is_none(stream: bytes) -> None:
    inference = infer(stream)

    assert inference.schema is None
    assert inference.file_error is not None
    assert inference.file_error.code == "gzip_corrupt"
    assert infer(GZIPPED).file_error is None


@pytest.mark.parametrize("file_type", [FileType.JSON, FileType.NDJSON])
def test_broken_compression_of_json_is_told_too(file_type: FileType) -> None:
    stream = gzip.compress(b'{"a": 1}\n' * (1 if file_type is FileType.JSON else 9))

    inference = infer(stream[:-4], file_type)

    assert inference.file_error is not None
    assert inference.file_error.code == "gzip_corrupt"


def test_a_sample_is_good_whatever_comes_long_after_it() -> None:
    rows = b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(200_000))
    stream = gzip.compress(rows)[:-20]

    inference = infer(stream, options=ProcessingOptions(encoding="utf-8"), sample_rows=100)

    assert types(inference) == {"a": "integer", "b": "integer"}
    assert not inference.is_whole


def test_encoding_and_delimiter_are_found_out_as_by_the_engine() -> None:
    inference = infer("Straße;n\nä;1\nü;2\n".encode("cp1252"), options=ProcessingOptions())

    assert types(inference) == {"Straße": "string", "n": "integer"}
    assert inference.encoding is not None
    assert inference.encoding.name == "cp1252"
    assert inference.dialect is not None
    assert inference.dialect.delimiter == ";"


def test_without_a_header_columns_are_numbered() -> None:
    options = ProcessingOptions(delimiter=",", header=False)

    assert types(infer(b"1,x\n2,y\n", options=options)) == {"c1": "integer", "c2": "string"}


def test_ndjson_is_read_line_by_line() -> None:
    inference = infer(b'{"id": 1}\n\n{"id": 2, "b": "2024-01-31"}\n{x}\n', FileType.NDJSON)

    assert inference.schema is not None
    assert (inference.schema.rows, inference.rejected) == (2, 1)
    assert types(inference) == {"id": "integer", "b": "date"}


def test_rejected_rows_that_come_back_say_what_their_own_columns_hold() -> None:
    first = mill(b"id,n\n1,2\n3\n", options=CSV_OPTIONS)
    rejected = first.results["rejected.csv"]

    assert first.report.outcome is Outcome.PARTIAL
    assert set(types(infer(rejected))) == {"id", "n"}

"""What holds for every table."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from adapters.tabular.csv_writer import csv_record
from adapters.tabular.limits import Limits
from adapters.tabular.resubmission import RESERVED
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import DELIMITERS, ProcessingOptions
from domain.schema import Schema
from tests.adapters.tabular.mill import mill, read_csv, schema_of

_TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("\"',;\t|\r\n=+-@ "),
    max_size=8,
)
# Those of rejected records mean something of their own.
_NAMES = _TEXT.filter(lambda name: name not in RESERVED)
_CHUNKS = st.integers(1, 40)
_NASTY_CSV = st.lists(
    st.sampled_from(
        [b"a", b"1", b",", b";", b'"', b'""', b"\n", b"\r", b"\r\n", b"\0", b"\xff", "é".encode()]
    ),
    max_size=40,
).map(b"".join)
_NASTY_JSON = st.lists(
    st.sampled_from(
        [b'{"a":1}', b'{"b":[1,{}]}', b'"a"', b"1", b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\"]
    )
    | st.sampled_from([b" ", b"\n", b"\r\n", b"\xff", b"\0", b"\\ud800"]),
    max_size=30,
).map(b"".join)
_JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(_TEXT, values, max_size=3),
    max_leaves=8,
)


@st.composite
def _tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 5))
    row = st.lists(_TEXT, min_size=width, max_size=width)
    return draw(st.lists(row, min_size=1, max_size=6))


def _limits(block_bytes: int) -> Limits:
    return replace(Limits(), block_bytes=block_bytes)


@given(
    table=_tables(),
    delimiter=st.sampled_from(DELIMITERS),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quotes_all=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    chunk_bytes=_CHUNKS,
    block_bytes=_CHUNKS,
)
def test_what_the_standard_library_writes_is_read_as_it_was(
    table: list[list[str]],
    delimiter: str,
    line_end: str,
    quotes_all: bool,
    encoding: str,
    chunk_bytes: int,
    block_bytes: int,
) -> None:
    # Columns without a name at the end are none.
    table[0] = [f"{name}c" for name in table[0]]
    text = io.StringIO(newline="")
    # Of CR and LF the standard library quotes only those that are in its own line end.
    quoting: Any = csv.QUOTE_ALL if quotes_all or line_end != "\r\n" else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(table)
    # The mark of a first cell would be taken for the file's.
    written = text.getvalue().removeprefix("\ufeff")
    # Nothing but blanks is an empty file, also where a tab stands between its cells.
    assume(written.strip(" \t\r\n\v\f"))
    content = written.encode(encoding)
    table[0][0] = table[0][0].removeprefix("\ufeff")

    milled = mill(
        content,
        options=ProcessingOptions(delimiter=delimiter),
        chunk_bytes=chunk_bytes,
        limits=_limits(block_bytes),
    )

    assert milled.report.outcome is Outcome.CLEAN
    assert milled.clean == table


@given(table=_tables())
def test_what_is_written_the_standard_library_reads_as_it_was(table: list[list[str]]) -> None:
    assert read_csv("".join(map(csv_record, table)).encode()) == table


@given(content=_NASTY_CSV, chunk_bytes=_CHUNKS, block_bytes=_CHUNKS)
def test_any_csv_adds_up_and_does_not_depend_on_how_it_arrives(
    content: bytes, chunk_bytes: int, block_bytes: int
) -> None:
    options = ProcessingOptions(delimiter=",", header=False)

    milled = mill(content, options=options)
    again = mill(content, options=options, chunk_bytes=chunk_bytes, limits=_limits(block_bytes))

    assert again.results == milled.results
    rows = milled.report.rows
    assert rows.read == rows.accepted + rows.rejected + rows.skipped
    assert rows.rejected == len({row for row, *_ in milled.places})
    if "rejected.csv" in milled.results:
        assert len(milled.rejected) - 1 == rows.rejected
    assert [row for row, *_ in milled.places] == sorted(row for row, *_ in milled.places)


# Without NUL and bad bytes, whose rejected records may be of several lines.
@given(content=_NASTY_CSV.map(lambda content: content.replace(b"\0", b"").replace(b"\xff", b"")))
def test_no_line_of_any_csv_is_lost(content: bytes) -> None:
    lines = len(content.splitlines())

    milled = mill(b"h\n" + content, options=ProcessingOptions(delimiter="|"))

    kept = milled.clean[1:] if "clean.csv" in milled.results else []
    quoted_line_ends = sum(len(cell.encode().splitlines()) - 1 for (cell,) in kept if cell)
    quoted_line_ends += sum(cell.endswith(("\n", "\r")) for (cell,) in kept)
    if milled.report.rows.accepted == len(kept):
        assert milled.report.rows.read + quoted_line_ends == lines


@given(
    objects=st.lists(st.dictionaries(_NAMES, _JSON_VALUES, max_size=4), max_size=6),
    indent=st.sampled_from([None, 0, 2]),
    ascii_only=st.booleans(),
    chunk_bytes=_CHUNKS,
    block_bytes=_CHUNKS,
)
def test_any_array_of_objects_is_read_as_it_was(
    objects: list[dict[str, Any]],
    indent: int | None,
    ascii_only: bool,
    chunk_bytes: int,
    block_bytes: int,
) -> None:
    content = json.dumps(objects, indent=indent, ensure_ascii=ascii_only).encode()

    milled = mill(content, FileType.JSON, chunk_bytes=chunk_bytes, limits=_limits(block_bytes))

    names = list(dict.fromkeys(name for members in objects for name in members))
    assert milled.report.outcome is Outcome.CLEAN
    counts = milled.report.rows
    assert (counts.accepted, counts.skipped)[not names] == len(objects) == counts.read
    if names:
        expected = [[_as_cell(members.get(name)) for name in names] for members in objects]
        assert milled.clean == [names, *expected]


def _as_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@given(
    start=st.sampled_from([b"[", b'[{"a":0},', b"{"]),
    content=_NASTY_JSON,
    chunk_bytes=_CHUNKS,
    block_bytes=_CHUNKS,
)
@example(start=b"[", content=b"1 \0 \0", chunk_bytes=100, block_bytes=100)
def test_any_json_adds_up_and_does_not_depend_on_how_it_arrives(
    start: bytes, content: bytes, chunk_bytes: int, block_bytes: int
) -> None:
    milled = mill(start + content, FileType.JSON)
    again = mill(
        start + content, FileType.JSON, chunk_bytes=chunk_bytes, limits=_limits(block_bytes)
    )

    assert again.results == milled.results
    rows = milled.report.rows
    assert rows.read == rows.accepted + rows.rejected + rows.skipped
    assert rows.rejected == len({row for row, *_ in milled.places})
    # A file that is refused as a whole has none, such as one that turns out to be UTF-16.
    if "rejected.json" in milled.results:
        assert len(milled.rejected_objects) == rows.rejected


@given(
    before=st.integers(0, 3),
    after=st.integers(1, 3),
    broken=st.sampled_from(
        [b'{"a":}', b'{"a":1', b'{"a":"x}', b'{"a":[1}', b'{"a":1]', b"{a:1}", b"nul", b'{"a":1}}']
    ),
    between=st.sampled_from([b",", b",\n", b" , \r\n "]),
)
def test_a_broken_element_costs_itself_alone(
    before: int, after: int, broken: bytes, between: bytes
) -> None:
    elements = [b'{"a":"ok"}'] * before + [broken] + [b'{"a":"ok"}'] * after

    milled = mill(b"[" + between.join(elements) + b"]", FileType.JSON)

    assert (milled.report.rows.accepted, milled.report.rows.rejected) == (before + after, 1)
    assert milled.places[0][0] == before + 1


@given(
    position=st.integers(0, 10_000),
    damage=st.sampled_from(["delete", "replace", "insert"]),
    byte=st.sampled_from(list(b'{}[]",:x\\\n')),
    separator=st.sampled_from([b",", b",\n"]),
)
def test_one_damaged_byte_invents_no_rows(
    position: int, damage: str, byte: int, separator: bytes
) -> None:
    elements = [b'{"id":%d,"t":"a{","n":[{"q":1},{"q":2}]}' % n for n in range(6)]
    content = bytearray(b"[" + separator.join(elements) + b"]")
    at = position % len(content)
    content[at : at + (damage != "insert")] = b"" if damage == "delete" else bytes([byte])

    rows = mill(bytes(content), FileType.JSON).report.rows

    assert rows.accepted <= len(elements)


_INTEGERS = schema_of(
    {"name": "a", "type": "integer", "constraints": {"unique": True}},
    {"name": "b", "type": "any"},
    fieldsMatch=["partial"],
)


@given(content=_NASTY_CSV, schema=st.sampled_from([None, _INTEGERS]))
def test_no_csv_record_passes_unrepaired(content: bytes, schema: Schema | None) -> None:
    first = mill(b"a,b\n" + content, schema=schema)

    again = mill(first.results["rejected.csv"], schema=schema)

    assert again.report.rows.accepted == 0
    assert again.report.rows.rejected == first.report.rows.rejected


@example(content=b"1\x001\x001", schema=None)
@given(
    content=_NASTY_JSON
    | st.lists(st.dictionaries(st.sampled_from("ab_"), _JSON_VALUES)).map(
        lambda objects: json.dumps(objects)[1:].encode()
    ),
    schema=st.sampled_from([None, _INTEGERS]),
)
def test_no_json_record_passes_unrepaired(content: bytes, schema: Schema | None) -> None:
    # Declared, since NULs between the characters would be taken for UTF-16, and none of it be JSON.
    utf_8 = ProcessingOptions(encoding="utf-8")
    first = mill(b"[" + content, FileType.JSON, schema=schema, options=utf_8)

    again = mill(first.results["rejected.json"], FileType.JSON, schema=schema)

    assert again.report.rows.accepted == 0
    assert again.report.rows.rejected == first.report.rows.rejected


@given(table=_tables(), spoilt=st.sets(st.integers(0, 5)))
def test_repaired_rejected_rows_are_the_rows_they_would_have_been(
    table: list[list[str]], spoilt: set[int]
) -> None:
    # The last cell is missing; adding it and emptying `_errors` is all the repair there is.
    header = ["", "ok", *(f"c{n}" for n in range(len(table[0])))]
    header[0] = "="
    rows = [["x", "no" if n in spoilt else "yes", *row] for n, row in enumerate(table)]
    bad = [row for row in rows if row[1] == "no"]
    content = "".join(map(csv_record, [header, *(row[:-1] if row in bad else row for row in rows)]))
    comma = ProcessingOptions(delimiter=",")

    rejected = mill(content.encode(), options=comma).results["rejected.csv"]
    records = read_csv(rejected.removeprefix(b"\xef\xbb\xbf"))
    repaired = [
        records[0],
        *(
            [*record[:2], "", *record[3:], row[-1]]
            for record, row in zip(records[1:], bad, strict=True)
        ),
    ]
    again = mill("".join(map(csv_record, repaired)).encode(), options=comma)

    assert again.report.rows.accepted == len(bad)
    if bad:
        assert again.clean == [header, *bad]

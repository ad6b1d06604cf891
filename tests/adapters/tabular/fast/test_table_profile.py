"""A table of texts tells the profiles what its rows would, one by one."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.fast.table_profile import look_at
from adapters.tabular.fast.table_sample import add_to_sample
from adapters.tabular.limits import Limits
from adapters.tabular.profiler import Profiler
from adapters.tabular.table import AcceptedRows
from domain.column_profile import ColumnProfile
from domain.column_tally import ColumnTally
from domain.layout import Column, Layout
from domain.row_sample import RowSample, row_hash
from domain.schema import Field, FieldType
from tests.adapters.tabular.mill import schema_of
from tests.domain.test_column_profile import TEXTS


def profiles(
    column: Field, pieces: Sequence[tuple[bool, list[str]]], *, most_distinct: int
) -> tuple[ColumnProfile, ...]:
    """Of the texts of CSV cells, each piece as a table or row by row."""
    limits = Limits(profiled_values=most_distinct, sampled_rows=7)
    profiler = Profiler(
        Layout(columns=(Column(field=column, source=0),), header=("a",)),
        is_text=True,
        bytes_read=lambda: 0,
        limits=limits,
    )
    for is_table, texts in pieces:
        values = [column.read_text(text) for text in texts]
        if is_table:
            shown = [None if value is None else column.format(value) for value in values]  # type: ignore[arg-type]  # all texts are good
            table = pl.DataFrame({"text0": pl.Series(shown, dtype=pl.String)})
            profiler.add_table(AcceptedRows(table))
        else:
            for value in values:
                profiler.add((value,))  # type: ignore[arg-type]  # all texts are good
    return profiler.profiles()


@st.composite
def columns(draw: st.DrawFn) -> tuple[Field, list[str]]:
    field_type = draw(st.sampled_from(list(TEXTS)))
    missing = draw(st.sampled_from([[""], ["", "NA"], ["NA", ""], ["NA"]]))
    if field_type is FieldType.ANY:
        schema = schema_of({"name": "a"}, missingValues=missing)
    else:
        schema = schema_of({"name": "a", "type": field_type.value}, missingValues=missing)
    texts = st.lists(st.sampled_from([*TEXTS[field_type], missing[-1]]), min_size=1, max_size=25)
    return schema.fields[0], draw(texts)


@given(
    column=columns(),
    sizes=st.lists(st.tuples(st.booleans(), st.integers(1, 9)), min_size=1),
    most_distinct=st.sampled_from([1, 3, 1000]),
)
def test_tables_and_rows_give_the_same_profile(
    column: tuple[Field, list[str]], sizes: list[tuple[bool, int]], most_distinct: int
) -> None:
    field, texts = column
    by_rows = profiles(field, [(False, texts)], most_distinct=most_distinct)
    pieces: list[tuple[bool, list[str]]] = []
    rest = texts
    while rest:
        sizes.append(sizes.pop(0))
        is_table, size = sizes[0]
        pieces.append((is_table, rest[:size]))
        rest = rest[size:]

    assert profiles(field, pieces, most_distinct=most_distinct) == by_rows
    assert profiles(field, [(True, texts)], most_distinct=most_distinct) == by_rows


@pytest.mark.parametrize("first", [0, 1, 2**40])
def test_rows_are_sampled_by_the_same_hash(first: int) -> None:
    sample = RowSample(most_rows=10)
    ordinals = range(first, first + 500)
    table = pl.DataFrame({"a": [str(it) for it in ordinals]})

    add_to_sample(sample, table, ordinals=[ordinals])

    expected = sorted(ordinals, key=row_hash)[:10]
    assert sample.columns() == [tuple(map(str, expected))]


@pytest.mark.parametrize("is_table", [True, False])
def test_a_value_that_would_be_written_as_a_missing_one_is_none(is_table: bool) -> None:
    column = schema_of({"name": "a", "type": "integer"}, missingValues=["-999"]).fields[0]

    (profile,) = profiles(column, [(is_table, ["-0999", "-999", "1"])], most_distinct=9)

    assert (profile.nulls, profile.minimum) == (2, "1")


def test_a_misfit_between_the_extremes_is_not_overlooked() -> None:
    column = schema_of({"name": "a"}).fields[0]
    dates, texts = ["2024-01-01", "2024-01-02"], ["2024-01-01", "2024-01-01x", "2024-01-02"]

    (profile,) = profiles(column, [(False, dates), (True, texts)], most_distinct=1)

    assert profile.inferred_type is FieldType.STRING


@given(
    tables=st.lists(
        st.lists(st.none() | st.sampled_from(["", "a", "b", "ä" * 200, "c", "d"]), min_size=1)
    ),
    most_distinct=st.sampled_from([1, 3, 1000]),
)
def test_values_are_counted_alike_whether_they_were_known_or_not(
    tables: list[list[str | None]], most_distinct: int
) -> None:
    by_tables, by_texts = (
        ColumnTally(FieldType.STRING, most_distinct=most_distinct) for _ in range(2)
    )

    for texts in tables:
        look_at(pl.DataFrame({"a": texts}, schema={"a": pl.String}), [by_tables])
        for text in texts:
            if text is None:
                by_texts.add_nulls(1)
            elif by_texts.is_counting:
                by_texts.count({text: 1})
            else:
                by_texts.note([text])

    assert by_tables.profile(()) == by_texts.profile(())


def test_the_extremes_of_integers_are_found_to_their_last_digit() -> None:
    tally = ColumnTally(FieldType.INTEGER, most_distinct=1)
    near = [9223372036854775806, 9223372036854775807, -9223372036854775807, -9223372036854775808]

    look_at(pl.DataFrame({"a": [*map(str, near), None]}), [tally])

    profile = tally.profile(())
    assert (profile.minimum, profile.maximum) == (str(min(near)), str(max(near)))


def test_what_turns_out_to_be_text_has_the_extremes_of_texts() -> None:
    tally = ColumnTally(FieldType.ANY, most_distinct=1)

    times = [f"12:00:{second:02}Z" for second in range(60)]

    for texts in ([*times, "12:00:00.5Z"], ["x"]):
        look_at(pl.DataFrame({"a": texts}), [tally])

    profile = tally.profile(())
    assert (profile.minimum, profile.maximum) == ("12:00:00.5Z", "x")
    assert profile.inferred_type is FieldType.STRING

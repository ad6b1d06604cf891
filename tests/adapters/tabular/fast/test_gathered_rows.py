"""Accepted rows reach the outputs in tables, however bad records are spread among them."""

from dataclasses import replace
from decimal import Decimal
from itertools import repeat

from adapters.tabular.fast.gathered_rows import GatheredRows
from adapters.tabular.fast.json_kinds import MISSING, NUMBER, OTHER, STRING
from adapters.tabular.limits import Limits
from adapters.tabular.table import AcceptedRows, TableRow
from domain.layout import layout_without_header
from domain.processing_options import OUTPUTS, ProcessingOptions
from domain.row_error import row_error
from domain.row_validator import CheckedRow
from domain.transform import Change, Rule
from domain.values.base import Value
from tests.adapters.tabular.fast.test_mixed_rows import rows_of
from tests.adapters.tabular.mill import mill, schema_of

SCHEMA = schema_of(
    {"name": "id", "type": "integer"},
    {"name": "note", "type": "any", "gristmill": {"trim": True}},
)
LAYOUT = layout_without_header(SCHEMA, 2)
CHANGE = Change("note", Rule.TRIM)
BAD = CheckedRow(errors=(row_error("stray_quote", row=1, line=1),))


def row(checked: CheckedRow | None) -> TableRow:
    return TableRow(row=1, line=1, checked=checked)


def good(*values: Value, changes: tuple[Change, ...] = ()) -> TableRow:
    return row(CheckedRow(values=values, changes=changes))


def tables_of(gathered: GatheredRows) -> list[AcceptedRows]:
    return [it for it in gathered if isinstance(it, AcceptedRows)]


def test_rows_that_are_read_one_by_one_come_together() -> None:
    part = b'1,"never closed\n' + b"1,a\n" * 5

    rows = rows_of(b"id,name\n" + part * 100)
    gathered = [*GatheredRows(rows, layout_without_header(None, 2), has_kinds=False)]

    assert [it.count for it in gathered if isinstance(it, AcceptedRows)] == [500]
    assert sum(isinstance(it, TableRow) for it in gathered) == 100


def test_rows_and_tables_keep_their_order_and_their_changes() -> None:
    first = [good(1, "a", changes=(CHANGE,)), row(BAD), good(2, None), row(None)]
    [table] = tables_of(GatheredRows(first, LAYOUT, has_kinds=False))

    gathered = GatheredRows(
        [good(0, "z"), table, table, good(3, "", changes=(CHANGE,))], LAYOUT, has_kinds=False
    )

    [joined] = tables_of(gathered)
    assert joined.texts.rows() == [
        ("0", "z"), ("1", "a"), ("2", None), ("1", "a"), ("2", None), ("3", ""),
    ]  # fmt: skip
    assert joined.changes == {CHANGE: 3}
    assert joined.kinds == {}


def test_what_is_rejected_or_blank_goes_past_what_is_held() -> None:
    rows = [good(1, "a"), row(BAD), good(2, "b"), row(None)]

    first, second, accepted = GatheredRows(rows, LAYOUT, has_kinds=False)

    assert (first, second) == (rows[1], rows[3])
    assert isinstance(accepted, AcceptedRows)
    assert accepted.count == 2


def test_the_kinds_of_json_values_go_with_their_texts() -> None:
    rows = [good(1, "12"), good(2, Decimal("12")), good(3, None), good(4, ["a"])]

    [table] = tables_of(GatheredRows(rows, LAYOUT, has_kinds=True))
    [joined] = tables_of(GatheredRows([table, *rows], LAYOUT, has_kinds=True))

    assert joined.texts.get_column("text1").to_list() == ["12", "12", None, '["a"]'] * 2
    assert joined.kinds["text1"].to_list() == [STRING, NUMBER, MISSING, OTHER] * 2


def test_no_more_is_held_than_is_worth_a_table() -> None:
    small, large = repeat(good(1, "a"), 100_000), repeat(good(1, "a" * 100_000), 50)

    by_cells = [it.count for it in tables_of(GatheredRows(small, LAYOUT, has_kinds=False))]
    by_bytes = [it.count for it in tables_of(GatheredRows(large, LAYOUT, has_kinds=False))]

    assert (sum(by_cells), max(by_cells)) == (100_000, 8192)
    assert (sum(by_bytes), max(by_bytes)) == (50, 11)


def test_spread_bad_records_change_no_byte_of_any_result() -> None:
    content = b"id,note\n" + b'7, a \n+8,"b"\nx,"q,1\n9,\n' * 3000
    options = ProcessingOptions(outputs=OUTPUTS)

    exact = mill(content, schema=SCHEMA, options=options, limits=Limits(fast_from_bytes=1 << 60))
    fast = mill(
        content, schema=SCHEMA, options=options, limits=replace(Limits(), fast_from_bytes=0)
    )

    assert exact.report.rows.rejected == 3000
    assert fast.results == exact.results

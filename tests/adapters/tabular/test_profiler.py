"""Tables wait to be looked at together, but never many of them."""

import weakref

import polars as pl

from adapters.tabular.limits import Limits
from adapters.tabular.profiler import Profiler
from adapters.tabular.table import AcceptedRows
from domain.layout import match_header

COLUMNS = [f"c{number}" for number in range(500)]


def test_tables_of_nothing_but_missing_values_do_not_pile_up() -> None:
    profiler = Profiler(
        match_header(None, COLUMNS).layout, is_text=True, bytes_read=lambda: 0, limits=Limits()
    )
    handed_over = list[weakref.ref[pl.DataFrame]]()

    for _ in range(30):
        texts = pl.DataFrame(
            {name: [None] * 100 for name in COLUMNS}, schema=dict.fromkeys(COLUMNS, pl.String)
        )
        handed_over.append(weakref.ref(texts))
        profiler.add_table(AcceptedRows(texts))
        del texts

    assert len([table for table in handed_over if table() is not None]) < 10

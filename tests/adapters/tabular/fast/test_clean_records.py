"""Tables of accepted rows become the records that the exact path writes."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.csv_writer import csv_record
from adapters.tabular.fast.clean_records import clean_records

TEXTS = st.none() | st.sampled_from(["", "NA", "a", " ", '"', ",", "\n", "\r", "é"])


@given(
    missing=st.lists(st.sampled_from(["", "NA", "-,-"]), min_size=1, max_size=3), chosen=st.data()
)
def test_a_table_is_written_as_its_rows_are(missing: list[str], chosen: st.DataObject) -> None:
    rows = chosen.draw(st.lists(st.tuples(*[TEXTS] * len(missing)), min_size=1, max_size=5))
    names = [f"text{at}" for at in range(len(missing))]
    table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")

    cells = [
        [none if text is None else text for text, none in zip(row, missing, strict=True)]
        for row in rows
    ]
    expected = "".join(map(csv_record, cells))
    assert clean_records(table, missing=missing) == expected.encode()

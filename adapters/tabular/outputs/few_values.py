"""Columns whose values repeat so often that a dictionary of them pays."""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_LOOKED_AT: Final = 8192
_REPETITIONS: Final = 4
# Each dictionary has an entry of its own at a file's end, and a table in memory until then.
_MOST_COLUMNS: Final = 200


def few_values(rows: pa.Table) -> list[str]:
    """The names of those columns, as far as the first rows tell: four of a value, on average.

    Parquet has no dictionaries of booleans. One that grows too large in a later group of rows
    is given up there by the writer.
    """
    if rows.num_columns > _MOST_COLUMNS:
        return []
    looked_at = rows.slice(0, _LOOKED_AT)
    return [
        field.name
        for field, column in zip(rows.schema, looked_at.columns, strict=True)
        if not pa.types.is_boolean(field.type)
        and pc.count_distinct(column).as_py() * _REPETITIONS <= looked_at.num_rows
    ]

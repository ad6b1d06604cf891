"""A table of JSON values, judged column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from adapters.tabular.fast.cells import text_name
from adapters.tabular.fast.json_cells import JsonCells
from adapters.tabular.fast.json_column_judge import JsonColumnJudge
from adapters.tabular.fast.marks import Flags
from domain.layout import Layout
from domain.transform import Change

# Values over all columns, of at most a hundred characters: about 10 MiB.
_MOST_REMEMBERED: Final = 50_000
_AS_WRITTEN: Final = pl.QueryOptFlags.none()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedMembers:
    """Which records are certainly good, but for their keys, and the texts of their clean rows.

    The texts are there for every record, and mean something for the accepted ones; null is a
    missing value. So do `kinds`, of the columns for which AcceptedRows has them, and `changes`,
    which of the records each rule of the schema changed.
    """

    is_accepted: Flags
    doubts: Mapping[int, Sequence[int]]
    """Of sound records that are not, which columns are in doubt; by the records' indexes."""
    texts: pl.DataFrame
    kinds: Mapping[int, pl.Series]
    changes: Mapping[Change, Flags]


class JsonCellJudge:
    """Judges the members of one file's records, chunk by chunk; knows nothing of keys."""

    def __init__(self, layout: Layout) -> None:
        share = _MOST_REMEMBERED // len(layout.columns)
        self._columns = [JsonColumnJudge(it, most_remembered=share) for it in layout.columns]

    def judge(self, cells: JsonCells) -> JudgedMembers:
        """The verdict on whole records."""
        is_expected = np.array(
            [column.expected[cells.kinds[column.source]] for column in self._columns]
        )
        rules = [column.rule(cells) for column in self._columns]
        names = [f"accepts{at}" for at in range(len(rules))]
        accepts = [rule.accepts.alias(name) for name, rule in zip(names, rules, strict=True)]
        texts = [rule.text.alias(text_name(at)) for at, rule in enumerate(rules)]
        changes = {
            Change(column.name, name): changed.alias(f"{name}{at}")
            for at, (column, rule) in enumerate(zip(self._columns, rules, strict=True))
            for name, changed in rule.changes.items()
        }
        query = cells.table.lazy().select([*accepts, *texts, *changes.values()])
        query = query.with_columns(pl.all_horizontal(names).alias("all"))
        judged = query.collect(engine="in-memory", optimizations=_AS_WRITTEN)
        is_good = judged.get_column("all").to_numpy() & is_expected.all(axis=0)
        doubtful = np.flatnonzero(cells.is_sound & ~is_good)
        is_accepted = judged.select(names)[doubtful].to_numpy() & is_expected[:, doubtful].T
        return JudgedMembers(
            is_accepted=cells.is_sound & is_good,
            doubts={
                record: np.flatnonzero(~of_record).tolist()
                for record, of_record in zip(doubtful.tolist(), is_accepted, strict=True)
            },
            texts=judged.select(text_name(at) for at in range(len(rules))),
            kinds={
                at: kinds
                for at, column in enumerate(self._columns)
                if (kinds := column.kinds(cells)) is not None
            },
            changes={
                change: judged.get_column(flags.meta.output_name()).to_numpy()
                for change, flags in changes.items()
            },
        )

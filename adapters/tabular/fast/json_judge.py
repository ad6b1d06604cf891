"""A table of JSON values, judged column by column."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from adapters.tabular.fast import grammars
from adapters.tabular.fast.by_grammar import grammar_rule
from adapters.tabular.fast.cells import cell_name
from adapters.tabular.fast.column_rule import ColumnRule, ColumnRules, FixedRule, rule_of
from adapters.tabular.fast.json_by_value import JsonValueRules
from adapters.tabular.fast.json_cells import JsonCells
from adapters.tabular.fast.json_column import column_of_json
from adapters.tabular.fast.json_values import BOOLEAN, KINDS, MISSING, NUMBER, STRING
from adapters.tabular.fast.marks import Flags
from adapters.tabular.json_elements import json_value
from domain.layout import Column, Layout
from domain.schema import FieldType

# Values over all columns, of at most a hundred characters: about 10 MiB.
_MOST_REMEMBERED: Final = 50_000
_AS_WRITTEN: Final = pl.QueryOptFlags.none()
# The same text for `any`, whether it is a whole number or a decimal one.
_NUMBER: Final = grammars.whole(f"{grammars.INTEGER}|{grammars.number('.')}")
_KINDS_OF: Final = {
    FieldType.INTEGER: (NUMBER,),
    FieldType.NUMBER: (NUMBER,),
    FieldType.BOOLEAN: (BOOLEAN,),
    FieldType.YEAR: (STRING, NUMBER),
    FieldType.ANY: (STRING, NUMBER, BOOLEAN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedMembers:
    """Which records are certainly good, but for their keys, and the texts of their clean rows.

    The texts are there for every record, and mean something for the accepted ones; null is the
    empty text.
    """

    is_accepted: Flags
    texts: pl.DataFrame


class JsonCellJudge:
    """Judges the members of one file's records, chunk by chunk; knows nothing of keys."""

    def __init__(self, layout: Layout) -> None:
        share = _MOST_REMEMBERED // len(layout.columns)
        self._columns = [_ColumnJudge(column, share) for column in layout.columns]

    def judge(self, cells: JsonCells) -> JudgedMembers:
        """The verdict on whole records."""
        is_accepted = cells.is_sound.copy()
        for column in self._columns:
            is_accepted &= column.expected[cells.kinds[column.source]]
        rules = [column.rule(cells) for column in self._columns]
        accepts = pl.all_horizontal([rule.accepts for rule in rules]).alias("accepts")
        texts = [rule.text.alias(f"text{at}") for at, rule in enumerate(rules)]
        query = cells.table.lazy().select([accepts, *texts])
        judged = query.collect(engine="in-memory", optimizations=_AS_WRITTEN)
        is_accepted &= judged.get_column("accepts").to_numpy()
        return JudgedMembers(is_accepted=is_accepted, texts=judged.drop("accepts"))


class _ColumnJudge:
    """How one column is judged: first by the kinds of its values, then by their texts."""

    def __init__(self, column: Column, share: int) -> None:
        self.source = column.source
        self._name = cell_name(column.source)
        self._rules = _rules_of(column, share)
        kinds = _KINDS_OF.get(column.field.type, (STRING,))
        if not isinstance(self._rules, FixedRule):
            # One text must not be shown to the domain for two different values.
            kinds = kinds[:1]
        self.expected = np.zeros(KINDS, np.bool_)
        self.expected[[MISSING, *kinds]] = True
        self._takes_numbers = column.field.type is FieldType.ANY
        self._missing = column.field.format(None)

    def rule(self, cells: JsonCells) -> ColumnRule:
        """The rule for the column's values in one chunk."""
        rule = self._rules.rule(cells.table)
        accepts, text = rule.accepts, rule.text
        if self._takes_numbers:
            is_number = cells.kinds[self.source] == NUMBER
            if is_number.any():
                spelt = pl.col(self._name).str.contains(_NUMBER).fill_null(value=True)
                accepts &= ~pl.lit(pl.Series(is_number)) | spelt
        if cells.has_empty_strings:
            text = pl.when(text != "").then(text)
        if self._missing:
            text = pl.when(pl.col(self._name).is_null()).then(pl.lit(self._missing)).otherwise(text)
        return ColumnRule(accepts=accepts, text=text)


def _rules_of(column: Column, share: int) -> ColumnRules:
    column = column_of_json(column)
    is_plain_boolean = column.field.type is FieldType.BOOLEAN and not column.field.checks
    fixed = rule_of(column, pl.lit(value=True)) if is_plain_boolean else grammar_rule(column)
    if fixed is not None:
        return FixedRule(fixed)
    has_strings = _KINDS_OF.get(column.field.type, (STRING,))[0] == STRING
    read = str if has_strings else json_value
    return JsonValueRules(column, read=read, most_remembered=share)

"""How one column of JSON values is judged: first by their kinds, then by their texts."""

from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from adapters.tabular.fast import grammars
from adapters.tabular.fast.by_grammar import grammar_rule
from adapters.tabular.fast.cells import cell_name
from adapters.tabular.fast.column_rule import ColumnRule, ColumnRules, FixedRule, rule_of
from adapters.tabular.fast.json_by_value import JsonValueRules
from adapters.tabular.fast.json_cells import JsonCells
from adapters.tabular.fast.json_column import column_of_json, rewrites_strings
from adapters.tabular.fast.json_kinds import BOOLEAN, KINDS, MISSING, NUMBER, OTHER, STRING, kind_of
from adapters.tabular.fast.marked import is_marked
from adapters.tabular.json_elements import json_value
from domain.layout import Column
from domain.schema import FieldType
from domain.transform import Rule

# The same text for `any`, whether it is a whole number or a decimal one.
_NUMBER: Final = grammars.whole(f"{grammars.INTEGER}|{grammars.number('.')}")
_KINDS_OF: Final = {
    FieldType.INTEGER: (NUMBER,),
    FieldType.NUMBER: (NUMBER,),
    FieldType.BOOLEAN: (BOOLEAN,),
    FieldType.YEAR: (STRING, NUMBER),
    FieldType.ANY: (STRING, NUMBER, BOOLEAN, OTHER),
}


class JsonColumnJudge:
    """Knows the rule of one column for each chunk.

    `expected` tells of each kind whether a value of that kind may be good.
    """

    def __init__(self, column: Column, *, most_remembered: int) -> None:
        self.name = column.name
        self.source = column.source
        self._cell = pl.col(cell_name(column.source))
        self._rules = _rules_of(column, most_remembered)
        kinds = _KINDS_OF.get(column.field.type, (STRING,))
        if not isinstance(self._rules, FixedRule):
            # One text must not stand for two different values.
            kinds = kinds[:1]
        self.expected = np.zeros(KINDS, np.bool_)
        self.expected[[MISSING, *kinds]] = True
        self._is_any = column.field.type is FieldType.ANY
        self._takes_any_number = NUMBER in kinds and self._is_any
        self._default = column.field.transform.default
        self._default_text = column.field.format(self._default)

    def rule(self, cells: JsonCells) -> ColumnRule:
        """The rule for the column's values in one chunk."""
        rule = self._rules.rule(cells.table)
        accepts, text, changes = rule.accepts, rule.text, dict(rule.changes)
        if self._takes_any_number:
            is_number = cells.kinds[self.source] == NUMBER
            if is_number.any():
                spelt = self._cell.str.contains(_NUMBER).fill_null(value=True)
                accepts &= ~pl.lit(pl.Series(is_number)) | spelt
        if self._default is not None:
            is_null = self._cell.is_null()
            text = pl.when(is_null).then(pl.lit(self._default_text)).otherwise(text)
            changes[Rule.DEFAULT] = is_null
        return ColumnRule(accepts=accepts, text=text, changes=changes)

    def kinds(self, cells: JsonCells) -> pl.Series | None:
        """Of what kind each value is; None where the type says it."""
        if not self._is_any:
            return None
        kinds = cells.kinds[self.source]
        if self._default is not None:
            kinds = np.where(kinds == MISSING, np.uint8(kind_of(self._default)), kinds)
        return pl.Series(kinds)


def _rules_of(column: Column, most_remembered: int) -> ColumnRules:
    plain = column_of_json(column)
    has_strings = STRING in _KINDS_OF.get(column.field.type, (STRING,))
    if not (has_strings and rewrites_strings(column)):
        is_plain_boolean = plain.field.type is FieldType.BOOLEAN and not plain.field.checks
        fixed = rule_of(plain, pl.lit(value=True)) if is_plain_boolean else grammar_rule(plain)
        if fixed is not None:
            return FixedRule(_unmarked(fixed, column))
    read = str if has_strings else json_value
    return JsonValueRules(column, read=read, most_remembered=most_remembered)


def _unmarked(rule: ColumnRule, column: Column) -> ColumnRule:
    """The rule without the values that are written like a missing one."""
    marked = is_marked(column.field, pl.col(cell_name(column.source)))
    return rule if marked is None else replace(rule, accepts=rule.accepts & ~marked)

"""How one column of JSON values is judged: first by their kinds, then by their texts."""

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
from adapters.tabular.fast.json_values import BOOLEAN, KINDS, MISSING, NUMBER, STRING
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
    FieldType.ANY: (STRING, NUMBER, BOOLEAN),
}


class JsonColumnJudge:
    """Knows the rule of one column for each chunk.

    `expected` tells of each kind whether a value of that kind may be good. What `is_typed` and
    looks as null would, or as a value of another type would, is left to the exact path.
    """

    def __init__(self, column: Column, *, most_remembered: int, is_typed: bool) -> None:
        self.name = column.name
        self.source = column.source
        self._cell = pl.col(cell_name(column.source))
        self._rules = _rules_of(column, most_remembered)
        kinds = _KINDS_OF.get(column.field.type, (STRING,))
        is_any = column.field.type is FieldType.ANY
        if not isinstance(self._rules, FixedRule) or (is_any and is_typed):
            # One text must not stand for two different values.
            kinds = kinds[:1]
        self.expected = np.zeros(KINDS, np.bool_)
        self.expected[[MISSING, *kinds]] = True
        self._takes_any_number = NUMBER in kinds and is_any
        self._default = column.field.transform.default
        self._missing = column.field.format(self._default)
        self._is_typed = is_typed
        self._missing_values = column.field.missing_values

    def rule(self, cells: JsonCells) -> ColumnRule:
        """The rule for the column's values in one chunk."""
        rule = self._rules.rule(cells.table)
        accepts, text, changes = rule.accepts, rule.text, dict(rule.changes)
        if self._takes_any_number:
            is_number = cells.kinds[self.source] == NUMBER
            if is_number.any():
                spelt = self._cell.str.contains(_NUMBER).fill_null(value=True)
                accepts &= ~pl.lit(pl.Series(is_number)) | spelt
        if self._is_typed:
            accepts &= self._tells(text)
        if self._default is not None:
            text = pl.when(self._cell.is_null()).then(pl.lit(self._missing)).otherwise(text)
        elif self._missing:
            # Written as a text, a missing value would not be told from that text.
            accepts &= self._cell.is_not_null()
        if self._default is not None:
            changes[Rule.DEFAULT] = self._cell.is_null()
        return ColumnRule(accepts=accepts, text=text, changes=changes)

    def _tells(self, text: pl.Expr) -> pl.Expr:
        """True where the text of the clean rows is read back as the value that it is of."""
        if "" in self._missing_values:
            # Null is null, and the empty text is one.
            return pl.lit(value=True)
        is_null = self._cell.is_null()
        if not self._missing_values:
            # Nothing is read back as null.
            return pl.lit(value=True) if self._default is not None else ~is_null
        is_value = (text != self._missing_values[0]).fill_null(value=True)
        if self._default is not None and self._missing == self._missing_values[0]:
            return ~is_null & is_value
        return is_null | is_value


def _rules_of(column: Column, most_remembered: int) -> ColumnRules:
    plain = column_of_json(column)
    has_strings = STRING in _KINDS_OF.get(column.field.type, (STRING,))
    if not (has_strings and rewrites_strings(column)):
        is_plain_boolean = plain.field.type is FieldType.BOOLEAN and not plain.field.checks
        fixed = rule_of(plain, pl.lit(value=True)) if is_plain_boolean else grammar_rule(plain)
        if fixed is not None:
            return FixedRule(fixed)
    read = str if has_strings else json_value
    return JsonValueRules(column, read=read, most_remembered=most_remembered)

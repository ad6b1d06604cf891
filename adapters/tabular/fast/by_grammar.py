"""Columns whose usual spellings can be told by a regular expression and a comparison."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TypeAlias, cast

import polars as pl

from adapters.tabular.fast import grammars, patterns
from adapters.tabular.fast.among import is_among
from adapters.tabular.fast.column_rule import ColumnRule, rule_of
from adapters.tabular.fast.transformed import cased_cell
from domain.constraints import Constraints
from domain.layout import Column
from domain.schema import FieldType
from domain.values.base import Value
from domain.values.numbers import NumberType
from domain.values.temporal import (
    DEFAULT_DATE,
    DEFAULT_DATETIME,
    DEFAULT_TIME,
    DatetimeType,
    DateType,
    TimeType,
)
from domain.values.text import StringType

_Bound: TypeAlias = int | float | str


class _NotByGrammarError(Exception):
    """The column must be judged by its values."""


def grammar_rule(column: Column) -> ColumnRule | None:
    """The rule of the column; None where the domain must see the values themselves."""
    read = _READERS.get(column.field.type)
    if read is None:
        return None
    try:
        return read(column)
    except _NotByGrammarError:
        return None


def _any(column: Column) -> ColumnRule | None:
    _refuse(column.field.constraints.enum)
    return rule_of(column, pl.lit(value=True))


def _string(column: Column) -> ColumnRule | None:
    constraints, cell = column.field.constraints, cased_cell(column)
    accepts = list[pl.Expr]()
    string_format = cast(StringType, column.field.value_type).string_format
    if string_format != "default":
        accepts.append(_spelt(cell, grammars.STRING_FORMATS[string_format]))
    if constraints.min_length is not None or constraints.max_length is not None:
        accepts.append(_of_length(cell, constraints.min_length, constraints.max_length))
    if constraints.pattern is not None:
        accepts.append(_spelt(cell, _translated(constraints.pattern.text)))
    if constraints.enum:
        accepts.append(is_among(cell, [str(value) for value in constraints.enum]))
    return rule_of(column, _all_of(accepts))


def _of_length(cell: pl.Expr, least: int | None, most: int | None) -> pl.Expr:
    characters = cell.str.len_chars()
    if least is None or most is None:
        return characters <= most if least is None else characters >= least
    # As two comparisons, each would count anew.
    return characters.is_between(pl.lit(least), pl.lit(most))


def _integer(column: Column) -> ColumnRule | None:
    return _whole_number(column, grammars.INTEGER)


def _year(column: Column) -> ColumnRule | None:
    return _whole_number(column, grammars.YEAR)


def _whole_number(column: Column, grammar: str) -> ColumnRule | None:
    _refuse(column.field.constraints.enum)
    cell = cased_cell(column)
    bounds = _within(column.field.constraints, cell.cast(pl.Int64, strict=False), bound_of=_exact)
    return rule_of(column, _all_of([_spelt(cell, grammar), *bounds]))


def _number(column: Column) -> ColumnRule | None:
    _refuse(column.field.constraints.enum)
    point = cast(NumberType, column.field.value_type).decimal_char
    _refuse(point not in (".", ","))
    cell = cased_cell(column)
    text = cell if point == "." else cell.str.replace(point, ".", literal=True)
    constraints, sign = column.field.constraints, "-?"
    if constraints.minimum == 0:
        # The most usual bound: a look for a sign is half the work of reading the number.
        constraints, sign = replace(constraints, minimum=None), ""
    bounds = _within_floats(constraints, text)
    spelt = _spelt(cell, grammars.number(point, sign=sign))
    return rule_of(column, _all_of([spelt, *bounds]), text=text)


def _date(column: Column) -> ColumnRule | None:
    _refuse(cast(DateType, column.field.value_type).form is not DEFAULT_DATE)
    _refuse(column.field.constraints.enum)
    cell = cased_cell(column)
    # Written so, dates sort as texts.
    bounds = _within(column.field.constraints, cell, bound_of=column.field.format)
    return rule_of(column, _all_of([_spelt(cell, grammars.DATE), *bounds]))


def _time(column: Column) -> ColumnRule | None:
    _refuse(cast(TimeType, column.field.value_type).form is not DEFAULT_TIME)
    return _moment(column, grammars.TIME)


def _datetime(column: Column) -> ColumnRule | None:
    _refuse(cast(DatetimeType, column.field.value_type).form is not DEFAULT_DATETIME)
    return _moment(column, grammars.DATETIME)


def _moment(column: Column, grammar: str) -> ColumnRule | None:
    # Two that are written differently may be one moment, so that texts cannot be compared.
    _refuse(column.field.checks)
    return rule_of(column, _spelt(cased_cell(column), grammar))


def _all_of(accepts: list[pl.Expr]) -> pl.Expr:
    if len(accepts) > 1:
        return pl.all_horizontal(accepts)
    return accepts[0] if accepts else pl.lit(value=True)


def _within(
    constraints: Constraints, values: pl.Expr, *, bound_of: Callable[[Value], _Bound]
) -> Iterator[pl.Expr]:
    least, most = constraints.minimum, constraints.maximum
    if least is not None and most is not None:
        # As two comparisons, each would read the values anew.
        yield values.is_between(pl.lit(bound_of(least)), pl.lit(bound_of(most)))
    elif least is not None:
        yield values >= bound_of(least)
    elif most is not None:
        yield values <= bound_of(most)
    if constraints.exclusive_minimum is not None:
        yield values > bound_of(constraints.exclusive_minimum)
    if constraints.exclusive_maximum is not None:
        yield values < bound_of(constraints.exclusive_maximum)


def _within_floats(constraints: Constraints, text: pl.Expr) -> Iterator[pl.Expr]:
    """The same for decimals, whose nearest floats are compared."""
    values = text.cast(pl.Float64, strict=False)
    yield from _within(replace(constraints, minimum=None, maximum=None), values, bound_of=_as_float)
    # What may be equal to a bound must be known to its last digit, but for zero: of what the
    # grammar accepts nothing else comes near.
    is_exact = text.str.len_bytes() <= grammars.MOST_NUMBER_DIGITS
    if constraints.minimum is not None:
        bound = _as_float(constraints.minimum)
        yield (values > bound) | (is_exact & (values == bound))
    if constraints.maximum is not None:
        bound = _as_float(constraints.maximum)
        yield (values < bound) | (is_exact & (values == bound)) if bound else values <= bound


def _exact(bound: Value) -> int:
    return cast(int, bound)


def _as_float(bound: Value) -> float:
    number = cast(Decimal, bound)
    _refuse(len(number.as_tuple().digits) > grammars.MOST_NUMBER_DIGITS)
    return float(number)


def _translated(pattern: str) -> str:
    translated = patterns.translated(pattern)
    if translated is None:
        raise _NotByGrammarError
    try:
        pl.select(_spelt(pl.lit(""), translated))
    except pl.exceptions.PolarsError as error:
        # Each engine has its own idea of how large a compiled pattern may be.
        raise _NotByGrammarError from error
    return translated


def _spelt(cell: pl.Expr, grammar: str) -> pl.Expr:
    return cell.str.contains(grammars.whole(grammar))


def _refuse(reason: object) -> None:
    if reason:
        raise _NotByGrammarError


_READERS: dict[FieldType, Callable[[Column], ColumnRule | None]] = {
    FieldType.ANY: _any,
    FieldType.STRING: _string,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.TIME: _time,
    FieldType.DATETIME: _datetime,
    FieldType.YEAR: _year,
}

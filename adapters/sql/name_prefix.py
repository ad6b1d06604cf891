"""Names that begin alike, found by an index whatever language the database sorts by.

PostgreSQL compares by code points with the operators of `text_pattern_ops`, and its index is
made for them; SQLite does nothing else. It is not LIKE: on SQLite that ignores case, and a
prefix may hold its wildcards.
"""

import sys
from typing import Any, Self

from sqlalchemy import Boolean, ColumnElement, String, and_, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from adapters.sql.tables import files

_SURROGATES = range(0xD800, 0xE000)


def begins_with(name: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """True of names that begin with these characters."""
    starts = _NotBefore(name, literal(prefix, String()))
    end = _end_of(prefix)
    return starts if end is None else and_(starts, _Before(name, literal(end, String())))


def in_order_of_names() -> ColumnElement[str]:
    """The order of the index of names."""
    return _InOrder(files.c.original_name)


class _Comparison(FunctionElement[bool]):
    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Self:
        """Stays as it is: `… = 1`, where there is no type for truth, would use no index."""
        return self


class _NotBefore(_Comparison):
    inherit_cache = True


class _Before(_Comparison):
    inherit_cache = True


class _InOrder(FunctionElement[str]):
    inherit_cache = True
    type = String()


def _compile_as(element: type[FunctionElement[Any]], operator: str, dialect: str) -> None:
    def compile_element(made: Any, compiler: SQLCompiler, **options: Any) -> str:
        parts = [compiler.process(clause, **options) for clause in made.clauses]
        return f" {operator} ".join(parts) if len(parts) > 1 else f"{parts[0]} {operator}".strip()

    compiles(element, dialect)(compile_element)


for _element, _plain, _by_code_points in (
    (_NotBefore, ">=", "~>=~"),
    (_Before, "<", "~<~"),
    (_InOrder, "", "USING ~<~"),
):
    _compile_as(_element, _plain, "sqlite")
    _compile_as(_element, _by_code_points, "postgresql")


def _end_of(prefix: str) -> str | None:
    """The first text past all that begin so; None where nothing is past them."""
    last = len(prefix) - 1
    while last >= 0 and ord(prefix[last]) == sys.maxunicode:
        last -= 1
    if last < 0:
        return None
    following = ord(prefix[last]) + 1
    # No text that is stored has a half of a surrogate pair, and none could be asked for.
    following = _SURROGATES.stop if following in _SURROGATES else following
    return prefix[:last] + chr(following)

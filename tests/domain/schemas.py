"""Short ways to a schema and a validator, with plain stand-ins for what is handed in."""

import re
from collections.abc import Sequence
from typing import Any

from domain.layout import HeaderMatch, layout_of_members, match_header
from domain.patterns import CompiledPattern, InvalidPatternError
from domain.row_error import RowError
from domain.row_validator import CheckedRow, RowValidator
from domain.schema import Field, Schema
from domain.schema_descriptor import parse_schema
from domain.values.base import Misfit, Value


class BacktrackingPatterns:
    """The standard library's engine: not linear, so for tests alone."""

    def compile(self, pattern: str) -> CompiledPattern:
        if "(?=" in pattern:
            raise InvalidPatternError(pattern, "look-around is not supported")
        try:
            return _Pattern(pattern)
        except re.error as error:
            raise InvalidPatternError(pattern, str(error)) from error


class _Pattern:
    def __init__(self, pattern: str) -> None:
        self._compiled = re.compile(pattern, re.ASCII)

    def fullmatch(self, text: str) -> bool:
        return self._compiled.fullmatch(text) is not None


class MemoryKeyIndex:
    """All keys in one dictionary."""

    def __init__(self) -> None:
        self._rows: dict[bytes, int] = {}

    def claim(self, key: bytes, row: int) -> int | None:
        first = self._rows.setdefault(key, row)
        return None if first == row else first

    def claim_all(self, keys: Sequence[bytes], rows: Sequence[int]) -> Sequence[int]:
        return list(map(self._rows.setdefault, keys, rows))


def schema_of(*fields: dict[str, Any] | str, **members: Any) -> Schema:
    """The schema of these fields; a bare name is a field of the type string."""
    listed = [{"name": it, "type": "string"} if isinstance(it, str) else it for it in fields]
    return parse_schema({"fields": listed, **members}, patterns=BacktrackingPatterns())


def field_of(field_type: str, **members: Any) -> Field:
    """The field `x` of that type."""
    return schema_of({"name": "x", "type": field_type, **members}).fields[0]


def cell(text: str, field_type: str, **members: Any) -> Value | Misfit:
    """What a CSV cell is to a field of that type."""
    return field_of(field_type, **members).read_text(text)


def member(value: object, field_type: str, **members: Any) -> Value | Misfit:
    """What a JSON member is to a field of that type."""
    return field_of(field_type, **members).read_json(value)


def check_rows(schema: Schema | None, header: list[str], *rows: list[str]) -> list[CheckedRow]:
    """The rows of a CSV file, judged; the header stands on line 1."""
    validator = RowValidator(laid_out(match_header(schema, header)), new_key_index=MemoryKeyIndex)
    return [
        validator.validate_record(cells, row=row, line=row + 1)
        for row, cells in enumerate(rows, start=1)
    ]


def check_objects(schema: Schema | None, *objects: dict[str, Any]) -> list[CheckedRow]:
    """The objects of a JSON array, judged; one stands on each line."""
    names = [name for members in objects for name in members]
    layout = layout_of_members(schema, names)
    validator = RowValidator(layout, new_key_index=MemoryKeyIndex)
    return [
        validator.validate_json_record(members, row=row, line=row)
        for row, members in enumerate(objects, start=1)
    ]


def codes(row: CheckedRow) -> list[tuple[str | None, str]]:
    """Column and code of each of the row's errors."""
    return [(error.column, error.code) for error in row.errors]


def only_error(row: CheckedRow) -> RowError:
    """The one error of a row that has no other."""
    (error,) = row.errors
    return error


def laid_out(match: HeaderMatch) -> Any:
    """The layout of a header that has one."""
    assert match.layout is not None, match.faults
    return match.layout

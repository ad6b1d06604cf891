"""The members of JSON objects, found by any name of their fields."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.layout import Column
from domain.row_error import RowError, quoted, row_error


class MemberNames:
    """Knows the aliases of the columns' fields."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._names = {
            alias: column.name for column in columns for alias in column.field.transform.aliases
        }

    def by_field(self, members: Mapping[str, Any]) -> Mapping[str, Any]:
        """The members under their fields' own names; fewer when a field has two."""
        if not self._names:
            return members
        return {self._names.get(name, name): value for name, value in members.items()}

    def twice(self, members: Iterable[str], *, row: int, line: int) -> RowError:
        """The error of a field that is there under two of its names."""
        names_of: dict[str, list[str]] = {}
        for name in members:
            names_of.setdefault(self._names.get(name, name), []).append(name)
        field_name, names = next((it, names) for it, names in names_of.items() if len(names) > 1)
        shown = f"{quoted(field_name)}, as {' and '.join(map(quoted, names))},"
        return row_error("duplicate_key", row=row, line=line, name=shown)

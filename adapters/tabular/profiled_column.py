"""One column of accepted values on their way into its profile."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from domain.column_tally import ColumnTally
from domain.layout import Column
from domain.schema import FieldType
from domain.values.base import Value, json_kind

_ONE_TEXT_EACH = frozenset({FieldType.INTEGER, FieldType.YEAR, FieldType.DATE, FieldType.BOOLEAN})
_MOMENTS = frozenset({FieldType.TIME, FieldType.DATETIME})
# Quicker than the method of the type, which does the same.
_FORMATS = {FieldType.INTEGER: str, FieldType.NUMBER: str}


class ProfiledColumn:
    """Knows the texts of the column's values; those of CSV were texts to begin with."""

    def __init__(self, column: Column, *, is_text: bool, most_distinct: int) -> None:
        self.tally = ColumnTally(column.field.type, most_distinct=most_distinct)
        self._field = column.field
        self._format = _FORMATS.get(column.field.type, column.field.value_type.format)
        # But for a default, which may be of any kind.
        is_text_or_missing = is_text and column.field.transform.default is None
        self._is_textual = column.field.type is FieldType.STRING or (
            column.field.type is FieldType.ANY and is_text_or_missing
        )
        self._has_kinds = column.field.type is FieldType.ANY and not is_text

    def texts_of(self, values: Sequence[Any]) -> list[str | None]:
        """The canonical texts of some values; None for those that are missing."""
        if self._is_textual:
            return list(values)
        return [None if value is None else self._format(value) for value in values]

    def look(self, values: Sequence[Value]) -> None:
        """Takes values of some rows."""
        present: list[Any] = [value for value in values if value is not None]
        self.tally.add_nulls(len(values) - len(present))
        if not present:
            return
        if self._has_kinds:
            one_of_each = {type(value): value for value in present}
            self.tally.note_kinds(map(json_kind, one_of_each.values()))
        if _are_as_their_texts(self._field.type, present):
            self._look_at_values(present)
        else:
            self._look_at_texts(present)

    def _look_at_values(self, present: list[Any]) -> None:
        """The quick way where values are equal, and ordered, as their texts are."""
        if self.tally.is_counting:
            counts = Counter(present)
            self.tally.count({self._format(value): count for value, count in counts.items()})
        else:
            self.tally.note([self._format(min(present)), self._format(max(present))])

    def _look_at_texts(self, present: list[Any]) -> None:
        # Values of CSV that may be of any type are texts.
        texts = present if self._is_textual else list(map(self._format, present))
        if self.tally.is_counting:
            self.tally.count(Counter(texts))
        else:
            self.tally.note(texts)


def _are_as_their_texts(field_type: FieldType, present: list[Any]) -> bool:
    if field_type in _MOMENTS:
        return all(value.tzinfo is None for value in present)
    return field_type in _ONE_TEXT_EACH

"""One column of accepted values on their way into its profile."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from domain.column_tally import ColumnTally
from domain.layout import Column
from domain.schema import FieldType
from domain.values.base import Value, json_kind

if TYPE_CHECKING:
    import polars as pl


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
        # In a table of texts nobody can tell an empty text from a missing value, unless one of
        # them cannot be. Nor the first of the missing values from a value that is written so
        # in the clean rows: it counts as missing, whichever way the file is read.
        self._is_empty_missing = not is_text or "" in column.field.missing_values
        self._missing_text = (
            None if self._is_empty_missing else next(iter(column.field.missing_values), None)
        )

    def texts_of(self, values: Sequence[Any]) -> list[str | None]:
        """The canonical texts of some values; None for those that are missing."""
        if self._is_textual and self._missing_text is None:
            return list(values)
        texts = [None if value is None else self._format(value) for value in values]
        return [None if text == self._missing_text else text for text in texts]

    def look(self, values: Sequence[Value]) -> None:
        """Takes values of some rows."""
        present: list[Any] = [value for value in values if value is not None]
        self.tally.add_nulls(len(values) - len(present))
        if not present:
            return
        if self._has_kinds:
            one_of_each = {type(value): value for value in present}
            self.tally.note_kinds(map(json_kind, one_of_each.values()))
        if self._missing_text is None and _are_as_their_texts(self._field.type, present):
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
        if self._missing_text is not None:
            texts = [text for text in texts if text != self._missing_text]
            self.tally.add_nulls(len(present) - len(texts))
        if self.tally.is_counting:
            self.tally.count(Counter(texts))
        else:
            self.tally.note(texts)

    def without_missing(self, texts: "pl.Series") -> "pl.Series":
        """The same column of a table, with null where the value is missing."""
        if self._is_empty_missing:
            return texts
        texts = texts.fill_null("")
        return texts if self._missing_text is None else texts.set(texts == self._missing_text, None)


def _are_as_their_texts(field_type: FieldType, present: list[Any]) -> bool:
    if field_type in _MOMENTS:
        return all(value.tzinfo is None for value in present)
    return field_type in _ONE_TEXT_EACH

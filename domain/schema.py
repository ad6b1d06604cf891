"""What the rows of a file must look like."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.constraints import Check, Constraints, checks_of
from domain.missing_marks import NO_MARKS, MissingMarks
from domain.transform import Rule, Transform
from domain.values.base import Misfit, Value, ValueType
from domain.values.text import AnyType


class FieldType(StrEnum):
    """The types of the Table Schema that are supported."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    YEAR = "year"
    ANY = "any"

    @property
    def is_textual(self) -> bool:
        """True when a value is spelt in one way alone: as the text that it is."""
        return self in (FieldType.STRING, FieldType.ANY)


class FieldsMatch(StrEnum):
    """How a file's columns must correspond to the schema's fields, as in the standard."""

    EXACT = "exact"
    """The same fields in the same order."""

    EQUAL = "equal"
    """The same fields in any order."""

    SUBSET = "subset"
    """All the schema's fields, and perhaps others."""

    SUPERSET = "superset"
    """None but the schema's fields, perhaps not all of them."""

    PARTIAL = "partial"
    """At least one of the schema's fields, and perhaps others."""

    @property
    def allows_missing(self) -> bool:
        """True when a field of the schema may be absent from the file."""
        return self in (FieldsMatch.SUPERSET, FieldsMatch.PARTIAL)

    @property
    def allows_unknown(self) -> bool:
        """True when the file may have columns that are not in the schema."""
        return self in (FieldsMatch.SUBSET, FieldsMatch.PARTIAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column: how its cells are read, judged and written."""

    name: str
    type: FieldType = FieldType.ANY
    value_type: ValueType = field(default_factory=AnyType, compare=False, repr=False)
    constraints: Constraints = field(default_factory=Constraints)
    missing_values: tuple[str, ...] = ("",)
    transform: Transform = field(default_factory=Transform)
    checks: tuple[Check, ...] = field(init=False, compare=False, repr=False)
    missing_marks: MissingMarks = field(init=False, compare=False, repr=False)
    """Which values are missing because they are written so; none of a textual type."""

    def __post_init__(self) -> None:
        is_textual = self.type.is_textual
        marks = NO_MARKS if is_textual else MissingMarks.of(self.missing_values, self.value_type)
        object.__setattr__(self, "missing_marks", marks)
        object.__setattr__(self, "checks", checks_of(self.constraints, self.value_type))

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which a file may have the field: its own, then its aliases."""
        return (self.name, *self.transform.aliases)

    @property
    def output_name(self) -> str:
        """The field's name in the outputs."""
        return self.transform.rename or self.name

    @property
    def fills_absence(self) -> bool:
        """True when a CSV file without the column has the default in every row."""
        return self.transform.default is not None and "" in self.missing_values

    def read_text(self, text: str) -> Value | Misfit:
        """The value of a CSV cell; None when it, or its value, is one of the missing values.

        The rules of `transform` come first, so a missing one may have a default.
        """
        transform = self.transform
        if not transform.changes_values:
            return None if text in self.missing_values else self._read(text)
        trimmed = transform.trimmed(text)
        cased = transform.cased(trimmed)
        if trimmed in self.missing_values or cased in self.missing_values:
            return transform.default
        return self._read(cased)

    def read_json(self, value: object) -> Value | Misfit:
        """The value of a JSON member; None for null, and for a value that marks a missing one.

        Strings of a textual type are values whatever they are, and "" is one.

        The rules of `transform` come first, as for a cell.
        """
        if value is None:
            return self.transform.default
        if self.transform.changes_values and isinstance(value, str):
            value = self.transform.of_text(value)
        return self._unless_missing(self.value_type.parse_json(value))

    def text_changes(self, text: str) -> Iterator[Rule]:
        """The rules that change the value of a CSV cell."""
        trimmed = self.transform.trimmed(text)
        if trimmed != text:
            yield Rule.TRIM
        is_missing = trimmed in self.missing_values
        if not is_missing:
            cased = self.transform.cased(trimmed)
            is_missing = cased in self.missing_values
            if cased != trimmed:
                yield Rule.CASE
        if self.transform.default is None:
            return
        if is_missing or self._is_marked(self.value_type.parse_text(trimmed)):
            yield Rule.DEFAULT

    def json_changes(self, value: object) -> Iterator[Rule]:
        """The rules that change the value of a JSON member."""
        if isinstance(value, str):
            trimmed = self.transform.trimmed(value)
            if trimmed != value:
                yield Rule.TRIM
            if self.transform.cased(trimmed) != trimmed:
                yield Rule.CASE
            value = self.transform.of_text(value)
        if self.transform.default is None:
            return
        if value is None or self._is_marked(self.value_type.parse_json(value)):
            yield Rule.DEFAULT

    def format(self, value: Value) -> str:
        """The canonical text for a CSV output, which the type's default grammar reads back.

        A missing value is the empty cell, unless that is a value here: then it is the first
        of the missing values.
        """
        if value is not None:
            return self.value_type.format(value)
        return (
            "" if not self.missing_values or "" in self.missing_values else self.missing_values[0]
        )

    def _read(self, text: str) -> Value | Misfit:
        return self._unless_missing(self.value_type.parse_text(text))

    def _unless_missing(self, value: Value | Misfit) -> Value | Misfit:
        if not self.missing_marks.texts:
            return value
        return self.transform.default if self._is_marked(value) else value

    def _is_marked(self, value: Value | Misfit) -> bool:
        if not self.missing_marks or isinstance(value, Misfit):
            return False
        return self.missing_marks.include(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The fields of a file and the keys over them; made by `parse_schema`.

    `descriptor` is the canonical Table Schema, JSON values in a fixed spelling: two schemas
    are the same version exactly when their descriptors are equal.
    """

    fields: tuple[Field, ...]
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    fields_match: FieldsMatch = FieldsMatch.EXACT
    descriptor: Mapping[str, object] = field(default_factory=dict)

    @property
    def names(self) -> Mapping[str, str]:
        """Every name under which a file may have a field, with the field's own."""
        return {name: field.name for field in self.fields for name in field.names}

    def is_required(self, name: str) -> bool:
        """True when every row must have a value there; the parts of a primary key must."""
        return name in self.primary_key or any(
            candidate.constraints.required for candidate in self.fields if candidate.name == name
        )

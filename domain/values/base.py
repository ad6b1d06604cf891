"""What every type of value has in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal, TypeAlias

Scalar: TypeAlias = str | int | float | Decimal | bool | date | time | datetime
Value: TypeAlias = Scalar | Sequence["Value"] | Mapping[str, "Value"] | None
"""A typed value; None is a missing one. Only the type `any` has floats, arrays and objects."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why something is not a value of a type; `reason` goes on where the quoted value ends."""

    reason: str
    code: Literal["type_error", "format_error"] = "type_error"


class ValueType(ABC):
    """One type of the schema, as configured for one field: how to read and write its values."""

    @abstractmethod
    def parse_text(self, text: str) -> Value | Misfit:
        """The value that a CSV cell spells, by the type's grammar and nothing wider."""

    @abstractmethod
    def parse_json(self, value: object) -> Value | Misfit:
        """The value that a JSON value stands for; None never comes here.

        Numbers are int, Decimal or float as the JSON reader gives them; Decimal alone keeps
        what was written.
        """

    @abstractmethod
    def format(self, value: Value) -> str:
        """The canonical text of a value of this type, which the default grammar reads back."""


def json_kind(value: object) -> str:
    """What a JSON value is, in a word or two, for messages."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case int() | float() | Decimal():
            return "a number"
        case Mapping():
            return "an object"
        case _:
            return "an array"

"""Booleans, in the words the schema names."""

from collections.abc import Sequence

from domain.row_error import unquoted
from domain.values.base import Misfit, Value, ValueType, json_kind

DEFAULT_TRUE = ("true", "True", "TRUE", "1")
DEFAULT_FALSE = ("false", "False", "FALSE", "0")
_MOST_SHOWN = 10


class BooleanType(ValueType):
    """`boolean`: exactly the listed words in a cell, true or false in JSON."""

    def __init__(
        self,
        *,
        true_values: Sequence[str] = DEFAULT_TRUE,
        false_values: Sequence[str] = DEFAULT_FALSE,
    ) -> None:
        self._meanings = dict.fromkeys(true_values, True) | dict.fromkeys(false_values, False)
        words = list(self._meanings)
        shown = [*map(unquoted, words[:_MOST_SHOWN])]
        more = ["…"] if len(words) > _MOST_SHOWN else []
        self._misfit = Misfit(f"is not one of {', '.join(shown + more)}")

    def parse_text(self, text: str) -> Value | Misfit:
        return self._meanings.get(text, self._misfit)

    def parse_json(self, value: object) -> Value | Misfit:
        if isinstance(value, bool):
            return value
        return Misfit(f"is {json_kind(value)}, not true or false")

    def format(self, value: Value) -> str:
        return "true" if value else "false"

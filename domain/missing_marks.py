"""Values that are written like a missing one, and so are missing themselves."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Self

from domain.key_index import encode_key
from domain.values.base import Misfit, Value, ValueType
from domain.values.numbers import IntegerType, NumberType, YearType

_NUMERIC = (IntegerType, NumberType, YearType)


class MissingMarks:
    """What the missing values of a field mean beyond their own spelling.

    With the mark -999, the cells -0999 and -999.0 are missing: else an output would show
    accepted values that nobody could tell from missing ones.
    """

    def __init__(
        self, texts: frozenset[str], numbers: Sequence[Value], value_type: ValueType
    ) -> None:
        self.texts = texts
        """Canonical texts whose values are missing."""
        self.numbers = numbers
        """Numbers that are missing however they are spelt."""
        self._keys = frozenset(encode_key((number,)) for number in numbers)
        self._value_type = value_type

    @classmethod
    def of(cls, missing_values: Iterable[str], value_type: ValueType) -> Self:
        """Those of a type whose values may be spelt in more than one way."""
        # No value is written as the empty text.
        texts = frozenset(missing_values) - {""}
        return cls(texts, [*_numbers(sorted(texts), value_type)], value_type)

    def __bool__(self) -> bool:
        """False when no value can be missing."""
        return bool(self.texts)

    def include(self, value: Value) -> bool:
        """True when the value equals a mark, or its canonical text is one."""
        if self._keys and encode_key((value,)) in self._keys:
            return True
        return self._value_type.format(value) in self.texts


NO_MARKS: Final = MissingMarks(frozenset(), (), IntegerType())


def _numbers(texts: Iterable[str], value_type: ValueType) -> Iterator[Value]:
    if isinstance(value_type, _NUMERIC):
        for text in texts:
            value = value_type.parse_text(text)
            if not isinstance(value, Misfit):
                yield value

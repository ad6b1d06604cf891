"""Exact uniqueness: which row had a key first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, Protocol

from domain.values.base import Value
from domain.values.numbers import canonical_number
from domain.values.temporal import instant_microseconds, time_microseconds


class KeyIndex(Protocol):
    """The keys of one constraint over one file."""

    def claim(self, key: bytes, row: int) -> int | None:
        """The first row that claimed exactly this key; None when it is `row`, just now."""

    def claim_all(self, keys: Sequence[bytes], rows: Sequence[int]) -> Sequence[int]:
        """Claims key after key; the first row of each, its own when it is new.

        It may hold all of these keys in memory.
        """


class KeyIndexFactory(Protocol):
    """Makes an empty index; an adapter's may spill to disk, and frees it when the file is done."""

    def __call__(self) -> KeyIndex:
        """A new index that shares nothing with the others."""


def encode_key(values: Iterable[Value]) -> bytes:
    """The typed values as bytes: equal exactly when the values are.

    1, 1.0 and 1.00 are one number; the text "1", the boolean true and the number 1 are three
    values. Times with different offsets are equal when they mean the same instant; one without
    an offset counts as UTC.
    """
    return b"".join(map(_encode, values))


def encode_payload(value_type: type, payload: bytes) -> bytes:
    """What `encode_key` makes of one value of that type, when its payload is known already.

    That is a text itself, the `canonical_number` of a number, the ISO form of a date.
    """
    tag, behind_length = key_affixes(value_type)
    return b"%b%d%b%b" % (tag, len(payload), behind_length, payload)


def key_affixes(value_type: type) -> tuple[bytes, bytes]:
    """What a value of that type has before and behind the number of its payload's bytes.

    In front of the payload they keep ("a", "bc") and ("ab", "c") apart.
    """
    return _encoder_for(value_type)[0], b":"


def _encode(value: Value) -> bytes:
    value_type: type = type(value)
    return encode_payload(value_type, _encoder_for(value_type)[1](value))


@cache
def _encoder_for(value_type: type) -> tuple[bytes, Callable[[Any], bytes]]:
    for kind, tag, payload_of in _ENCODERS:
        if issubclass(value_type, kind):
            return tag, payload_of
    raise TypeError(f"{value_type.__name__} is no type of a value")


def _object_payload(value: Mapping[str, Value]) -> bytes:
    return encode_key(part for pair in sorted(value.items()) for part in pair)


# Subtypes stand before their types: bool before int, datetime before date.
_ENCODERS: tuple[tuple[Any, bytes, Callable[[Any], bytes]], ...] = (
    (str, b"s", lambda value: value.encode("utf-8", "surrogatepass")),
    (bool, b"b", lambda value: b"1" if value else b"0"),
    ((int, float, Decimal), b"n", lambda value: canonical_number(value).encode()),
    (datetime, b"i", lambda value: str(instant_microseconds(value)).encode()),
    (date, b"d", lambda value: value.isoformat().encode()),
    (time, b"t", lambda value: str(time_microseconds(value)).encode()),
    (NoneType, b"0", lambda _: b""),
    (Mapping, b"o", _object_payload),
    (Sequence, b"a", encode_key),
)

"""Strings, plain or in a format, and values of any type."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from io import StringIO
from typing import cast

from domain.values.base import Misfit, Value, ValueType, json_kind

_encode_scalar = json.JSONEncoder(ensure_ascii=False).encode
_NOT_UNICODE = Misfit("holds half of a surrogate pair")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_URI_CHARACTERS = "(?:[A-Za-z0-9._~!$&'()*+,;=:@{more}-]|%[0-9A-Fa-f]{{2}})*"

# An e-mail address as browsers check it (https://html.spec.whatwg.org/#valid-e-mail-address);
# a URI of RFC 3986, so with a scheme, and with nothing unescaped that is not ASCII.
STRING_FORMATS: Mapping[str, tuple[re.Pattern[str], Misfit] | None] = {
    "default": None,
    "email": (
        re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*"),
        Misfit("is not an e-mail address", "format_error"),
    ),
    "uri": (
        re.compile(
            "[A-Za-z][A-Za-z0-9+.-]*:"
            rf"(?://{_URI_CHARACTERS.format(more='')}(?:\[[0-9A-Fa-fv:.]+\](?::[0-9]*)?)?(?=[/?#]|\Z))?"
            f"{_URI_CHARACTERS.format(more='/')}"
            rf"(?:\?{_URI_CHARACTERS.format(more='/?')})?"
            f"(?:#{_URI_CHARACTERS.format(more='/?')})?"
        ),
        Misfit("is not a URI", "format_error"),
    ),
    "uuid": (
        re.compile("[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"),
        Misfit("is not a UUID", "format_error"),
    ),
}


class StringType(ValueType):
    """`string`: the text as it is; a format says which texts there are."""

    def __init__(self, *, string_format: str = "default") -> None:
        self.string_format = string_format
        self._rule = STRING_FORMATS[string_format]

    def parse_text(self, text: str) -> Value | Misfit:
        if self._rule is None:
            return text
        grammar, misfit = self._rule
        return text if grammar.fullmatch(text) else misfit

    def parse_json(self, value: object) -> Value | Misfit:
        if not isinstance(value, str):
            return Misfit(f"is {json_kind(value)}, not a string")
        return self.parse_text(value) if is_unicode(value) else _NOT_UNICODE

    def format(self, value: Value) -> str:
        return str(value)


class AnyType(ValueType):
    """`any`: a cell's text, or whatever JSON value there is; written as compact JSON."""

    def parse_text(self, text: str) -> Value | Misfit:
        return text

    def parse_json(self, value: object) -> Value | Misfit:
        typed = cast(Value, value)
        if isinstance(value, int | Decimal):
            # Their texts are ASCII.
            return typed
        return typed if is_unicode(json_text(typed)) else _NOT_UNICODE

    def format(self, value: Value) -> str:
        return value if isinstance(value, str) else json_text(value)


def is_unicode(text: str) -> bool:
    """False when a surrogate stands in it, as JSON's escapes allow and UTF-8 does not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def json_text(value: object) -> str:
    """The value as compact JSON, its members in their order, decimals digit by digit."""
    if not isinstance(value, Mapping | Sequence) or isinstance(value, str):
        return _scalar_text(value)
    # Written on, not joined from pieces: a million small items would be fifty bytes each
    # until they are joined.
    text = StringIO()
    _write_json(value, text.write)
    return text.getvalue()


def _write_json(value: object, write: Callable[[str], object]) -> None:
    match value:
        case str() | int() | None:
            write(_encode_scalar(value))
        case Mapping():
            between = "{"
            for name, member in value.items():
                write(f"{between}{_encode_scalar(name)}:")
                _write_json(member, write)
                between = ","
            write("}" if value else "{}")
        case Sequence():
            between = "["
            for item in value:
                write(between)
                _write_json(item, write)
                between = ","
            write("]" if value else "[]")
        case _:
            write(_scalar_text(value))


def _scalar_text(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else _encode_scalar(value)

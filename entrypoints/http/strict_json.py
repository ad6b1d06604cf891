"""JSON without surprises: no duplicate members, no NaN, nothing that cannot be stored."""

import json
from typing import NoReturn


def parse_json(text: str | bytes) -> object:
    """The value; raises ValueError, whose text says what is wrong with it."""
    try:
        value = json.loads(
            text, object_pairs_hook=_without_repeats, parse_constant=_refuse, parse_int=_integer
        )
        encoded = json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        if not text.strip():
            raise ValueError("it is empty") from error
        raise ValueError(f"it goes wrong at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8") from error
    except UnicodeEncodeError as error:
        # `"\\ud800"` is JSON, but no text that a database or a file could hold.
        raise ValueError("it holds half a surrogate pair") from error
    if b"\\u0000" in encoded and _holds_nul(value):
        raise ValueError("it holds a NUL character")
    return value


def _without_repeats(members: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in members:
        if name in found:
            raise ValueError(f'the member "{name[:100]}" is there twice')
        found[name] = value
    return found


def _integer(digits: str) -> int:
    try:
        return int(digits)
    except ValueError as error:
        # Python reads no more than some thousands of digits.
        raise ValueError("a number is too long") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _holds_nul(value: object) -> bool:
    match value:
        case str():
            return "\x00" in value
        case list():
            return any(_holds_nul(item) for item in value)
        case dict():
            return any("\x00" in name or _holds_nul(item) for name, item in value.items())
    return False

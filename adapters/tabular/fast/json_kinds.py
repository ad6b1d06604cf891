"""The kinds of JSON values, as numbers that a column can hold."""

from typing import Final

from domain.values.base import Value, json_kind

MISSING: Final = 0
STRING: Final = 1
NUMBER: Final = 2
BOOLEAN: Final = 3
OTHER: Final = 4
"""An array or an object."""
DOUBTFUL: Final = 5
"""Nothing that is certain to be JSON, or to have a text of a known spelling."""

KINDS: Final = 6
"""How many there are."""

KIND_NAMES: Final = {
    STRING: "a string",
    NUMBER: "a number",
    BOOLEAN: "a boolean",
    OTHER: "an array or an object",
}
"""What they are called in words, as `json_kind` has them."""

_OF_NAME: Final = {name: kind for kind, name in KIND_NAMES.items()} | {"null": MISSING}


def kind_of(value: Value) -> int:
    """The kind of a value of the type `any`."""
    return _OF_NAME.get(json_kind(value), OTHER)

"""JSON for people to read, many times as fast as the json module indents it."""

from json import JSONEncoder
from json.encoder import encode_basestring
from typing import Final

_INDENT: Final = "  "
# The library's own encoder in C gives up where it is told to indent.
_encode: Final = JSONEncoder(ensure_ascii=False).encode


def indented_json(value: object) -> str:
    """The same text as `json.dumps(value, ensure_ascii=False, indent=2)`.

    The names in objects must be strings.
    """
    return _text(value, line="\n")


def _text(value: object, *, line: str) -> str:
    """`line` ends a line, and begins the next one as deep as this value stands."""
    if type(value) is str:
        return encode_basestring(value)
    if type(value) is int:
        return str(value)
    deeper = line + _INDENT
    if isinstance(value, dict) and value:
        members = [
            f"{encode_basestring(name)}: {_text(member, line=deeper)}"
            for name, member in value.items()
        ]
        return f"{{{deeper}{f',{deeper}'.join(members)}{line}}}"
    if isinstance(value, list | tuple) and value:
        elements = [_text(element, line=deeper) for element in value]
        return f"[{deeper}{f',{deeper}'.join(elements)}{line}]"
    return _encode(value)

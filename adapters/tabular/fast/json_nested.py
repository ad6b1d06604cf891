"""Arrays and objects written as the exact path writes them, many at once."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec
import numpy as np

from adapters.tabular.fast.json_marks import COLON, JsonMarks
from adapters.tabular.fast.marks import Positions

# Numbers that are not whole are taken, and written, as Decimal writes them.
_ALL: Final = msgspec.json.Decoder(list[object], float_hook=Decimal)
_ONE: Final = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
# Of a number that is beyond every range Decimal says so itself.
_REFUSALS: Final = (ValueError, ArithmeticError)
# No output has NULs; these six characters may say something else, which is rare.
_NUL: Final = b"\\u0000"


# Read and written together: what is gone at once costs the garbage collector nothing.
_AT_ONCE: Final = 256


def canonical_texts(texts: Sequence[bytes], *, colons: Positions) -> list[bytes | None]:
    """Each of the texts as compact JSON; None where it is none, or must be looked at exactly.

    They are UTF-8, balanced, and not deep. Each has so many `colons` outside of strings: fewer
    are left of it where an object has one name twice.
    """
    found = list[bytes | None]()
    for start in range(0, len(texts), _AT_ONCE):
        end = start + _AT_ONCE
        found += _canonical_together(texts[start:end], colons[start:end])
    return found


def _canonical_together(texts: Sequence[bytes], colons: Positions) -> Sequence[bytes | None]:
    try:
        values = _ALL.decode(b"[" + b",".join(texts) + b"]")
    except _REFUSALS:
        # One that is no JSON must not make all the others doubtful.
        return [_canonical(text, of_text) for text, of_text in zip(texts, colons, strict=True)]
    lines = _ENCODER.encode_lines(values)
    if _NUL not in lines and lines == b"\n".join([*texts, b""]):
        # Compact JSON already: nothing was there twice.
        return texts
    are_whole = _colons_of_lines(lines) == colons
    return [
        line if is_whole and _NUL not in line else None
        for line, is_whole in zip(lines.split(b"\n")[:-1], are_whole.tolist(), strict=True)
    ]


def _canonical(text: bytes, colons: int) -> bytes | None:
    try:
        line = _ENCODER.encode(_ONE.decode(text))
    except _REFUSALS:
        return None
    is_whole = int(_colons_of_lines(line + b"\n")[0]) == colons
    return line if is_whole and _NUL not in line else None


def _colons_of_lines(lines: bytes) -> Positions:
    marks = JsonMarks(lines)
    until: Positions = np.searchsorted(marks.at[marks.kinds == COLON], marks.line_ends)
    return np.diff(until, prepend=0)

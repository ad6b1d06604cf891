"""UTF-16 that does not say so: told by where its NULs stand."""

import codecs
from typing import Final

TELLING_BYTES: Final = 4096
"""How much of a content's beginning is looked at."""

_MOST_IN_OTHER_PLACES = 0.1
_NUL = 0


def wide_encoding(beginning: bytes) -> str | None:
    """The UTF-16 that a content without a byte order mark is written in; None when it is none.

    A letter of a Western language is one byte and a NUL there: more than half of the pairs have
    one, and all but a few on the same side. No text holds the character NUL, and bytes of
    another kind seldom make valid pairs. Looks at no more than TELLING_BYTES.
    """
    pairs = beginning[: min(len(beginning), TELLING_BYTES) // 2 * 2]
    firsts, seconds = pairs[::2].count(_NUL), pairs[1::2].count(_NUL)
    name, many, few = (
        ("utf-16-le", seconds, firsts) if seconds > firsts else ("utf-16-be", firsts, seconds)
    )
    is_pattern = many * 2 > len(pairs) // 2 and few <= many * _MOST_IN_OTHER_PLACES
    return name if is_pattern and _is_text(pairs, name) else None


def _is_text(pairs: bytes, encoding: str) -> bool:
    try:
        # Not final: half of a character may stand at the end.
        text: str = codecs.getincrementaldecoder(encoding)().decode(pairs)
    except UnicodeDecodeError:
        return False
    return "\0" not in text

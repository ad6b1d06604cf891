"""How the elements of one JSON array begin, so that the next one is known when it comes.

Known limit: when the very first name of the very first element is what is broken, nothing is
known yet, and an object nested in that element may be taken for the next one. Of 6,000 arrays
of objects holding objects, each with one damaged byte, 22 gave a row too many: 19 for that
reason, 3 where the damaged byte was a bracket that made the inner objects look like elements.
"""

import re
from typing import Final

LONGEST_BEGINNING_BYTES: Final = 4096
"""No beginning that is searched for is longer, with what stands before it."""

_MOST_NAMES = 20
_LONGEST_NAME_BYTES = 500
_BLANKS = rb"[ \t\r\n]{0,900}+"
# A name that may be what stands between two strings of an element.
_AMID_STRINGS = re.compile(rb"\"[ \t\r\n]*+[,:]")
_FIRST_MEMBER = re.compile(rb"[ \t\r\n]*+\{[ \t\r\n]*+(\"(?:[^\"\\\r\n]++|\\.)*+\")[ \t\r\n]*+:")


class Beginnings:
    """Remembers the names of first members; before it knows one, any brace will do."""

    def __init__(self) -> None:
        self._names: set[bytes] = set()
        self._compile()

    @property
    def are_known(self) -> bool:
        """True when at least one was learned."""
        return bool(self._names)

    @property
    def stand_outside(self) -> bool:
        """True when no beginning can be found inside an object that holds no other.

        What looks like one there would begin in a string and go on behind it.
        """
        return not any(map(_AMID_STRINGS.match, self._names))

    def learn(self, element: bytes) -> None:
        """Remembers how this element begins."""
        found = _FIRST_MEMBER.match(element)
        if found is None or found[1] in self._names or len(self._names) == _MOST_NAMES:
            return
        if len(found[1]) <= _LONGEST_NAME_BYTES:
            self._names.add(found[1])
            self._compile()

    def search(self, text: bytes, position: int) -> re.Match[bytes] | None:
        """The first end of an element that is followed by a comma and such a beginning."""
        return self._after_another.search(text, position)

    def stands_at(self, text: bytes, position: int) -> bool:
        """True when such a beginning is at that position."""
        return self._beginning.match(text, position) is not None

    def _compile(self) -> None:
        names = b"|".join(re.escape(name) for name in sorted(self._names))
        member = rb"(?:" + names + rb")" + _BLANKS + rb":" if names else b""
        beginning = rb"\{" + _BLANKS + member
        self._beginning = re.compile(beginning)
        self._after_another = re.compile(
            rb"[}\]]" + _BLANKS + rb"," + _BLANKS + rb"(?=" + beginning + rb")"
        )

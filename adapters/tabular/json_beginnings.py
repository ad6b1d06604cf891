"""How the elements of one JSON array begin, so that the next one is known when it comes.

Where objects are nested in elements, no text of a broken one tells for certain which of its
objects is the next element. A name of the schema says less than one that was seen to begin an
element, so it counts only where such objects begin otherwise.

Known limits: when the very first name of the very first element is what is broken, any brace
will do, and an object nested in that element may be taken for the next one. Before a first
element is whole, names of a schema that allows nested values do not count, and neighbours that
begin with another than the broken one's are lost with it. Of 6,000 arrays of six objects that
hold objects, each with one damaged byte, some 350 gave a row too many; half of them are of the
kind in which the inner objects begin with the same names as the elements.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LONGEST_BEGINNING_BYTES: Final = 4096
"""No beginning that is searched for is longer, with what stands before it."""

_MOST_NAMES = 1000
_LONGEST_NAME_BYTES = 500
_BLANKS = rb"[ \t\r\n]{0,890}+"
# A name that may be what stands between two strings of an element.
_AMID_STRINGS = re.compile(rb"[ \t\r\n]*+[,:\]}]")
_FIRST_MEMBER = re.compile(rb"[ \t\r\n]*+\{[ \t\r\n]*+(\"(?:[^\"\\\r\n]++|\\.)*+\")[ \t\r\n]*+:")
_ANY = rb"\{" + _BLANKS
_NAMED = _ANY + rb"(\"(?:[^\"\\\r\n]|\\.){0,498}+\")" + _BLANKS + rb":"
_AFTER_ANOTHER = rb"[}\]]" + _BLANKS + rb"," + _BLANKS
_ANY_BEGINNING = re.compile(_ANY)
_NAMED_BEGINNING = re.compile(_NAMED)
_ANY_AFTER_ANOTHER = re.compile(_AFTER_ANOTHER + rb"(?=" + _ANY + rb")")
_NAMED_AFTER_ANOTHER = re.compile(_AFTER_ANOTHER + rb"(?=" + _NAMED + rb")")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalikes:
    """Names, as they are written but for their quotes, that tell elements from objects in them.

    With one of those `behind_another` no object in an element may begin that stands behind
    another value, nor with one `anywhere` any object in it, nor with the first name of an element.
    """

    behind_another: frozenset[bytes]
    anywhere: frozenset[bytes]


def is_amid_strings(name: bytes) -> bool:
    """True when what is written as that name may be what stands between two strings."""
    return _AMID_STRINGS.match(name) is not None


class Beginnings:
    """Remembers the names of first members; while none is known, any brace will do.

    Any element may begin with one of the `expected` names, too. Where elements are not known to
    be flat, these count from the first one that shows that none of the objects in it begins so;
    everywhere, to the first one that shows the contrary.
    """

    def __init__(self, expected: Iterable[str] = (), *, are_flat: bool = False) -> None:
        self._learned: set[bytes] = set()
        # Those that have to be escaped may be learned as they are written. One amid strings
        # would keep the elements from being taken many at a time.
        self._expected = frozenset(
            name for name in map(_written, expected) if not is_amid_strings(name[1:-1])
        )
        self._do_expected_count = are_flat
        self._are_outside = True

    @property
    def are_known(self) -> bool:
        """True when not any brace will do."""
        return bool(self._learned)

    @property
    def stand_outside(self) -> bool:
        """True when no beginning can be found that does not begin outside of strings.

        What looks like one in a string would go on behind it.
        """
        return self._are_outside

    @property
    def do_expected_differ(self) -> bool:
        """True while names that are expected may count though no element began so."""
        return bool(self._expected)

    @property
    def lookalikes(self) -> Lookalikes:
        """What an element may not hold in which nothing may be inside, see `may_be_inside`."""
        return Lookalikes(
            behind_another=frozenset(name[1:-1] for name in self._learned),
            anywhere=frozenset(name[1:-1] for name in self._expected),
        )

    def learn(self, element: bytes) -> None:
        """Remembers how this element begins."""
        found = _FIRST_MEMBER.match(element)
        if found is None or len(found[1]) > _LONGEST_NAME_BYTES:
            return
        if found[1] not in self._learned and len(self._learned) < _MOST_NAMES:
            self._learned.add(found[1])
            self._are_outside &= not is_amid_strings(found[1][1:-1])

    def learn_flat(self) -> None:
        """Remembers that there was an element in which nothing looks like another."""
        self._do_expected_count = True

    def learn_nested(self) -> None:
        """Remembers that elements hold objects which begin as elements may be expected to.

        From then on only names count that elements were seen to begin with.
        """
        self._expected = frozenset()

    def may_be_inside(self, element: bytes) -> bool:
        """True when it looks as if others were in it, or objects that begin as one may."""
        if not self.are_known or element.find(b"{", 1) < 0:
            return False
        if self.search(element, 0) is not None:
            return True
        inside = _NAMED_BEGINNING.finditer(element, 1) if self._expected else ()
        return any(found[1] in self._expected for found in inside)

    def search(self, text: bytes, position: int) -> re.Match[bytes] | None:
        """The first end of an element that is followed by a comma and such a beginning."""
        if not self.are_known:
            return _ANY_AFTER_ANOTHER.search(text, position)
        named = _NAMED_AFTER_ANOTHER.finditer(text, position)
        return next((found for found in named if self._knows(found[1])), None)

    def stands_at(self, text: bytes, position: int) -> bool:
        """True when such a beginning is at that position."""
        if not self.are_known:
            return _ANY_BEGINNING.match(text, position) is not None
        found = _NAMED_BEGINNING.match(text, position)
        return found is not None and self._knows(found[1])

    def _knows(self, name: bytes) -> bool:
        return name in self._learned or (self._do_expected_count and name in self._expected)


def _written(name: str) -> bytes:
    return b'"' + name.encode("utf-8", "surrogatepass") + b'"'

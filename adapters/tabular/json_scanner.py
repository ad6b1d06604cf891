"""Where one JSON value ends, told in one pass that never goes back.

The scanner knows strings and brackets and nothing else; whether what it found is valid JSON,
the parser says. It is fed as the content arrives and needs constant memory on any input.
"""

import re
from enum import Enum
from typing import Final


class Step(Enum):
    """What the scanner met at the position it returns."""

    MORE = "the content so far does not show the end"
    END = "the element ends here"
    SIBLING = "the next element begins here, inside this one: it was never closed"
    BROKEN = "a bracket stands here that closes nothing open"


# A string never spans lines: what a line end cuts short is broken, and only that line's
# text is misread.
_STRING_TAIL: Final = rb"(?:[^\"\\\r\n]++|\\[^\r\n])*+"
_STRING: Final = rb"\"" + _STRING_TAIL + rb"(?:\"|\\?(?=[\r\n]))"
_IN_STRING: Final = re.compile(_STRING_TAIL)
_NESTED: Final = re.compile(rb"(?:[^\"\[\]{}]++|" + _STRING + rb")*+")
_BETWEEN: Final = re.compile(rb"(?:[^\"\[\]{},]++|" + _STRING + rb")*+")

_QUOTE, _BACKSLASH, _COLON = b'"\\:'
_OPENING = b"[{"
_CLOSES = {ord("]"): ord("["), ord("}"): ord("{")}
_OBJECT = ord("{")
_BLANKS = b" \t\r\n"


class ElementScanner:
    """Finds the end of the element that starts at offset 0 of what it is given.

    `is_alone`: the element ends with its last bracket; otherwise at the comma or bracket that
    follows it in its array.
    """

    def __init__(self, *, max_depth: int, is_alone: bool = False) -> None:
        self._max_depth = max_depth
        self._is_alone = is_alone
        self._open = bytearray()
        # Brackets deeper than the limit are only counted, so that memory stays constant.
        self._deeper = 0
        self._in_string = False
        # The last byte that is no blank, 0 before the first.
        self._last = 0
        self.is_too_deep = False

    @property
    def is_balanced(self) -> bool:
        """True when something was met, and everything that it opened is closed."""
        return bool(self._last) and not self._open and not self._in_string

    def advance(self, text: bytes, position: int) -> tuple[Step, int]:
        """Goes on from `position`: what stopped it, and where."""
        if self._in_string:
            position = self._end_of_string(text, position)
        while not self._in_string and position < len(text):
            between = _NESTED if self._open else _BETWEEN
            found = between.match(text, position)
            stop = found.end() if found else position
            seen = text[position:stop].rstrip(_BLANKS)
            self._last = seen[-1] if seen else self._last
            if stop == len(text):
                return Step.MORE, stop
            if text[stop] == _QUOTE:
                self._in_string = True
                self._last = _QUOTE
                position = self._end_of_string(text, stop + 1)
                continue
            step = self._meet(text[stop])
            if step is not Step.MORE:
                return step, stop + (step is Step.END and self._is_alone)
            position = stop + 1
        return Step.MORE, position

    def _end_of_string(self, text: bytes, position: int) -> int:
        found = _IN_STRING.match(text, position)
        stop = found.end() if found else position
        if text[stop : stop + 1] == b"\\" and stop + 1 < len(text):
            stop += 1
        if stop < len(text) and text[stop] != _BACKSLASH:
            self._in_string = False
            return stop + (text[stop] == _QUOTE)
        return stop

    def _meet(self, character: int) -> Step:
        if character in _OPENING:
            step = self._open_bracket(character)
        elif self._open:
            step = self._close_bracket(character)
        else:
            # In an array a comma or its bracket ends the element; a brace is its garbage.
            step = Step.MORE if character == ord("}") else Step.END
        self._last = character
        return step

    def _open_bracket(self, bracket: int) -> Step:
        if not self._open and self._last:
            return Step.END
        # Inside an object, a brace follows a colon and nothing else.
        is_in_object = bool(self._open) and not self._deeper and self._open[-1] == _OBJECT
        if bracket == _OBJECT and is_in_object and self._last != _COLON:
            return Step.SIBLING
        if len(self._open) < self._max_depth:
            self._open.append(bracket)
        else:
            self._deeper += 1
            self.is_too_deep = True
        return Step.MORE

    def _close_bracket(self, bracket: int) -> Step:
        if self._deeper:
            self._deeper -= 1
            return Step.MORE
        if self._open[-1] != _CLOSES[bracket]:
            return Step.BROKEN
        self._open.pop()
        return Step.END if self._is_alone and not self._open else Step.MORE

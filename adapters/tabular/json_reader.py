"""The elements of a JSON array, or one single object, each with its place.

A broken element costs itself alone. What broke it is found where the parser first objects;
from there the reader looks for the `}, {` at which the next element begins. An object inside
the broken element must not be taken for one, so the next element has to begin with a member
that elements here do begin with. Content that is read again for all that is limited by
`rescan_bytes`: when it is spent, the rest of the file is one more error, not an afternoon's
work.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from adapters.tabular.faults import FileFaultError, RecordFault
from adapters.tabular.json_beginnings import LONGEST_BEGINNING_BYTES, Beginnings, Lookalikes
from adapters.tabular.json_objection import Objection, first_objection
from adapters.tabular.json_scanner import ElementScanner, Step
from adapters.tabular.json_window import JsonWindow
from adapters.tabular.limits import REJECTED_SIGN_BYTES, Limits
from domain.processing_report import file_error

# What a document cut off inside a number, a word or an escape ends with.
_CUT_TOKEN = re.compile(rb"[A-Za-z0-9+\-.\\]*+[ \t\r\n]*+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonElement:
    """One element's text, and the fault where its text alone does not tell it.

    One that `lacks_comma` has none before it, where one should be. An excerpt is less than the
    element, or was found where none should be: what it holds may not pass for the element,
    also not when it is submitted again. A blank one is a line without any.
    """

    line: int
    text: bytes
    fault: RecordFault | None = None
    is_excerpt: bool = False
    lacks_comma: bool = False
    is_blank: bool = False


class JsonReader:
    """Iterates once over the elements of a UTF-8 content; holds one element at a time.

    `beginnings` know what is known before the first of them.
    Raises FileFaultError `empty_file` or `not_this_type` on the first step.
    """

    def __init__(
        self, blocks: Iterator[bytes], *, limits: Limits, beginnings: Beginnings | None = None
    ) -> None:
        self._limits = limits
        self._window = JsonWindow(blocks)
        self._beginnings = beginnings or Beginnings()
        self._rescans_left = limits.rescan_bytes
        self._is_over = False
        self._holds_its_like = False
        # Whether one must come before the next element, and was not there before this one.
        self._needs_comma = False
        self._lacks_comma = False
        self._is_in_array = False

    @property
    def line(self) -> int:
        """See ElementReader."""
        return self._window.line

    @property
    def position(self) -> int:
        """See ElementReader."""
        return self._window.position

    @property
    def may_skip(self) -> bool:
        """See ElementReader: behind an element of an array, in front of its comma."""
        return self._is_in_array and not self._is_over and self._beginnings.stand_outside

    @property
    def lookalikes(self) -> Lookalikes | None:
        """See ElementReader."""
        if self._holds_its_like and not self._beginnings.do_expected_differ:
            # Nothing that an element may hold tells anything any more, see `_swallowed`.
            return None
        return self._beginnings.lookalikes

    def ahead(self, size: int) -> bytes:
        """See ElementReader."""
        self._window.hold(size)
        return self._window.head(size)

    def take(self, size: int, *, lines: int, beginnings: Iterable[bytes]) -> None:
        """See ElementReader."""
        for beginning in beginnings:
            self._beginnings.learn(beginning)
        # What may be taken so has nothing inside that could be taken for another.
        self._beginnings.learn_flat()
        self._window.skip(size, lines=lines)

    def __iter__(self) -> Iterator[JsonElement]:
        first = self._window.skip_blanks()
        if not first:
            raise FileFaultError(file_error("empty_file"))
        if first not in (b"{", b"["):
            reason = "it begins with neither [ nor {"
            raise FileFaultError(
                file_error("not_this_type", expected="a JSON array or object", reason=reason)
            )
        if first == b"{":
            yield self._element(is_alone=True)
        else:
            self._window.skip(1, lines=0)
            yield from self._array()
        if not self._is_over and self._window.skip_blanks():
            yield self._rest(
                "more follows the end of the JSON document; all of it counts as one row"
            )

    def _array(self) -> Iterator[JsonElement]:
        self._is_in_array = True
        if self._window.skip_blanks() == b"]":
            self._window.skip(1, lines=0)
            return
        while True:
            yield self._element(is_alone=False)
            if self._is_over:
                return
            following = self._window.skip_blanks()
            if not following:
                yield self._rest("the array is never closed; that counts as one row")
                return
            if following == b"]":
                self._window.skip(1, lines=0)
                return
            if following == b",":
                self._window.skip(1, lines=0)
                self._needs_comma = False
                self._window.skip_blanks()

    def _element(self, *, is_alone: bool) -> JsonElement:
        self._lacks_comma, self._needs_comma = self._needs_comma, True
        scanner = ElementScanner(max_depth=self._limits.json_depth, is_alone=is_alone)
        line, window, end = self._window.line, self._window, 0
        while True:
            step, stop = scanner.advance(window.buffer, window.start + end)
            end = stop - window.start
            if self._limits.is_too_long(window.head(REJECTED_SIGN_BYTES), size=end):
                return self._skip_long(scanner, step, end=end, line=line)
            if step is not Step.MORE:
                break
            if not window.fill():
                return self._at_the_end(scanner, end, line=line)
        if step is not Step.END:
            return self._broken(step, end, line=line, is_alone=is_alone)
        text = window.head(end)
        self._beginnings.learn(text)
        swallowed = None if is_alone or scanner.is_too_deep else self._swallowed(text, line=line)
        if swallowed is not None:
            return self._resume_after(*swallowed, scanned=end, line=line)
        window.drop(end)
        return JsonElement(
            line=line,
            text=text.strip(),
            fault=self._fault_of(scanner),
            lacks_comma=self._lacks_comma,
        )

    def _swallowed(self, text: bytes, *, line: int) -> Objection | None:
        """What is wrong with an element that seems whole, but has the next ones inside.

        A quote too few or too many turns strings and what is between them inside out.
        """
        if not self._beginnings.may_be_inside(text):
            self._beginnings.learn_flat()
            return None
        objection = first_objection(text, line=line)
        if objection is None:
            self._beginnings.learn_nested()
            # Such elements do hold objects like themselves, which nothing tells apart.
            self._holds_its_like |= self._beginnings.search(text, 0) is not None
            return None
        is_hiding = self._beginnings.search(text, objection.position) is not None
        return objection if is_hiding and not self._holds_its_like else None

    def _fault_of(self, scanner: ElementScanner) -> RecordFault | None:
        if scanner.is_too_deep:
            return RecordFault(code="too_deep", facts={"limit": self._limits.json_depth})
        return None

    def _broken(self, step: Step, end: int, *, line: int, is_alone: bool) -> JsonElement:
        text = self._window.head(end)
        if is_alone:
            return self._rest(_objection(text, line=line).reason)
        self._beginnings.learn(text)
        while self._window.held - end < LONGEST_BEGINNING_BYTES and self._window.fill():
            pass
        if step is Step.SIBLING and self._beginnings.stands_at(
            self._window.buffer, self._window.start + end
        ):
            self._window.drop(end)
            self._needs_comma = False
            return JsonElement(
                line=line, text=text.strip(), fault=_syntax(_objection(text, line=line).reason)
            )
        message, objection = _objection(text, line=line)
        return self._resume_after(message, min(objection, end), scanned=end, line=line)

    def _at_the_end(self, scanner: ElementScanner, end: int, *, line: int) -> JsonElement:
        """The element that the content's end cuts short, or that swallowed its neighbours."""
        text = self._window.head()
        if scanner.is_balanced:
            self._window.drop(len(text))
            return JsonElement(
                line=line,
                text=text.strip(),
                fault=self._fault_of(scanner),
                lacks_comma=self._lacks_comma,
            )
        message, objection = _objection(text, line=line)
        self._beginnings.learn(text)
        if _CUT_TOKEN.match(text, objection):
            self._is_over = True
            fault = _syntax("the file ends inside the record")
            return JsonElement(line=line, text=text.strip(), fault=fault)
        return self._resume_after(message, objection, scanned=end, line=line)

    def _resume_after(
        self, message: str, objection: int, *, scanned: int, line: int
    ) -> JsonElement:
        """The broken element; the window then stands at the next one, or reading is over."""
        window, kept = self._window, self._limits.raw_characters
        text = b""
        while not (found := self._beginnings.search(window.buffer, window.start + objection)):
            passed = max(0, window.held - LONGEST_BEGINNING_BYTES)
            text += window.head(min(passed, kept - len(text)))
            window.drop(passed)
            objection = max(0, objection - passed)
            if not window.fill():
                self._is_over = True
                text += window.head(kept - len(text))
                is_cut = len(text) >= kept
                return JsonElement(
                    line=line, text=text.strip(), fault=_syntax(message), is_excerpt=is_cut
                )
        end = found.end() - window.start
        text += window.head(min(end, kept - len(text)))
        self._rescans_left -= max(0, scanned - end)
        if self._rescans_left < 0:
            return self._rest(
                f"{message}; too much is broken to tell the records apart, all counts as one row"
            )
        window.drop(end)
        self._needs_comma = False
        is_cut = len(text) >= kept
        text = text.strip(b", \t\r\n")
        return JsonElement(line=line, text=text, fault=_syntax(message), is_excerpt=is_cut)

    def _skip_long(
        self, scanner: ElementScanner, step: Step, *, end: int, line: int
    ) -> JsonElement:
        window = self._window
        fault = RecordFault(
            code="record_too_long", facts={"limit": f"{self._limits.record_bytes} bytes"}
        )
        # No more than is certain to be of this record, however much is held.
        text = window.head(min(self._limits.record_bytes, self._limits.raw_characters))
        element = JsonElement(line=line, text=text, fault=fault, is_excerpt=True)
        while step is Step.MORE:
            # Not all that is held: of an escape whose end is not there, the backslash stays.
            window.drop(end)
            if not window.fill():
                self._is_over = True
                return element
            step, end = scanner.advance(window.buffer, 0)
        window.drop(end)
        self._needs_comma = step is Step.END
        if step is Step.BROKEN:
            self._resume_after(fault.code, 0, scanned=0, line=line)
        return element

    def _rest(self, message: str) -> JsonElement:
        self._is_over = True
        kept = self._limits.raw_characters
        while self._window.held < kept and self._window.fill():
            pass
        text = self._window.head(kept)
        return JsonElement(
            line=self._window.line, text=text.strip(), fault=_syntax(message), is_excerpt=True
        )


def _syntax(reason: str) -> RecordFault:
    return RecordFault(code="json_syntax", facts={"reason": reason})


def _objection(text: bytes, *, line: int) -> Objection:
    """The first objection to a text that is no whole element; at its end when there is none."""
    found = first_objection(text, line=line)
    return found or Objection("the record is never closed", len(text))

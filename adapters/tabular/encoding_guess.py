"""What CSV is written in when nobody says it: UTF-8, unless all of it looks Western."""

import re
from collections.abc import Iterator
from itertools import chain

_BEYOND_ASCII = bytes(range(0x80, 0x100))
_LETTER_BYTES = bytes(range(0xC0, 0xFE))
_FIRST_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"[\x80-\xff]++")
_LONGEST_CHARACTER = 4
# NUL, and the ƒ of Windows-1252, with which Japanese katakana begin.
_IMPOSSIBLE = re.compile(rb"[\x00\x83]")
# Windows-1252 does not have these bytes. In Latin-1 they are control characters, as some hosts
# write them; in the encodings of DOS, of Central Europe and of Asia letters, or parts of some.
_CONTROL_BYTES = b"\x81\x8d\x8f\x90\x9d"
_CONTROL_IN_WORD = re.compile(
    rb"[A-Za-z\x80-\xff][\x81\x8d\x8f\x90\x9d]|[\x81\x8d\x8f\x90\x9d][A-Za-z\x80-\xff]"
)
# þ and ÿ are so rare that alone they are damage and no language.
_TELLING = re.compile(rb"[\x80-\xfd]")
# What is a sign in Windows-1252, ³ and ± for two, is a letter in the encodings of DOS and of
# Central Europe, and so stands amid letters.
_SIGN_IN_WORD = re.compile(
    rb"[A-Za-z\xc0-\xff][\x80-\x89\x8b\x91\x93-\x99\x9b\xa1-\xa9\xab-\xb6\xb8\xb9\xbb-\xbf]"
    rb"(?=[A-Za-z\xc0-\xff])"
)
_MOST_SIGNS_IN_WORDS = 0.1
# A character of UTF-8 that was cut short or damaged looks like this: a letter before a sign.
_LIKE_UTF8 = re.compile(rb"[\xc0-\xf7](?=[\x80-\xbf])")
_MOST_LIKE_UTF8 = 0.5
# Whole characters of UTF-8 that European texts have: Latin, Greek and Cyrillic letters, and
# quotation marks, dashes and the euro. In Windows-1252 each is one of ÂÃÄÅÎÏÐÑ before a sign, or
# an â before two, which words hardly ever end with. UTF-8 read as Windows-1252 corrupts accepted
# rows in silence, while the other way round each row is rejected and the encoding asked for, so
# a few of them outweigh what is damaged.
_WHOLE_CHARACTER = re.compile(rb"[\xc2-\xc5\xce-\xd1][\x80-\xbf]|\xe2[\x80-\x84][\x80-\xbf]")
_MOST_WHOLE_CHARACTERS = 0.1
# Western words hold one or two letters beyond ASCII at a time. Greek, Cyrillic and Asian ones
# hold little else, and would pass for Windows-1252 with every character wrong.
_MOST_BYTES_IN_A_RUN = 2.5


def eight_bit_guess(blocks: Iterator[bytes]) -> str | None:
    """The encoding of content that is no UTF-8, and all of which looks Western; or else None.

    It is Windows-1252, or Latin-1 where bytes occur that the former does not have: apart from
    words, and fewer than there are letters beyond ASCII. The first character beyond ASCII speaks
    for UTF-8 when it is some, and then nothing more is read: a text of which one record is
    damaged stays what it is. Holds one block at a time.
    """
    for block in blocks:
        # The first test is ten times as fast as the search.
        found = None if block.isascii() else _FIRST_BEYOND_ASCII.search(block)
        if found is not None:
            before = block[max(0, found.start() - 1) : found.start()]
            rest = chain((block[found.start() :],), blocks)
            return _western_encoding(before, rest)
    return None


def _western_encoding(before: bytes, blocks: Iterator[bytes]) -> str | None:
    head = b""
    for block in blocks:
        head += block
        if len(head) >= _LONGEST_CHARACTER:
            break
    if _begins_as_utf8(head[:_LONGEST_CHARACTER]):
        return None
    evidence = _Evidence(before)
    for block in chain((head,), blocks):
        if _IMPOSSIBLE.search(block) or evidence.is_against:
            return None
        evidence.add(block)
    return evidence.encoding


def _begins_as_utf8(head: bytes) -> bool:
    """True for a first character of UTF-8, also for one that the content's end cuts short."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > 0 or error.reason == "unexpected end of data"
    return True


class _Evidence:
    """Counts what stands beyond ASCII, alike however the content is cut into blocks."""

    def __init__(self, before: bytes) -> None:
        # The two bytes before the block: a sign in a word is seen by its neighbours.
        self._before = before
        self._is_telling = False
        self._bytes = self._runs = self._signs_in_words = self._like_utf8 = 0
        self._controls = self._letters = self._whole_characters = 0
        self.is_against = False

    @property
    def encoding(self) -> str | None:
        if not self._is_western or self.is_against:
            return None
        if not self._controls:
            return "cp1252"
        return "iso8859-1" if self._controls < self._letters else None

    @property
    def _is_western(self) -> bool:
        return (
            self._is_telling
            and self._bytes < self._runs * _MOST_BYTES_IN_A_RUN
            and self._like_utf8 < self._runs * _MOST_LIKE_UTF8
            and self._whole_characters <= self._runs * _MOST_WHOLE_CHARACTERS
            and self._signs_in_words <= self._runs * _MOST_SIGNS_IN_WORDS
        )

    def add(self, block: bytes) -> None:
        joined = self._before + block
        if not joined.isascii():
            self._signs_in_words += _count(_SIGN_IN_WORD, joined)
            self._like_utf8 += _count(_LIKE_UTF8, self._before[-1:] + block)
            self._whole_characters += _count(_WHOLE_CHARACTER, joined)
            self._whole_characters -= _count(_WHOLE_CHARACTER, self._before)
            self.is_against = self.is_against or _CONTROL_IN_WORD.search(joined) is not None
        if not block.isascii():
            self._is_telling = self._is_telling or _TELLING.search(block) is not None
            self._bytes += len(block) - len(block.translate(None, _BEYOND_ASCII))
            goes_on = self._before[-1:] >= b"\x80" and block[0] >= 0x80
            self._runs += _count(_RUN, block) - goes_on
            self._controls += len(block) - len(block.translate(None, _CONTROL_BYTES))
            self._letters += len(block) - len(block.translate(None, _LETTER_BYTES))
        self._before = joined[-2:]


def _count(pattern: re.Pattern[bytes], text: bytes) -> int:
    return sum(1 for _ in pattern.finditer(text))

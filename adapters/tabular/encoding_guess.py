"""What CSV is written in when nobody says it: UTF-8, unless all of it looks like Windows-1252."""

import re
from collections.abc import Iterator
from itertools import chain

_BEYOND_ASCII = bytes(range(0x80, 0x100))
_FIRST_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"[\x80-\xff]++")
_LONGEST_CHARACTER = 4
# Bytes that Windows-1252 does not have, NUL, and the ƒ, with which Japanese katakana begin.
_IMPOSSIBLE = re.compile(rb"[\x00\x81\x83\x8d\x8f\x90\x9d]")
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
# Western words hold one or two letters beyond ASCII at a time. Greek, Cyrillic and Asian ones
# hold little else, and would pass for Windows-1252 with every character wrong.
_MOST_BYTES_IN_A_RUN = 2.5


def is_windows_1252(blocks: Iterator[bytes]) -> bool:
    """True when the content is no UTF-8, and all of it can be Windows-1252.

    The first character beyond ASCII speaks for UTF-8 when it is some, and then nothing more
    is read: a text of which one record is damaged stays what it is. Holds one block at a time.
    """
    for block in blocks:
        # The first test is ten times as fast as the search.
        found = None if block.isascii() else _FIRST_BEYOND_ASCII.search(block)
        if found is not None:
            before = block[max(0, found.start() - 1) : found.start()]
            rest = chain((block[found.start() :],), blocks)
            return _is_windows_1252(before, rest)
    return False


def _is_windows_1252(before: bytes, blocks: Iterator[bytes]) -> bool:
    head = b""
    for block in blocks:
        head += block
        if len(head) >= _LONGEST_CHARACTER:
            break
    if _begins_as_utf8(head[:_LONGEST_CHARACTER]):
        return False
    evidence = _Evidence(before)
    for block in chain((head,), blocks):
        if _IMPOSSIBLE.search(block):
            return False
        evidence.add(block)
    return evidence.is_western


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

    @property
    def is_western(self) -> bool:
        return (
            self._is_telling
            and self._bytes < self._runs * _MOST_BYTES_IN_A_RUN
            and self._like_utf8 < self._runs * _MOST_LIKE_UTF8
            and self._signs_in_words <= self._runs * _MOST_SIGNS_IN_WORDS
        )

    def add(self, block: bytes) -> None:
        joined = self._before + block
        if not joined.isascii():
            self._signs_in_words += _count(_SIGN_IN_WORD, joined)
            self._like_utf8 += _count(_LIKE_UTF8, self._before[-1:] + block)
        if not block.isascii():
            self._is_telling = self._is_telling or _TELLING.search(block) is not None
            self._bytes += len(block) - len(block.translate(None, _BEYOND_ASCII))
            goes_on = self._before[-1:] >= b"\x80" and block[0] >= 0x80
            self._runs += _count(_RUN, block) - goes_on
        self._before = joined[-2:]


def _count(pattern: re.Pattern[bytes], text: bytes) -> int:
    return sum(1 for _ in pattern.finditer(text))

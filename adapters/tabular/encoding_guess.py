"""What CSV is written in when nobody says it: UTF-8, unless all of it looks like Windows-1252."""

import re
from collections.abc import Iterator
from itertools import chain

_BEYOND_ASCII = bytes(range(0x80, 0x100))
_FIRST_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"[\x80-\xff]++")
_LONGEST_CHARACTER = 4
# Bytes that Windows-1252 does not have, and NUL, which no text has.
_IMPOSSIBLE = re.compile(rb"[\x00\x81\x8d\x8f\x90\x9d]")
# þ and ÿ are so rare that alone they are damage and no language.
_TELLING = re.compile(rb"[\x80-\xfd]")
# Western words hold their letters beyond ASCII one at a time. Greek, Cyrillic and Asian ones
# hold little else, and would pass for Windows-1252 with every character wrong.
_MOST_BYTES_IN_A_RUN = 1.5


def is_windows_1252(blocks: Iterator[bytes]) -> bool:
    """True when the content is no UTF-8, and all of it can be Windows-1252.

    The first character beyond ASCII speaks for UTF-8 when it is some, and then nothing more
    is read: a text of which one record is damaged stays what it is. Holds one block at a time.
    """
    for block in blocks:
        found = _FIRST_BEYOND_ASCII.search(block)
        if found is not None:
            rest = chain((block[found.start() :],), blocks)
            return _is_windows_1252(rest)
    return False


def _is_windows_1252(blocks: Iterator[bytes]) -> bool:
    head = b""
    for block in blocks:
        head += block
        if len(head) >= _LONGEST_CHARACTER:
            break
    if _begins_as_utf8(head[:_LONGEST_CHARACTER]):
        return False
    is_telling = is_in_run = False
    beyond_ascii = runs = 0
    for block in chain((head,), blocks):
        if _IMPOSSIBLE.search(block):
            return False
        if block.isascii():
            is_in_run = is_in_run and not block
            continue
        is_telling = is_telling or _TELLING.search(block) is not None
        beyond_ascii += len(block) - len(block.translate(None, _BEYOND_ASCII))
        runs += sum(1 for _ in _RUN.finditer(block)) - (is_in_run and block[0] >= 0x80)
        is_in_run = block[-1] >= 0x80
    return is_telling and beyond_ascii < runs * _MOST_BYTES_IN_A_RUN


def _begins_as_utf8(head: bytes) -> bool:
    """True for a first character of UTF-8, also for one that the content's end cuts short."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > 0 or error.reason == "unexpected end of data"
    return True

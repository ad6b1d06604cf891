"""What the submitter asks for: how to read the file and what to do about bad rows."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

from domain.errors import InvalidOptionError

# Python knows codecs that are no text encodings, or that escape ASCII (rot13, idna, utf-7);
# of the rest these are what files are written in.
_ENCODING_NAMES = """
    utf-8 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be ascii
    iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9
    iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16
    cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp437 cp850 cp852 cp866 cp874
    koi8-r koi8-u mac-roman big5 gbk gb2312 gb18030 euc_jp euc_kr shift_jis cp932 cp949
"""
ENCODINGS: Final = tuple(_ENCODING_NAMES.split())
"""Every encoding that a file may be declared to be written in, by the name it has here."""

DELIMITERS: Final = (",", ";", "\t", "|")
"""What may stand between the cells of a CSV file."""

OUTPUTS: Final = ("csv", "ndjson", "parquet")
"""What the clean rows may be written as, in the order in which a choice of them is kept."""

_SHOWN_CHARACTERS = 40
# No count of rows has more, and Python refuses to read numbers of thousands.
_MOST_DIGITS = 15
_SPELT_DELIMITERS: Mapping[str, str] = MappingProxyType(
    {"\\t": "\t"} | {delimiter: delimiter for delimiter in DELIMITERS}
)


class OnError(StrEnum):
    """The fate of a file that holds at least one bad row."""

    SKIP_ROWS = "skip_rows"
    REJECT_FILE = "reject_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxErrors:
    """The most bad rows a file may hold: a count, or a share of the rows that are not blank.

    Exactly one of the two is set; `percent` is 0..100.
    """

    count: int | None = None
    percent: float | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `250` or `5%`; raises InvalidOptionError for anything else."""
        if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
            return cls(count=int(text))
        number = text.removesuffix("%")
        is_plain = number != text and re.fullmatch(r"[0-9]+(\.[0-9]+)?", number)
        if is_plain and float(number) <= 100:
            return cls(percent=float(number))
        raise InvalidOptionError(
            "maxErrors", _excerpt(text), "a whole number or a percentage such as 5%, at most 100%"
        )

    def __str__(self) -> str:
        return f"{self.percent:g}%" if self.count is None else str(self.count)

    def is_exceeded(self, *, rejected: int, judged: int) -> bool:
        """True when `rejected` of `judged` rows is more than the submitter tolerates."""
        if self.count is not None:
            return rejected > self.count
        # In decimals as they were written: as a float, 2.3% of 3000 is less than 69.
        return self.percent is not None and rejected * 100 > Decimal(str(self.percent)) * judged


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingOptions:
    """How one file is read and judged; None leaves the choice to detection."""

    on_error: OnError = OnError.SKIP_ROWS
    max_errors: MaxErrors | None = None
    outputs: tuple[str, ...] = ("csv",)
    encoding: str | None = None
    delimiter: str | None = None
    header: bool = True


def parse_encoding(text: str) -> str:
    """The one of ENCODINGS that goes by that name, as `Latin-1` or `windows-1252` do.

    Raises InvalidOptionError, which names them all.
    """
    try:
        name = codecs.lookup(text).name.removesuffix("-sig")
    except (LookupError, ValueError):
        name = ""
    if name not in ENCODINGS:
        expected = f"an encoding that can be read: {', '.join(ENCODINGS)}"
        raise InvalidOptionError("encoding", _excerpt(text), expected)
    return name


def parse_delimiter(text: str) -> str:
    """One of DELIMITERS; the tab may be spelt `\\t`. Raises InvalidOptionError."""
    if text not in _SPELT_DELIMITERS:
        expected = "one of , ; | and the tab, written \\t"
        raise InvalidOptionError("delimiter", _excerpt(text), expected)
    return _SPELT_DELIMITERS[text]


def parse_outputs(text: str) -> tuple[str, ...]:
    """Those of OUTPUTS that are named, with commas between, in any order and however often.

    Raises InvalidOptionError, which names the first that is none; where that is blank, all.
    """
    asked = text.split(",")
    for name in asked:
        if name not in OUTPUTS:
            expected = f"one of {', '.join(OUTPUTS)}, or several with commas between"
            raise InvalidOptionError("outputs", _excerpt(name if name.strip() else text), expected)
    return tuple(name for name in OUTPUTS if name in asked)


def _excerpt(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"

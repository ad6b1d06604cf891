"""Spellings that are certainly values of their type, and certainly written back unchanged.

Each grammar is narrower than the type's own in the domain, which has the last word on whatever
is written otherwise. They are for Polars, whose regular expressions are those of Rust.
"""

from typing import Final

_MONTH_AND_DAY = (
    "(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    "|(?:0[13-9]|1[0-2])-(?:29|30)"
    "|(?:0[13578]|1[02])-31)"
)
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_URI_PART = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*"

INTEGER: Final = "0|-?[1-9][0-9]{0,17}"
DATE: Final = f"[1-9][0-9]{{3}}-{_MONTH_AND_DAY}"
# No zeros at the end of a fraction, and UTC is Z.
TIME: Final = (
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{0,5}[1-9])?"
    "(?:Z|[+-](?:0[1-9]|1[0-3]):[0-5][0-9])?"
)
DATETIME: Final = f"{DATE}T{TIME}"
YEAR: Final = "[1-9][0-9]{3}"
STRING_FORMATS: Final = {
    "email": rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*",
    "uri": rf"https?://[A-Za-z0-9._~-]+(?::[0-9]+)?(?:/{_URI_PART})?(?:\?{_URI_PART})?",
    "uuid": "[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
}

MOST_NUMBER_DIGITS: Final = 15
"""So many digits survive in a 64-bit float, so that it can be compared in place of a decimal.

Of two decimals, more digits or not, the smaller one is never the larger float.
"""


def number(point: str, *, sign: str = "-?") -> str:
    """Decimal numbers with that decimal character, whose canonical text has no exponent.

    With `sign` empty those without one, which are never below zero.
    """
    return (
        rf"(?:0|{sign}(?:[1-9][0-9]{{0,17}}(?:[{point}][0-9]{{1,17}})?"
        rf"|0[{point}](?:[0-9]{{1,6}}|0{{0,5}}[1-9][0-9]{{0,17}})))"
    )


def whole(grammar: str) -> str:
    """A regular expression for the texts that the grammar describes to their last character."""
    return rf"^(?:{grammar})\z"

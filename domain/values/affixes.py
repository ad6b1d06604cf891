"""What stands around a number that is not bare: a currency, a unit, a percent sign."""

import unicodedata

# Letters and their marks, currencies, spaces, and punctuation or symbols such as % and °.
# Neither brackets nor any sort of dash: "(95)" and "95-" mean -95 to those who write so, and
# to strip them would turn a debt into an asset. Nor digits of any script.
_HARMLESS = frozenset({"Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Mn", "Sc", "So", "Po", "Zs"})


def strip_affixes(text: str, *, numeric: str) -> str:
    """The text without what may stand before and after a number that is not bare.

    The characters in `numeric` belong to the number and stay, unless they are spaces.
    """
    start, end = 0, len(text)
    while start < end and _is_affix(text[start], numeric):
        start += 1
    while end > start and _is_affix(text[end - 1], numeric):
        end -= 1
    return text[start:end]


def _is_affix(character: str, numeric: str) -> bool:
    if character in numeric and character != " ":
        return False
    return unicodedata.category(character) in _HARMLESS

"""Patterns of the schema that mean the same to RE2, which defines them, and to Polars."""

import re

# What both read alike, character for character: ASCII, no negation, no flags, no Unicode
# classes. `\d` and `\w` are ASCII in RE2 and not in Rust, hence the translations.
_CLASS_ITEM = r"[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_ .,:;/@#%+*=!]"
_PIECE = re.compile(
    rf"(?P<set>\[(?:{_CLASS_ITEM})+-?\])"
    r"|(?P<repeat>[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})"
    r"|(?P<structure>\(\?:|\((?!\?)|[)|^$.])"
    r"|(?P<escape>\\[.*+?()|\[\]{}^$\\-])"
    r"|(?P<translated>\\[dw])"
    r"|(?P<literal>[A-Za-z0-9_ ,:;/@#%=!<>&~'\"-])"
)
_TRANSLATED = {r"\d": "[0-9]", r"\w": "[0-9A-Za-z_]"}


def translated(pattern: str) -> str | None:
    """The same pattern for Polars; None when it is not certain to be the same."""
    pieces, position = list[str](), 0
    while position < len(pattern):
        piece = _PIECE.match(pattern, position)
        if piece is None:
            return None
        pieces.append(_TRANSLATED.get(piece[0], piece[0]))
        position = piece.end()
    return "".join(pieces)

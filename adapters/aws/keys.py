"""Which texts are keys."""

import re

_KEY_PART = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]+")


def checked_key(key: str) -> str:
    """`key`, when it is one; raises ValueError otherwise."""
    if not is_key(key):
        raise ValueError(f"not a key: {key!r}")
    return key


def is_key(text: str) -> bool:
    """True when we may have given an object that name."""
    return all(_KEY_PART.fullmatch(part) for part in text.split("/"))

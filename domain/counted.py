"""Counts in words that agree with them."""


def counted(count: int, noun: str) -> str:
    """`1 cell` or `3 cells`, for nouns whose plural takes an s."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

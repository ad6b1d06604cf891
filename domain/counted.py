"""Counts in words that agree with them."""


def are(count: int) -> str:
    """`1 is` or `3 are`."""
    return f"{count} is" if count == 1 else f"{count} are"


def counted(count: int, noun: str) -> str:
    """`1 cell` or `3 cells`, for nouns whose plural takes an s."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

"""Which texts a database can hold."""


def is_storable(text: str) -> bool:
    """False for a text that is in no row, because no row could hold it.

    PostgreSQL has no NUL, and no encoding has half of a surrogate pair. Asked for one, the
    driver fails where the answer is: there is none.
    """
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)

"""Content whose processing takes long enough to be interrupted."""


def slow_json(*, good: int, bad: int = 0) -> bytes:
    """An array of so many objects, and of as many elements that are none.

    Records that hold arrays are read one by one: fifty thousand take seconds, where others take
    a moment.
    """
    elements = [b'{"id":%d,"amount":[%d]}' % (row, row) for row in range(good)]
    return b"[" + b",\n".join(elements + [b'"x"'] * bad) + b"]\n"

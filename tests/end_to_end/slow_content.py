"""Content whose processing takes long enough to be interrupted."""


def slow_json(*, good: int, bad: int = 0) -> bytes:
    """An array of so many objects, and of as many elements that are none.

    JSON is read element by element: fifty thousand take two seconds, where CSV takes a moment.
    """
    elements = [b'{"id":%d,"amount":%d}' % (row, row) for row in range(good)]
    return b"[" + b",\n".join(elements + [b'"x"'] * bad) + b"]\n"

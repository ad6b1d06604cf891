"""Content whose processing takes long enough to be interrupted."""


def slow_csv(*, good: int, bad: int = 0) -> bytes:
    """Rejected rows that are submitted again: so many of them repaired, and some not.

    Nothing that is fast can tell whether a row was repaired, so each is read exactly: fifty
    thousand take a second or more.
    """
    rows = [b"%d,%d,,,%d,%d" % (row, row, row, row) for row in range(good)]
    return b"_row,_line,_errors,_raw,id,amount\n" + b"\n".join(rows + [b"1,1,,x,,"] * bad) + b"\n"

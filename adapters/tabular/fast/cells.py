"""Records cut into a table of texts."""

import polars as pl


def cell_name(source: int | None) -> str:
    """What the table calls the cells at that place of the records; None is nowhere."""
    return "absent" if source is None else f"c{source}"


def text_name(at: int) -> str:
    """What a table calls the texts of the clean rows in the layout's column at that position."""
    return f"text{at}"


def cut_records(records: bytes, *, count: int, width: int, delimiter: str) -> pl.DataFrame | None:
    """The cells of `count` records of `width` cells, an empty one as null; None on any doubt.

    The records must be proven: UTF-8 without NULs, their quotes as in RFC 4180, none of them
    blank, and each ended by LF or CRLF.
    """
    names = [cell_name(source) for source in range(width)]
    # A header of our own keeps a first record from being taken for one, and its byte order
    # mark, which is text at this place, from being taken away.
    header = delimiter.join(names).encode() + b"\n"
    try:
        table = pl.read_csv(
            header + records,
            separator=delimiter,
            schema=dict.fromkeys(names, pl.String),
            null_values="",
            glob=False,
        )
    except pl.exceptions.PolarsError:
        return None
    return table if table.shape == (count, width) else None

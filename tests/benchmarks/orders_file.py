"""Orders on disk, as many bytes of them as wanted.

By hand: `python -m tests.benchmarks.orders_file FILE MEGABYTES`, CSV or JSON by the file's name.
"""

import sys
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from tests.benchmarks.orders import BAD_EVERY, HEADER, orders_as_csv, orders_as_json

_ROWS_BEFORE_THEY_REPEAT = 50_000
_BUFFER_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Orders:
    """A file of orders, and how many of them are good."""

    path: Path
    rows: int
    size_bytes: int

    @property
    def good_rows(self) -> int:
        """How many any judge has to accept."""
        return self.rows - self.rows // BAD_EVERY


def write_orders(path: Path, *, size_bytes: int) -> Orders:
    """Writes as many orders as fit: a JSON array where the name says so, otherwise CSV.

    After some thousands they repeat, but for their numbers, of which there are no two alike.
    """
    is_json = path.suffix == ".json"
    head = b"[" if is_json else ",".join(HEADER).encode()
    before, tail = (b'\n{"order_id":%d,', b"\n]\n") if is_json else (b"\n%d,", b"\n")
    between = b"," if is_json else b""
    rests = (orders_as_json if is_json else orders_as_csv)(_ROWS_BEFORE_THEY_REPEAT)
    left, rows = size_bytes - len(head) - len(tail), 0
    with path.open("wb", buffering=_BUFFER_BYTES) as file:
        file.write(head)
        for rest in cycle(rests):
            order = (between if rows else b"") + before % (rows + 1) + rest
            left -= len(order)
            if left < 0:
                break
            file.write(order)
            rows += 1
        file.write(tail)
    return Orders(path, rows, size_bytes=path.stat().st_size)


if __name__ == "__main__":
    write_orders(Path(sys.argv[1]), size_bytes=int(sys.argv[2]) * 1_000_000)

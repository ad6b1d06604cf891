"""The content engine beside what others would take instead, in one run and on the same files.

`python -m tests.benchmarks [SIZE ...]`, a size as `10KB`, `100MB` or `5GB`. Prints Markdown, and
ends with 1 when the engine took more memory than it may. Each measurement is a process of its
own; the fastest of a few counts, since whatever disturbs one makes it slower. Files are in the
page cache when they are read. Compare the ratios: the rest is the machine's.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.aims import aims, memory_aims
from tests.benchmarks.contender import CONTENDERS, CSV, JSON
from tests.benchmarks.markdown import aims_table, machine, size_text, table, title
from tests.benchmarks.measurement import cold_seconds
from tests.benchmarks.orders_file import write_orders
from tests.benchmarks.round_robin import Standings, in_turns

_STANDARD = ("10KB", "10MB", "100MB", "1GB")
_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9}
_SMALL_BYTES = 100_000
_WARM_UP_BYTES = 1_000_000
# A file, and results that together may be larger than it.
_ROOM_FACTOR = 2.5


def main() -> int:
    """Measures and prints; the exit status."""
    sizes = sorted(map(_size_bytes, sys.argv[1:] or _STANDARD))
    results: dict[tuple[str, int], Standings] = {}
    with TemporaryDirectory() as folder:
        if max(sizes) * _ROOM_FACTOR > shutil.disk_usage(folder).free:
            print(f"there is no room for {size_text(max(sizes))} in {folder}", file=sys.stderr)
            return 2
        _print(machine())
        for form in (CSV, JSON):
            before: Standings | None = None
            for size in sizes:
                before = results[form, size] = _compare(Path(folder), form, size, before)
    _print(aims_table(aims(results)))
    return 0 if all(aim.is_reached for aim in memory_aims(results)) else 1


def _compare(folder: Path, form: str, size_bytes: int, before: Standings | None) -> Standings:
    contenders = [it for it in CONTENDERS if form in it.forms]
    warm_up = folder / f"warm.{form}"
    write_orders(warm_up, size_bytes=min(size_bytes, _WARM_UP_BYTES))
    orders = write_orders(folder / f"orders.{form}", size_bytes=size_bytes)
    print(title(size_bytes, form), flush=True)
    standings = in_turns(contenders, orders, warm_up=warm_up, before=before)
    is_small = size_bytes <= _SMALL_BYTES
    cold = {it: cold_seconds(it, orders) for it in standings.measurements} if is_small else {}
    _print(table(standings, cold=cold))
    orders.path.unlink()
    return standings


def _size_bytes(text: str) -> int:
    number, unit = text[:-2], text[-2:].upper()
    return int(number) * _UNITS[unit]


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())

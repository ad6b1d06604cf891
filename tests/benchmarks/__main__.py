"""How fast the content engine reads CSV, beside floors that are measured in the same run.

`python -m tests.benchmarks [MEGABYTES ...]`. The first size is measured in this process, the
best of three, since everything that disturbs a measurement makes it slower; each size then once
in a process of its own, for its memory. Compare the ratios, for the machine is in the rest.
"""

import csv
import io
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.benchmarks.by_hand import check_by_hand
from tests.benchmarks.orders import orders_csv
from tests.benchmarks.orders_file import FileSource, write_orders
from tests.benchmarks.run import EXACT, FAST, orders_schema, process

ROUNDS = 3
ROWS_PER_MEGABYTE = 9_200
SIZES = (10, 100)
EXACT_PATH = "exact path, schema"


def main() -> None:
    """Prints a table of speeds, then the memory per size."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_bytes(orders_csv(sizes[0] * ROWS_PER_MEGABYTE))
        print_speeds(measured(path), megabytes=path.stat().st_size / 1e6)
        print(f"\n{'a process of its own':30} {'MB/s':>9} {'peak MB':>9}")
        for size in sizes:
            write_orders(path, megabytes=size)
            speed, peak = run_alone(path)
            print(f"{f'fast path, schema, {size} MB':30} {speed:9.1f} {peak:9.0f}")


def measured(path: Path) -> dict[str, float]:
    """The seconds of everything that is compared."""
    source, content = FileSource(path), path.read_bytes()
    schema, keyed = orders_schema(), orders_schema(primaryKey=["order_id", "customer"])
    return {
        "counting newlines": best_of(lambda: content.count(b"\n")),
        "csv module, no checks": best_of(lambda: read_by_csv(content)),
        "csv module, checks by hand": best_of(lambda: check_by_hand(content)),
        "fast path, no schema": best_of(lambda: process(source, None, limits=FAST)),
        "fast path, schema": best_of(lambda: process(source, schema, limits=FAST)),
        "fast path, schema and key": best_of(lambda: process(source, keyed, limits=FAST)),
        "exact path, no schema": best_of(lambda: process(source, None, limits=EXACT)),
        EXACT_PATH: best_of(lambda: process(source, schema, limits=EXACT)),
    }


def print_speeds(seconds_of: Mapping[str, float], *, megabytes: float) -> None:
    """Prints each measurement's seconds and rate, and how it compares with the exact path."""
    print(f"{megabytes:.1f} MB of 12 mixed columns, one row in a hundred bad\n")
    print(f"{'':30} {'seconds':>9} {'MB/s':>9} {'x exact path':>13}")
    for name, seconds in seconds_of.items():
        ratio = seconds_of[EXACT_PATH] / seconds
        print(f"{name:30} {seconds:9.4f} {megabytes / seconds:9.1f} {ratio:13.1f}")


def best_of(work: Callable[[], object]) -> float:
    """The seconds of the fastest of a few rounds."""
    return min(_seconds(work) for _ in range(ROUNDS))


def _seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def read_by_csv(content: bytes) -> int:
    """The number of records: the least that any reader in Python has to do."""
    return sum(1 for _ in csv.reader(io.StringIO(content.decode(), newline="")))


def run_alone(path: Path) -> tuple[float, float]:
    """Megabytes per second and the peak of memory, of a process that does nothing else."""
    command = [sys.executable, "-m", "tests.benchmarks.run", str(path), "fast"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    speed, peak = map(float, done.stdout.split())
    return speed, peak


if __name__ == "__main__":
    main()

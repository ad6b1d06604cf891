"""The aims are told from what was measured, when the files are gone."""

from pathlib import Path

from tests.benchmarks.aims import aims
from tests.benchmarks.contender import CSV, VALIDATE_ONLY, WITH_PARQUET
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.orders_file import Orders
from tests.benchmarks.round_robin import Standings

MB = 1_000_000


def test_speeds_are_told_of_files_that_are_gone(tmp_path: Path) -> None:
    orders = Orders(tmp_path / "gone.csv", rows=1, size_bytes=100 * MB)
    fast = Measurement(seconds=0.5, processor_seconds=1, peak_megabytes=100)
    slow = Measurement(seconds=2, processor_seconds=2, peak_megabytes=301)

    told = list(
        aims({(CSV, 100 * MB): Standings(orders, {VALIDATE_ONLY: fast, WITH_PARQUET: slow})})
    )

    assert [(aim.measured, aim.is_reached) for aim in told] == [
        ("50 MB/s", False),
        ("200 MB/s", True),
        ("301 MB", False),
    ]

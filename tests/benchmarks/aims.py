"""What the engine shall reach, and whether it did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.benchmarks.contender import (
    CSV,
    DUCKDB,
    FRICTIONLESS,
    JSON,
    PANDERA,
    VALIDATE_ONLY,
    WITH_PARQUET,
    Contender,
)
from tests.benchmarks.round_robin import Standings

MOST_MEGABYTES = 300
_KB, _MB = 1_000, 1_000_000

Results = Mapping[tuple[str, int], Standings]
"""By form and size in bytes as it was asked for."""


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim, what was measured, and whether that is enough."""

    text: str
    measured: str
    is_reached: bool


def aims(results: Results) -> Iterator[Aim]:
    """Those of which the sizes were measured."""
    yield from _speed(results, CSV, WITH_PARQUET, 100)
    yield from _speed(results, CSV, VALIDATE_ONLY, 150)
    yield from _speed(results, JSON, WITH_PARQUET, 60)
    yield from _ratio(results, FRICTIONLESS, size=10 * _MB, times=25, ours=VALIDATE_ONLY)
    yield from _ratio(results, DUCKDB, size=100 * _MB, times=1, ours=WITH_PARQUET)
    yield from _ratio(results, PANDERA, size=100 * _MB, times=1, ours=WITH_PARQUET)
    standings = results.get((CSV, 10 * _KB))
    if standings:
        milliseconds = standings.measurements[WITH_PARQUET].seconds * 1000
        text = "10 KB of CSV, warm, with Parquet: at most 10 ms"
        yield Aim(text, f"{milliseconds:.1f} ms", milliseconds <= 10)
    yield from memory_aims(results)


def memory_aims(results: Results) -> Iterator[Aim]:
    """Those that no disturbance of the machine excuses."""
    for (form, size), standings in results.items():
        if size < 100 * _MB:
            continue
        peak = max(it.peak_megabytes for who, it in standings.measurements.items() if who.is_ours)
        text = f"{size / _MB:.0f} MB of {form.upper()}: at most {MOST_MEGABYTES} MB resident"
        yield Aim(text, f"{peak:.0f} MB", peak <= MOST_MEGABYTES)


def _speed(results: Results, form: str, ours: Contender, aim: int) -> Iterator[Aim]:
    standings = results.get((form, 100 * _MB))
    if standings and ours in standings.measurements:
        speed = standings.orders.size_bytes / _MB / standings.measurements[ours].seconds
        text = f"100 MB of {form.upper()}, {ours.name}: at least {aim} MB/s"
        yield Aim(text, f"{speed:.0f} MB/s", speed >= aim)


def _ratio(
    results: Results, other: Contender, *, size: int, times: int, ours: Contender
) -> Iterator[Aim]:
    standings = results.get((CSV, size))
    if standings and {other, ours} <= standings.measurements.keys():
        found = standings.measurements
        ratio = found[other].seconds / found[ours].seconds
        text = f"{size / _MB:.0f} MB of CSV, {ours.name}: at least {times}x {other.name}"
        yield Aim(text, f"{ratio:.1f}x", ratio >= times)

"""The results as Markdown, ready for RESULTS.md."""

import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.aims import Aim
from tests.benchmarks.contender import WITH_PARQUET, Contender
from tests.benchmarks.round_robin import Standings

_PACKAGES = ("gristmill", "polars", "numpy", "pyarrow", "duckdb", "pandera", "frictionless")


def title(size_bytes: int, form: str) -> str:
    """The heading of a table."""
    return f"\n### {size_text(size_bytes)} of {form.upper()}\n"


def size_text(size_bytes: int) -> str:
    """The size in the largest unit that it is whole in."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "KB")):
        if size_bytes % unit == 0:
            return f"{size_bytes // unit} {name}"
    return f"{size_bytes} bytes"


def machine() -> Iterator[str]:
    """When and on what this was measured."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    yield f"## {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n"
    yield f"- {load()} before"
    yield f"- {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB of memory"
    yield f"- {platform.system()} {platform.release()}, Python {platform.python_version()}"
    yield f"- {packages}"


def load() -> str:
    """How busy the machine is, of itself or by the benchmark."""
    return "load average " + " ".join(f"{load:.1f}" for load in os.getloadavg())


def table(standings: Standings, *, cold: Mapping[Contender, float]) -> Iterator[str]:
    """A line for each contender; `cold` seconds are told where they were measured."""
    ours = standings.measurements.get(WITH_PARQUET)
    megabytes = standings.orders.size_bytes / 1e6
    yield f"| | MB/s | seconds | processor | peak MB | runs | times {WITH_PARQUET.name} |" + (
        " cold |" if cold else ""
    )
    yield "|---|---:|---:|---:|---:|---:|---:|" + ("---:|" if cold else "")
    for contender, it in standings.measurements.items():
        ratio = f"{it.seconds / ours.seconds:.2f}" if ours else ""
        cells = [
            contender.name,
            f"{megabytes / it.seconds:.1f}",
            f"{it.seconds:.3g}",
            f"{it.processor_seconds:.3g}",
            f"{it.peak_megabytes:.0f}",
            str(it.runs),
            ratio,
            *([f"{cold[contender]:.2f} s"] if cold else []),
        ]
        yield f"| {' | '.join(cells)} |"
    for contender, why in standings.left_out.items():
        yield f"\nLeft out: {contender.name}; it took {why}."
    yield f"\n{load()}, {standings.orders.rows} rows"


def aims_table(aims: Iterable[Aim]) -> Iterator[str]:
    """What shall be reached beside what was; nothing when no size of theirs was measured."""
    lines = [
        f"| {aim.text} | {aim.measured} | {'reached' if aim.is_reached else 'missed'} |"
        for aim in aims
    ]
    if not lines:
        return
    yield "\n### Aims\n"
    yield "| aim | measured | |"
    yield "|---|---:|---|"
    yield from lines


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())

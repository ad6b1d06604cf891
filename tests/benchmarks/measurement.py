"""What a contender needs for a file, measured in processes of its own."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from tests.benchmarks.contender import Contender
from tests.benchmarks.orders_file import Orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The fastest of so many runs, and the most memory that any of them had."""

    seconds: float
    processor_seconds: float
    peak_megabytes: float
    runs: int = 1

    def and_again(self, other: "Measurement") -> "Measurement":
        """Both together."""
        faster = min(self, other, key=lambda it: it.seconds)
        return replace(
            faster,
            peak_megabytes=max(self.peak_megabytes, other.peak_megabytes),
            runs=self.runs + other.runs,
        )


class WrongAnswerError(Exception):
    """A contender accepted other rows than the good ones, so its time means nothing."""


def measured(
    contender: Contender, orders: Orders, *, repetitions: int, warm_up: Path | None
) -> Measurement:
    """One run, the fastest of its repetitions; warm after another file was read."""
    arguments = [str(repetitions), *([] if warm_up is None else [str(warm_up)])]
    found = _run(contender, orders, arguments)
    return Measurement(
        seconds=found["seconds"],
        processor_seconds=found["processor_seconds"],
        peak_megabytes=found["peak_megabytes"],
        runs=repetitions,
    )


def cold_seconds(contender: Contender, orders: Orders) -> float:
    """How long a process takes that starts, reads the one file, and ends."""
    started = perf_counter()
    _run(contender, orders, ["1"])
    return perf_counter() - started


def _run(contender: Contender, orders: Orders, arguments: Sequence[str]) -> dict[str, float]:
    module = [sys.executable, "-m", "tests.benchmarks.alone"]
    done = subprocess.run(
        [*module, contender.name, str(orders.path), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    if found["accepted"] not in (None, orders.good_rows):
        raise WrongAnswerError(f"{contender.name}: {found['accepted']}, not {orders.good_rows}")
    return found

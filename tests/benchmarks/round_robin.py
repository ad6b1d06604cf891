"""Measures all contenders on one file in turns, so that a disturbance hits none alone."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.benchmarks.contender import Contender
from tests.benchmarks.measurement import Measurement, measured
from tests.benchmarks.orders_file import Orders

_ROUNDS: Final = 3
_ENOUGH_SECONDS: Final = 5
"""Whose runs took so long together has had enough of them."""
_TOO_LONG_SECONDS: Final = 60
_MEMORY_MEGABYTES: Final = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e6


@dataclass(frozen=True, slots=True)
class Standings:
    """Who was measured, and who was left out and why."""

    orders: Orders
    measurements: Mapping[Contender, Measurement]
    left_out: Mapping[Contender, str] = field(default_factory=dict)


def in_turns(
    contenders: Sequence[Contender], orders: Orders, *, warm_up: Path, before: Standings | None
) -> Standings:
    """Measures them; left out is whom the size `before` showed to need too much for this one."""
    left_out = {it: why for it in contenders if (why := _why_not(it, orders, before))}
    standings: dict[Contender, Measurement] = {}
    for turn in range(_ROUNDS):
        for contender in contenders if turn % 2 == 0 else reversed(contenders):
            known = standings.get(contender)
            if contender in left_out or (known and known.runs * known.seconds > _ENOUGH_SECONDS):
                continue
            print(f"  {contender.name}", file=sys.stderr, flush=True)
            found = measured(contender, orders, repetitions=_repetitions(orders), warm_up=warm_up)
            standings[contender] = known.and_again(found) if known else found
    return Standings(orders, standings, left_out)


def _repetitions(orders: Orders) -> int:
    if orders.size_bytes < 1_000_000:
        return 20
    return 3 if orders.size_bytes < 50_000_000 else 1


def _why_not(contender: Contender, orders: Orders, before: Standings | None) -> str | None:
    if before is None:
        return None
    if contender in before.left_out:
        return before.left_out[contender]
    known = before.measurements[contender]
    growth = orders.size_bytes / before.orders.size_bytes
    if known.seconds * growth > _TOO_LONG_SECONDS:
        return f"{known.seconds:.0f} s for a file of {before.orders.size_bytes / 1e6:.0f} MB"
    # Of a small file most of the memory is the libraries'.
    if known.peak_megabytes > 500 and known.peak_megabytes * growth > _MEMORY_MEGABYTES / 2:
        return (
            f"{known.peak_megabytes:.0f} MB of memory for {before.orders.size_bytes / 1e6:.0f} MB"
        )
    return None

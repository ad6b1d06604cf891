"""How much trouble is made: a little every day, more on a build server, most in a soak."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How many services are tried in each of two profiles, and what each of them gets.

    `kills` are processes that die by kill -9, `others` whatever else may happen, and
    `long_outages` last until breakers have opened and probed in vain.
    """

    runs: int
    kills: int
    others: int
    long_outages: int

    @property
    def troubles(self) -> int:
        """How many a service gets in all."""
        return self.kills + self.others + self.long_outages


def is_soak() -> bool:
    """True when there is time for everything."""
    return bool(os.environ.get("SOAK"))


def extent() -> Extent:
    """20 kills every day, 60 on a build server, 500 in a soak."""
    if is_soak():
        return Extent(runs=10, kills=25, others=15, long_outages=1)
    if os.environ.get("CI"):
        return Extent(runs=1, kills=30, others=12, long_outages=1)
    return Extent(runs=1, kills=10, others=6, long_outages=0)

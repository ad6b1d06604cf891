"""How much is simulated: everyday, under CI, and in soak."""

import os

IS_SOAK = bool(os.environ.get("SOAK"))
IS_CI = bool(os.environ.get("CI"))
IS_REPLAY = "SIM_SEED" in os.environ

RANDOM_SEEDS = 100_000 if IS_SOAK else 2_000
SEEDS_AT_ONCE = 1_000 if IS_SOAK else 250
"""How many make one test, so that tests can run beside each other."""

CALM_SEEDS = 2_000 if IS_SOAK else 100
PAIRS_OF_UPLOADS = 1.0 if IS_SOAK or IS_CI else 0.05
PAIRS_OF_OTHERS = 1.0 if IS_SOAK else 0.002
PAIRS_OF_ANY_FAULTS = 0.03 if IS_SOAK else 0.0003
SPECIAL_SEEDS = 1_000 if IS_SOAK else 30
"""Of the scenarios that take long: hours without something, and two months."""


def seed_ranges(count: int) -> list[range]:
    """The seeds below `count`, in parts; SIM_SEED alone where somebody names it."""
    if IS_REPLAY:
        seed = int(os.environ["SIM_SEED"])
        return [range(seed, seed + 1)]
    step = min(count, SEEDS_AT_ONCE)
    return [range(start, start + step) for start in range(0, count, step)]

"""Clients, relays, workers, watchers and operators, while everything goes wrong by chance."""

from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.effort import RANDOM_SEEDS, seed_ranges
from tests.simulation.replaying import played
from tests.simulation.run import Run
from tests.simulation.scenarios import random_scenario

SOMETIMES = (
    "takeover",
    "fenced",
    "redriven",
    "reconciled",
    "purge",
    "exhausted",
    "ambiguous",
    "replay",
    "delivery released",
    "clean skipped",
    "partial skipped",
    "rejected skipped",
    "pried",
    "late",
    "locked out",
    "statement failed",
    "round taken",
)
"""What has to happen in one of a hundred runs at least, or they prove little."""

KEPT = [
    int(line.split()[0])
    for line in (Path(__file__).parent / "seeds").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("seeds", seed_ranges(RANDOM_SEEDS), ids=lambda seeds: f"{seeds.start}")
def test_whatever_happens_every_file_comes_to_its_true_end_once(seeds: range) -> None:
    sightings = Counter[str]()

    for seed in seeds:
        sightings.update(played(random_scenario(seed)).sightings)

    if len(seeds) > 1:
        rare = {name: sightings[name] for name in SOMETIMES if sightings[name] < len(seeds) / 100}
        assert rare == {}


def test_what_a_seed_has_found_once_is_mended() -> None:
    for seed in KEPT:
        played(random_scenario(seed))


def test_a_seed_gives_the_same_run_every_time() -> None:
    for seed in range(10):
        first, second = (Run(random_scenario(seed)) for _ in range(2))
        first.play()
        second.play()

        assert first.world.database.tables == second.world.database.tables
        assert first.world.scheduler.turns == second.world.scheduler.turns


def test_no_accident_happens_after_the_end_that_promises_are_counted_from() -> None:
    for seed in range(500):
        scenario = random_scenario(seed)

        for event in scenario.weather:
            assert event.seconds <= scenario.ends_at - event.at, f"seed {seed}"

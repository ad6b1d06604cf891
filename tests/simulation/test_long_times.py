"""Hours in which something is away, and months in which things grow old."""

from collections import Counter

import pytest

from tests.simulation.effort import SPECIAL_SEEDS, seed_ranges
from tests.simulation.replaying import played
from tests.simulation.scenarios import ageing_scenario, long_outage_scenario, replacement_scenario

SEEDS = pytest.mark.parametrize(
    "seeds", seed_ranges(SPECIAL_SEEDS), ids=lambda seeds: f"{seeds.start}"
)


@SEEDS
def test_hours_without_something_amid_accidents_break_no_promise(seeds: range) -> None:
    sightings = Counter[str]()

    for seed in seeds:
        sightings.update(played(long_outage_scenario(seed)).sightings)

    if len(seeds) > 1:
        assert sightings["late"] > 0
        assert sightings["delivery released"] > 0


@SEEDS
def test_in_two_months_nothing_is_forgotten_before_its_time(seeds: range) -> None:
    sightings = Counter[str]()

    for seed in seeds:
        sightings.update(played(ageing_scenario(seed)).sightings)

    if len(seeds) > 1:
        for what in ("outlived", "key forgotten", "tombstone forgotten", "replay"):
            assert sightings[what] > len(seeds) / 4, what


def test_results_stay_for_a_day_after_they_were_replaced() -> None:
    world = played(replacement_scenario())

    assert "replaced results collected" in world.sightings

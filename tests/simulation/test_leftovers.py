"""What stays in storage: of deleted files nothing, of others what their records name."""

from collections import Counter

from tests.simulation.replaying import played
from tests.simulation.scenarios import collection_scenario, deletion_scenario, unanswered_scenario
from tests.simulation.world import World

SEEDS = range(60)


def unnamed_results(world: World) -> set[str]:
    """The keys of results that no file's record names."""
    files = world.database.tables.files.values()
    named = {result.key for file in files for result in file.results}
    return {key for key in world.storage.keys if key.startswith("results/")} - named


def test_of_a_file_that_was_deleted_at_any_moment_nothing_is_left() -> None:
    sightings = Counter[str]()

    for seed in SEEDS:
        # That nothing is left is looked at by every run, once late writers are gone.
        sightings.update(played(deletion_scenario(seed)).sightings)

    assert sightings["fenced"] > 0
    assert sightings["removed"] > 0


def test_where_nobody_dies_no_result_is_left_that_no_file_names() -> None:
    sightings = Counter[str]()

    for seed in SEEDS:
        world = played(unanswered_scenario(seed))
        sightings.update(world.sightings)
        assert unnamed_results(world) == set(), f"seed {seed}"

    assert sightings["ambiguous"] > len(SEEDS) / 4


def test_two_days_later_nothing_is_stored_that_no_record_names() -> None:
    sightings = Counter[str]()

    for seed in SEEDS:
        # That nothing else is left is looked at by every run with a collector.
        sightings.update(played(collection_scenario(seed)).sightings)

    assert sightings["collected"] > len(SEEDS) / 4

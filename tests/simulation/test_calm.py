"""Where nothing goes wrong, or one thing alone."""

import pytest

from domain.file_status import FileStatus, Outcome
from tests.simulation.effort import CALM_SEEDS, seed_ranges
from tests.simulation.replaying import played
from tests.simulation.scenarios import ABLE_TO_BE_AWAY, calm_scenario, outage_scenario


@pytest.mark.parametrize("seeds", seed_ranges(CALM_SEEDS), ids=lambda seeds: f"{seeds.start}")
def test_where_nothing_goes_wrong_every_file_is_started_once(seeds: range) -> None:
    for seed in seeds:
        played(calm_scenario(seed))


@pytest.mark.parametrize("target", ABLE_TO_BE_AWAY)
@pytest.mark.parametrize("seed", range(3))
def test_an_hour_without_a_dependency_fails_no_file(target: str, seed: int) -> None:
    # That hardly anything is begun in vain, and messages leave, is looked at by the run.
    scenario = outage_scenario(target, seed)

    world = played(scenario)

    files = world.database.tables.files.values()
    assert len(files) == len(scenario.submissions)
    assert not [state for state in files if state.outcome is Outcome.DEAD_LETTERED]
    assert all(state.status in (FileStatus.COMPLETED, FileStatus.FAILED) for state in files)

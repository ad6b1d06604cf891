"""A database that fails commits, or says nothing of them, or is away: and workers that die."""

import pytest

from tests.faults import CommitFault
from tests.simulation.simulation import Simulation
from tests.simulation.test_smoke import SEEDS, check_ends
from tests.simulation.weather import Weather


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_the_database_does_every_file_comes_to_its_true_end_once(seed: int) -> None:
    simulation = Simulation(seed, weather=Weather(seed))

    simulation.run()

    check_ends(simulation)


@pytest.mark.parametrize("seed", SEEDS)
def test_where_nobody_dies_no_result_is_left_that_no_file_names(seed: int) -> None:
    simulation = Simulation(seed, kill_share=0, weather=Weather(seed, outage_seconds=(5,)))

    simulation.run()

    check_ends(simulation)
    assert simulation.unnamed_results() == set()


def test_every_kind_of_fault_and_outages_do_occur_in_these_runs() -> None:
    weathers = [Weather(seed) for seed in range(10)]
    simulations = [Simulation(seed, weather=weather) for seed, weather in enumerate(weathers)]

    for simulation in simulations:
        simulation.run()

    assert {fault for one in simulations for fault in one.database.faults} == set(CommitFault)
    assert sum(weather.outages for weather in weathers) > 3

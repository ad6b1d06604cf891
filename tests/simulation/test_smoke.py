"""Uploads, relays and dying workers, interleaved at every port call by a seed."""

import os

import pytest

from domain.file_status import Outcome
from tests.simulation.simulation import FILES, Simulation

SEEDS = [int(os.environ["SIM_SEED"])] if "SIM_SEED" in os.environ else range(40)


def check_ends(simulation: Simulation) -> None:
    ends = [simulation.terminal[file.id, 1].outcome for file in simulation.accepted]
    assert ends == [Outcome.REJECTED, *[Outcome.CLEAN] * (FILES - 1)]


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_dies_every_accepted_file_comes_to_its_true_end_once(seed: int) -> None:
    simulation = Simulation(seed)

    simulation.run()

    check_ends(simulation)


def test_workers_do_die_in_these_runs_and_others_take_over() -> None:
    simulations = [Simulation(seed) for seed in range(10)]

    for simulation in simulations:
        simulation.run()

    names = [event.name for simulation in simulations for event in simulation.service.events]
    assert sum(simulation.scheduler.kills for simulation in simulations) > 10
    assert "file_taken_over" in names

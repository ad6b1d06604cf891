"""Files that are deleted at any moment, while workers die and the storage refuses."""

import pytest

from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.reconcile import Reconcile
from domain.erasure import LATE_WRITERS_GONE_AFTER
from tests.simulation.simulation import FILES, Simulation
from tests.simulation.test_smoke import SEEDS
from tests.simulation.weather import Weather


def keys_of_deleted(simulation: Simulation) -> set[str]:
    deleted = {str(file.id) for file in simulation.deleted}
    return {key for key in simulation.service.storage.keys if key.split("/")[1] in deleted}


@pytest.mark.parametrize("seed", SEEDS)
def test_of_a_file_that_was_deleted_at_any_moment_nothing_is_left(seed: int) -> None:
    simulation = Simulation(seed, weather=Weather(seed), deletions=FILES - 1)
    simulation.run()
    simulation.run_on(1000)

    simulation.service.clock.advance(2 * LATE_WRITERS_GONE_AFTER.total_seconds())
    simulation.service.get(Reconcile)()

    assert keys_of_deleted(simulation) == set()
    [kept] = simulation.accepted[FILES - 1 :]
    assert {result.key for result in simulation.current(kept).results} <= (
        simulation.service.storage.keys
    )


def test_deletions_do_meet_workers_and_leave_something_to_the_reconciler() -> None:
    fenced, with_rest = 0, 0
    for seed in range(20):
        simulation = Simulation(seed, weather=Weather(seed), deletions=FILES)
        simulation.run()
        fenced += [report.result for report in simulation.reports].count(DeliveryResult.FENCED)
        with_rest += bool(keys_of_deleted(simulation))

    assert fenced > 0
    assert with_rest > 0

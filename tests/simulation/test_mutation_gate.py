"""Known defects, planted into the wiring one at a time: each has to be found.

A promise that no defect can break is not being checked.
"""

from collections.abc import Iterator

import pytest

from tests.simulation.defects.planted import PLANTED, Planted
from tests.simulation.fault import Fault
from tests.simulation.flows import FLOWS, alone, single_faults
from tests.simulation.port_calls import IN_DOUBT
from tests.simulation.scenario import Scenario
from tests.simulation.scenarios import (
    ABLE_TO_BE_AWAY,
    ageing_scenario,
    calm_scenario,
    collection_scenario,
    hanging_deploys_scenario,
    outage_scenario,
    random_scenario,
    replacement_scenario,
)
from tests.simulation.shrinking import violation_of

CALM_SEEDS = 5
FIRST_SEEDS, RANDOM_SEEDS = 20, 150


def looks() -> Iterator[Scenario]:
    """What the suite looks at, the cheapest first."""
    yield from map(calm_scenario, range(CALM_SEEDS))
    yield from map(alone, FLOWS.values())
    yield replacement_scenario()
    yield from map(random_scenario, range(FIRST_SEEDS))
    yield from (outage_scenario(target, 0) for target in ABLE_TO_BE_AWAY)
    yield from map(hanging_deploys_scenario, range(CALM_SEEDS))
    yield from single_faults(FLOWS["failures and deploy"], among=(Fault.STALL_100,))
    yield from single_faults(FLOWS["upload"], among=IN_DOUBT)
    yield from map(random_scenario, range(FIRST_SEEDS, RANDOM_SEEDS))
    yield from map(collection_scenario, range(CALM_SEEDS))
    yield from map(ageing_scenario, range(CALM_SEEDS))
    yield from single_faults(FLOWS["upload"])
    yield from single_faults(FLOWS["silence"])


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.wiring.__name__)
def test_a_planted_defect_is_found(planted: Planted) -> None:
    violations = (violation_of(scenario, planted.wiring) for scenario in looks())

    found = next((violation for violation in violations if violation is not None), None)

    assert found is not None, f"not found: {planted.wiring.__doc__}"
    assert found.invariant in planted.breaks

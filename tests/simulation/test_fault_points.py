"""Every fault at every call of a few short stories, and two of them together."""

import pytest

from tests.simulation.effort import PAIRS_OF_ANY_FAULTS, PAIRS_OF_OTHERS, PAIRS_OF_UPLOADS
from tests.simulation.flows import FLOWS, alone, any_pairs, single_faults, telling_pairs
from tests.simulation.replaying import played

ONE_OF_FOUR = range(4)


@pytest.mark.parametrize("flow", FLOWS)
def test_alone_a_story_comes_to_its_end(flow: str) -> None:
    world = played(alone(FLOWS[flow]))

    assert len(world.calls) > 40


@pytest.mark.parametrize("flow", FLOWS)
def test_no_single_fault_breaks_a_promise(flow: str) -> None:
    for scenario in single_faults(FLOWS[flow]):
        played(scenario)


@pytest.mark.parametrize("part", ONE_OF_FOUR)
@pytest.mark.parametrize("flow", FLOWS)
def test_no_two_faults_break_a_promise(flow: str, part: int) -> None:
    share = PAIRS_OF_UPLOADS if flow == "upload" else PAIRS_OF_OTHERS

    for scenario in telling_pairs(FLOWS[flow], share=share, part=part, parts=len(ONE_OF_FOUR)):
        played(scenario)


@pytest.mark.parametrize("flow", FLOWS)
def test_no_two_faults_of_whatever_kind_break_a_promise(flow: str) -> None:
    for scenario in any_pairs(FLOWS[flow], share=PAIRS_OF_ANY_FAULTS):
        played(scenario)

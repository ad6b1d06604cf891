"""How soon a file goes on when its worker is gone, at the timings of the aws profile."""

from collections import Counter
from dataclasses import replace

import pytest

from domain.events import FileEvent
from domain.file_status import FileStatus, Outcome
from tests.simulation.content import Content
from tests.simulation.replaying import played
from tests.simulation.scenario import Scenario, Submission, Weather, WeatherEvent
from tests.simulation.scenarios import hanging_deploys_scenario
from tests.simulation.world import World

LONG_WORK = Content(1, work_seconds=600)
ONE_FILE = Scenario(submissions=(Submission(at=0, client=1, content=LONG_WORK, key="key-1"),))


def history_of(world: World) -> tuple[FileEvent, ...]:
    [history] = world.database.tables.history.values()
    return history


@pytest.mark.parametrize("died_at", [3, 59, 61, 119, 250, 599])
def test_a_dead_workers_file_is_taken_over_within_six_minutes(died_at: float) -> None:
    crashes = tuple(
        WeatherEvent(at=died_at, weather=Weather.CRASH, target=worker)
        for worker in ONE_FILE.workers
    )

    world = played(replace(ONE_FILE, weather=crashes))

    [taken_over] = [event for event in history_of(world) if event.name == "file_taken_over"]
    assert world.seconds_of(taken_over.at) - died_at <= 360


@pytest.mark.parametrize("died_at", [3, 59, 250, 599])
def test_what_a_supervised_worker_held_goes_on_once_it_is_started_again(died_at: float) -> None:
    crashes = tuple(
        WeatherEvent(at=died_at, weather=Weather.CRASH, target=worker)
        for worker in ONE_FILE.workers
    )

    world = played(replace(ONE_FILE, weather=crashes, is_supervised=True))

    [taken_over] = [event for event in history_of(world) if event.name == "file_taken_over"]
    assert world.seconds_of(taken_over.at) - died_at <= 40


def test_ten_deploys_during_one_long_file_cost_it_nothing() -> None:
    deploys = tuple(
        WeatherEvent(at=40.0 * number, weather=Weather.DEPLOY) for number in range(1, 11)
    )

    world = played(replace(ONE_FILE, weather=deploys))

    history = history_of(world)
    assert history[-1].outcome is Outcome.CLEAN
    assert sum(event.name == "file_released" for event in history) >= 5
    assert world.dead_letters.bodies == ()


def test_ten_deploys_while_the_storage_hangs_cost_no_file_anything() -> None:
    sightings = Counter[str]()

    for seed in range(20):
        # That nothing waits for its lease's end, or becomes a dead letter, each run looks at.
        world = played(hanging_deploys_scenario(seed))
        sightings.update(world.sightings)
        for file in world.database.tables.files.values():
            assert file.status is not FileStatus.FAILED or file.outcome is Outcome.REJECTED
            assert (file.failures, file.retries, file.starts) == (0, 0, 0)

    assert sightings["taken from slot"] >= 10

"""What no record refers to is removed once it is old, and nothing else ever is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from adapters.memory.collection_log import MemoryCollectionLog
from application.ports.collection_log import CollectionLog
from application.ports.exclusive_round import RoundLock
from application.use_cases.collect_garbage import Collected, CollectGarbage
from application.use_cases.compare_epochs import INSTALLATIONS_FOLDER
from application.use_cases.delete_file import DeleteFile
from application.use_cases.reprocess_file import ReprocessFile
from domain.collection_policy import CollectionPolicy
from domain.garbage import Garbage
from tests.application.conftest import TENANT, Story
from tests.application.leftovers import (
    HOUR_SECONDS,
    collect,
    kept_keys,
    leave_content,
    leave_result,
    named_keys,
    start_and_die,
)
from tests.builders import build_id
from tests.contracts.steps import put


class TakenRound(RoundLock):
    """A round that somebody else is in."""

    @contextmanager
    def attempt(self, name: str) -> Iterator[bool]:
        yield False


@pytest.fixture(autouse=True)
def first_look(story: Story) -> None:
    """A worker has looked at these records before, long enough ago."""
    story.service.get(CollectGarbage)()


def test_content_that_was_never_recorded_goes_after_a_day(story: Story) -> None:
    file = story.finish(story.upload())
    left = leave_content(story)

    assert collect(story, hours=24) == Collected(
        objects={Garbage.UNKNOWN_FILE: 1}, folders=(left.rpartition("/")[0],), size_bytes=4
    )

    assert left not in kept_keys(story)
    assert named_keys(file) == kept_keys(story)


def test_nothing_younger_than_a_day_goes(story: Story) -> None:
    story.service.clock.advance(HOUR_SECONDS)
    left = leave_content(story)

    assert collect(story, hours=23.99) == Collected()
    assert left in kept_keys(story)


def test_results_of_a_dead_attempt_go_once_another_has_ended(story: Story) -> None:
    file = start_and_die(story)
    left = leave_result(story, file, attempt=1)
    story.service.clock.advance(301)
    story.process()

    assert collect(story, hours=24).objects == {Garbage.DEAD_ATTEMPT: 1}

    assert left not in kept_keys(story)
    assert named_keys(story.file(file)) == kept_keys(story)


def test_what_an_attempt_has_written_stays_while_it_may_still_commit(story: Story) -> None:
    file = start_and_die(story)
    written = leave_result(story, file, attempt=1)

    assert collect(story, hours=30).objects == {}

    assert written in kept_keys(story)


def test_earlier_generations_stay_for_a_day_after_the_end_of_the_new_one(story: Story) -> None:
    first = story.finish(story.upload())
    story.service.clock.advance(100 * HOUR_SECONDS)
    story.service.get(ReprocessFile)(TENANT, first.id)

    assert collect(story).objects == {}
    second = story.finish(first)
    collect(story, hours=23.9)
    assert named_keys(first) <= kept_keys(story)
    collected = collect(story, hours=24)

    assert collected.objects == {Garbage.OLD_GENERATION: len(first.results)}
    assert named_keys(second) == kept_keys(story)


def test_what_came_late_for_a_deleted_file_goes(story: Story) -> None:
    file = story.finish(story.upload())
    story.service.get(DeleteFile)(TENANT, file.id)
    leave_result(story, file)

    assert collect(story, hours=24).objects == {Garbage.ERASED_FILE: 1}
    assert kept_keys(story) == set()


def test_probes_that_nobody_fetched_go(story: Story) -> None:
    put(story.service.storage, f"doctor/{build_id()}/answer", b"here")

    assert collect(story, hours=24).objects == {Garbage.PROBE: 1}


def test_what_somebody_else_keeps_there_is_never_touched(story: Story) -> None:
    theirs = {"backup/2020.tar", "uploads/notes/2020.txt", "results/summary.csv", "top"}
    for key in theirs:
        put(story.service.storage, key, b"theirs")

    assert collect(story, hours=1000).objects == {}
    assert kept_keys(story) == theirs


def test_records_that_were_set_back_lose_nothing_of_what_came_after_them(story: Story) -> None:
    file = story.finish(story.upload())
    later = {
        leave_result(story, file, generation=2, attempt=2),
        leave_result(story, file, generation=1, attempt=2),
    }

    assert collect(story, hours=1000).objects == {}
    assert later <= kept_keys(story)


def test_a_collection_begins_a_period_after_the_last_had_begun(story: Story) -> None:
    collect(story, hours=24)
    leave_content(story)

    assert collect(story, hours=23.99).objects == {}
    leave = leave_content(story)
    assert collect(story, hours=0.02).objects == {Garbage.UNKNOWN_FILE: 1}
    assert kept_keys(story) == {leave}


def test_new_records_take_nothing_from_an_old_storage_for_a_period(story: Story) -> None:
    left = leave_content(story)
    story.service.clock.advance(1000 * HOUR_SECONDS)
    # The operator has said that whose objects these were is gone.
    story.service.storage.delete_below(INSTALLATIONS_FOLDER)
    story.service.container.register(CollectionLog, instance=MemoryCollectionLog())

    assert collect(story).objects == {}
    assert collect(story, hours=23.99).objects == {}
    assert left in kept_keys(story)
    assert collect(story, hours=0.02).objects == {Garbage.UNKNOWN_FILE: 1}


def test_collections_can_be_switched_off(story: Story) -> None:
    story.service.container.register(CollectionPolicy, instance=CollectionPolicy(period=None))
    left = leave_content(story)

    assert collect(story, hours=1000) == Collected()
    assert left in kept_keys(story)


def test_while_another_process_collects_nothing_is_done_twice(story: Story) -> None:
    story.service.container.register(RoundLock, instance=TakenRound())
    leave_content(story)

    assert collect(story, hours=24) == Collected()

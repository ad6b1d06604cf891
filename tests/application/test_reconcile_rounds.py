"""One process at a time mends, and no round takes for ever."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from application.ports.exclusive_round import RoundLock
from application.ports.file_storage import FileStorage
from application.ports.message_queue import MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases import finish_erasures, forget_old_records, republish_stranded
from application.use_cases.reconcile import Reconcile, Repairs
from domain.retention_policy import RetentionPolicy
from tests.application.conftest import Story
from tests.builders import START, build_file, build_idempotency_record
from tests.in_memory_container import InMemoryService

HOUR_SECONDS = 3600


class TakenRound(RoundLock):
    """A round that somebody else is in."""

    @contextmanager
    def attempt(self, name: str) -> Iterator[bool]:
        yield False


def test_while_another_process_mends_nothing_is_mended_twice() -> None:
    service = InMemoryService()
    with service.units_of_work.for_writing() as work:
        work.files.add(build_file())
        work.commit()
    service.clock.advance(HOUR_SECONDS)
    turned_away = Reconcile(
        units_of_work=service.get(UnitOfWorkFactory),
        queue=service.get(MessageQueue),
        storage=service.get(FileStorage),
        rounds=TakenRound(),
        retention=RetentionPolicy(),
    )

    assert turned_away().republished == 0
    assert service.get(Reconcile)().republished == 1


def rounds_until_all_is_mended(story: Story) -> list[Repairs]:
    rounds = [story.service.get(Reconcile)()]
    while rounds[-1].has_more:
        rounds.append(story.service.get(Reconcile)())
    return rounds


def test_a_queue_that_lost_everything_is_refilled_in_several_rounds(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(republish_stranded, "PAGE", 2)
    monkeypatch.setattr(republish_stranded, "PAGES_AT_ONCE", 2)
    with story.service.units_of_work.for_writing() as work:
        for _ in range(9):
            work.files.add(build_file())
        work.commit()
    story.service.clock.advance(HOUR_SECONDS)

    rounds = rounds_until_all_is_mended(story)

    assert [repairs.republished for repairs in rounds] == [4, 4, 1]


def test_many_deletions_that_broke_off_are_finished_in_several_rounds(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finish_erasures, "REMOVE_AT_ONCE", 2)
    with story.service.units_of_work.for_writing() as work:
        for _ in range(4):
            file = build_file()
            file.erase(at=START)
            work.files.add(file)
        work.commit()

    rounds = rounds_until_all_is_mended(story)

    assert [repairs.removals for repairs in rounds] == [2, 2, 0]


def test_many_old_records_are_forgotten_in_several_rounds(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forget_old_records, "DELETE_AT_ONCE", 1)
    monkeypatch.setattr(forget_old_records, "BATCHES_AT_ONCE", 2)
    with story.service.units_of_work.for_writing() as work:
        for number in range(3):
            work.idempotency_keys.add(build_idempotency_record(key=str(number)))
        work.commit()
    story.service.clock.advance(8 * 24 * HOUR_SECONDS)

    rounds = rounds_until_all_is_mended(story)

    assert [repairs.forgotten for repairs in rounds] == [2, 1, 0]

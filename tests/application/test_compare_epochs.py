"""Nothing is collected by records that are not, or no longer, those of the storage."""

from dataclasses import replace

import pytest

from adapters.memory.collection_log import MemoryCollectionLog
from adapters.memory.file_storage import MemoryContentWriter, MemoryFileStorage
from application.errors import (
    DatabaseUnavailableError,
    DependencyError,
    StorageUnavailableError,
)
from application.ports.collection_log import CollectionLog
from application.ports.file_storage import FileStorage
from application.use_cases.collect_garbage import Collected
from application.use_cases.compare_epochs import INSTALLATIONS_FOLDER
from domain.epoch import Belonging, Epoch
from domain.garbage import Garbage
from tests.application.conftest import Story
from tests.application.leftovers import HOUR_SECONDS, collect, kept_keys, leave_content
from tests.contracts.steps import put


@pytest.fixture
def log(story: Story) -> MemoryCollectionLog:
    """What the records say of collections, after workers have looked a few times."""
    log = MemoryCollectionLog()
    story.service.container.register(CollectionLog, instance=log)
    for _ in range(3):
        collect(story, hours=0.5)
    return log


def set_back(story: Story, log: MemoryCollectionLog, *, hours: float) -> None:
    """Takes a backup, lets workers go on, and then comes back to it."""
    newest, epoch = log.newest(), log.epoch()
    assert newest is not None
    assert epoch is not None
    for _ in range(4):
        collect(story, hours=hours / 4)
    log.record(newest)
    assert log.record_epoch(epoch, instead_of=log.epoch())


def belonging(collected: Collected) -> Belonging | None:
    return collected.comparison.belonging if collected.comparison else None


def marks(story: Story) -> list[str]:
    return sorted(key for key in story.service.storage.keys if key.startswith(INSTALLATIONS_FOLDER))


def test_the_storage_bears_the_number_of_its_records(
    story: Story, log: MemoryCollectionLog
) -> None:
    epoch = log.epoch()
    assert epoch is not None

    assert marks(story) == [f"installations/{epoch.installation}"]
    assert b"".join(story.service.storage.open(marks(story)[0])) == f"{epoch.number}\n".encode()
    assert epoch.number > 0


def test_records_that_were_set_back_collect_nothing_for_two_days(
    story: Story, log: MemoryCollectionLog
) -> None:
    left = leave_content(story)
    set_back(story, log, hours=23)

    noticed = collect(story, hours=2)
    assert belonging(noticed) is Belonging.SET_BACK
    # As often as a worker looks: between two comparisons, too, nothing may be removed.
    for _ in range(48 * 60 - 1):
        found = collect(story, hours=1 / 60)
        assert not found.objects
        assert belonging(found) in (Belonging.PAUSED, None)
    assert kept_keys(story) == {left}

    assert collect(story, hours=1 / 60 + 0.001).objects == {Garbage.UNKNOWN_FILE: 1}


def test_they_notice_it_in_the_middle_of_a_collection_too(
    story: Story, log: MemoryCollectionLog
) -> None:
    left = leave_content(story)
    set_back(story, log, hours=1)
    newest = log.newest()
    assert newest is not None
    story.service.clock.advance(24 * HOUR_SECONDS)
    log.record(type(newest)(began_at=story.service.clock.now(), position="results"))

    assert belonging(collect(story)) is Belonging.SET_BACK

    assert kept_keys(story) == {left}


def test_a_second_installation_in_the_storage_stops_both(
    story: Story, log: MemoryCollectionLog
) -> None:
    theirs = MemoryCollectionLog()
    left = leave_content(story)
    story.service.container.register(CollectionLog, instance=theirs)
    first_look = collect(story)
    assert belonging(first_look) is Belonging.SHARED
    assert first_look.comparison is not None
    ours = log.epoch()
    assert ours is not None
    assert list(first_look.comparison.others) == [f"installations/{ours.installation}"]

    for who in (log, theirs):
        story.service.container.register(CollectionLog, instance=who)
        for _ in range(5):
            assert not collect(story, hours=25).objects
        assert belonging(collect(story, hours=1)) is Belonging.SHARED

    assert kept_keys(story) == {left}


def test_a_newcomer_finds_a_shared_storage_every_ten_minutes_and_no_more_often(
    story: Story, log: MemoryCollectionLog
) -> None:
    story.service.container.register(CollectionLog, instance=MemoryCollectionLog())

    found = [belonging(collect(story, hours=1 / 60)) for _ in range(60)]

    assert found.count(Belonging.SHARED) == 6
    assert found.count(None) == 54


def test_collections_go_on_when_the_other_installation_was_removed(
    story: Story, log: MemoryCollectionLog
) -> None:
    put(
        story.service.storage, f"{INSTALLATIONS_FOLDER}/{'0' * 8}-0000-0000-0000-{'0' * 12}", b"3\n"
    )
    leave_content(story)
    found = collect(story, hours=25)
    assert belonging(found) is Belonging.SHARED
    assert found.comparison is not None

    for key in found.comparison.others:
        story.service.storage.delete(key)

    assert collect(story, hours=1).objects == {Garbage.UNKNOWN_FILE: 1}


@pytest.mark.parametrize("content", [b"", b"no number", b"-1", b"9" * 30])
def test_a_number_that_cannot_be_read_pauses_as_one_that_is_gone(
    story: Story, log: MemoryCollectionLog, content: bytes
) -> None:
    put(story.service.storage, marks(story)[0], content)
    leave_content(story)

    assert belonging(collect(story, hours=25)) is Belonging.SET_BACK
    assert not collect(story, hours=47.9).objects
    assert collect(story, hours=0.2).objects == {Garbage.UNKNOWN_FILE: 1}


class _UnwritableStorage(MemoryFileStorage):
    """A storage that lets nothing be written while it is told so."""

    is_unwritable = False

    def create(self, key: str, *, media_type: str) -> MemoryContentWriter:
        if self.is_unwritable:
            raise StorageUnavailableError("no answer")
        return super().create(key, media_type=media_type)


def test_a_death_between_the_two_numbers_is_no_setback(story: Story) -> None:
    log, storage = MemoryCollectionLog(), _UnwritableStorage(clock=story.service.clock)
    story.service.storage = storage
    story.service.container.register(CollectionLog, instance=log)
    story.service.container.register(FileStorage, instance=storage)

    for is_unwritable in (True, True, False, False, True, True, False, True, False):
        storage.is_unwritable = is_unwritable
        found = collect(story, hours=1)
        assert (found.failure is not None) == is_unwritable
        assert belonging(found) in (None, Belonging.TOGETHER)

    leave_content(story)
    storage.is_unwritable = True
    assert not collect(story, hours=25).objects
    storage.is_unwritable = False
    assert collect(story).objects == {Garbage.UNKNOWN_FILE: 1}


class _RefusingLog(MemoryCollectionLog):
    """Records that take no new number: they fail, or another process is always faster."""

    error: DependencyError | None = None
    has_rival = False

    def record_epoch(self, epoch: Epoch, *, instead_of: Epoch | None) -> bool:
        if self.error is not None:
            raise self.error
        if self.has_rival and instead_of is not None:
            rivals = replace(instead_of, number=instead_of.number + 1)
            assert super().record_epoch(rivals, instead_of=instead_of)
        return super().record_epoch(epoch, instead_of=instead_of)


@pytest.mark.parametrize(
    ("error", "has_rival"), [(DatabaseUnavailableError("connection refused"), False), (None, True)]
)
def test_a_number_that_the_records_did_not_take_is_not_written_to_the_storage(
    story: Story, error: DependencyError | None, has_rival: bool
) -> None:
    log = _RefusingLog()
    story.service.container.register(CollectionLog, instance=log)
    for _ in range(3):
        collect(story, hours=0.5)
    [mark] = marks(story)
    before = b"".join(story.service.storage.open(mark))
    log.error, log.has_rival = error, has_rival

    for _ in range(3):
        assert collect(story, hours=1).failure is error
        assert b"".join(story.service.storage.open(mark)) == before

    log.error, log.has_rival = None, False
    collect(story, hours=1)
    epoch = log.epoch()
    assert epoch is not None
    assert b"".join(story.service.storage.open(mark)) == f"{epoch.number}\n".encode() != before


def test_while_nothing_is_due_the_storage_is_asked_every_ten_minutes(
    story: Story, log: MemoryCollectionLog
) -> None:
    seen = []
    for _ in range(60):
        collect(story, hours=1 / 60)
        epoch = log.epoch()
        assert epoch is not None
        seen.append(epoch.number)

    assert seen[-1] - seen[0] in (5, 6)

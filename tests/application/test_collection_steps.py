"""A collection goes on wherever it was broken off, and harms nobody who is at work meanwhile."""

from collections.abc import Callable, Generator, Iterator, Sequence

import pytest

from adapters.memory.file_storage import MemoryFileStorage
from application.errors import (
    ConfigurationError,
    DatabaseUnavailableError,
    StorageUnavailableError,
)
from application.ports.file_storage import FileStorage, StoredObject
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases import collect_garbage
from application.use_cases.collect_garbage import CollectGarbage
from application.use_cases.compare_epochs import INSTALLATIONS_FOLDER
from application.use_cases.open_content import OpenContent
from application.use_cases.upload_file import UploadDetails, UploadFile
from domain.garbage import Garbage
from tests.application.conftest import TENANT, Story
from tests.application.leftovers import (
    Killed,
    collect,
    kept_keys,
    leave_content,
    named_keys,
)
from tests.builders import build_file
from tests.contracts.steps import put
from tests.faults import FaultyUnitsOfWork


class WatchedStorage(MemoryFileStorage):
    """Remembers what was looked at, lets others act meanwhile, and refuses as it is told."""

    def __init__(self, story: Story) -> None:
        super().__init__(clock=story.service.clock)
        self.listed: list[str] = []
        self.while_listing: Callable[[], object] = lambda: None
        self.refuses: Callable[[Sequence[str]], bool] = lambda _: False

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(key for key in super().keys if not key.startswith(INSTALLATIONS_FOLDER))

    def list_below(self, folder: str, *, after: str | None = None) -> Generator[StoredObject]:
        if folder == INSTALLATIONS_FOLDER:
            yield from super().list_below(folder, after=after)
            return
        for found in super().list_below(folder, after=after):
            self.listed.append(found.key)
            yield found
        self.while_listing()

    def delete_all(self, keys: Sequence[str]) -> None:
        if self.refuses(keys):
            raise ConfigurationError("storage", "denied")
        super().delete_all(keys)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collect_garbage, "PAGE", 3)
    monkeypatch.setattr(collect_garbage, "PAGES_AT_ONCE", 2)


@pytest.fixture(autouse=True)
def storage(story: Story) -> WatchedStorage:
    watched = WatchedStorage(story)
    story.service.storage = watched
    story.service.container.register(FileStorage, instance=watched)
    story.service.get(CollectGarbage)()
    return watched


def steps(story: Story) -> Iterator[int]:
    """How much each step of one collection removed."""
    while True:
        collected = collect(story)
        yield sum(collected.objects.values())
        if not collected.has_more:
            return


@pytest.mark.parametrize("count", range(15))
def test_a_collection_takes_as_many_steps_as_it_needs(story: Story, count: int) -> None:
    file = story.finish(story.upload())
    for _ in range(count):
        leave_content(story)
    story.service.clock.advance(24 * 3600)

    removed = list(steps(story))

    assert sum(removed) == count
    assert all(of_one <= 6 for of_one in removed)
    assert kept_keys(story) == named_keys(file)


def test_a_step_that_has_removed_enough_leaves_the_rest_to_the_next(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect_garbage, "REMOVED_AT_ONCE", 3)
    for _ in range(7):
        leave_content(story)
    story.service.clock.advance(24 * 3600)

    assert list(steps(story)) == [3, 3, 1]


def test_every_object_is_looked_at_once(story: Story, storage: WatchedStorage) -> None:
    for _ in range(4):
        story.finish(story.upload())
    story.service.clock.advance(24 * 3600)

    list(steps(story))

    assert storage.listed == sorted(storage.keys)


def test_another_process_goes_on_where_one_was_killed(
    story: Story, storage: WatchedStorage
) -> None:
    left = sorted(leave_content(story) for _ in range(6))
    story.service.clock.advance(24 * 3600)

    def kill(keys: Sequence[str]) -> bool:
        if left[3] in keys:
            raise Killed
        return False

    storage.refuses = kill
    with pytest.raises(Killed):
        collect(story)
    assert storage.keys == set(left[3:])
    storage.refuses = lambda _: False
    storage.listed.clear()

    assert sum(steps(story)) == 3
    assert storage.listed == left[3:]


def test_one_object_that_cannot_be_removed_stops_no_other(
    story: Story, storage: WatchedStorage
) -> None:
    left = sorted(leave_content(story) for _ in range(7))
    story.service.clock.advance(24 * 3600)
    storage.refuses = lambda keys: left[1] in keys

    failed = collect(story)
    assert isinstance(failed.failure, ConfigurationError)
    assert not failed.has_more
    assert sum(steps(story)) == 4

    assert storage.keys == set(left[:3])
    storage.refuses = lambda _: False
    assert collect(story, hours=24).objects == {Garbage.UNKNOWN_FILE: 3}


def test_what_was_removed_before_a_failure_is_told(story: Story, storage: WatchedStorage) -> None:
    left = sorted(leave_content(story) for _ in range(5))
    story.service.clock.advance(24 * 3600)
    storage.refuses = lambda keys: left[4] in keys

    collected = collect(story)

    assert collected.objects == {Garbage.UNKNOWN_FILE: 3}
    assert collected.failure is not None


def test_a_database_that_is_away_costs_no_object(story: Story, storage: WatchedStorage) -> None:
    file = story.finish(story.upload())
    story.service.clock.advance(24 * 3600)
    units = FaultyUnitsOfWork(story.service.units_of_work)
    story.service.container.register(UnitOfWorkFactory, instance=units)
    looks = iter([False, True])
    units.is_away = lambda: next(looks, False)

    assert isinstance(collect(story).failure, DatabaseUnavailableError)

    assert storage.keys == named_keys(file)


def test_a_storage_that_cannot_be_listed_is_asked_again(
    story: Story, storage: WatchedStorage
) -> None:
    leave_content(story)
    story.service.clock.advance(24 * 3600)

    def refuse() -> None:
        raise StorageUnavailableError("no answer")

    storage.while_listing = refuse
    assert collect(story).failure is not None
    storage.while_listing = lambda: None

    assert sum(steps(story)) == 1


def test_an_upload_that_is_recorded_late_loses_nothing(story: Story) -> None:
    def details() -> UploadDetails:
        # The last thing before the content is stored, as late as it may be.
        story.service.clock.advance(3600)
        list(steps(story))
        return UploadDetails()

    accept = story.service.get(UploadFile)
    file = accept(TENANT, name="a.csv", chunks=[b"id\n1\n"], details=details).file
    story.service.clock.advance(23 * 3600)
    list(steps(story))

    content = story.service.get(OpenContent)(TENANT, file.id)
    assert b"".join(content.open()) == b"id\n1\n"


def test_what_is_recorded_while_the_storage_is_listed_stays(
    story: Story, storage: WatchedStorage
) -> None:
    file = build_file()
    put(storage, file.state.key, b"id\n1\n")
    story.service.clock.advance(25 * 3600)

    def record() -> None:
        storage.while_listing = lambda: None
        with story.service.units_of_work.for_writing() as work:
            work.files.add(file)
            work.commit()

    storage.while_listing = record
    list(steps(story))

    assert storage.keys == {file.state.key}

"""The part of the FileStorage contract that finds out what there is, and tidies up."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.local.disk_file_storage import DiskFileStorage
from adapters.memory.file_storage import MemoryFileStorage
from application.errors import ContentNotFoundError, StorageUnavailableError
from application.ports.file_storage import FileStorage
from tests.contracts.conftest import AgingStorage
from tests.contracts.steps import put, read

KEYS = [
    "results/1/1/1/clean.csv",
    "results/1/1/1/report.json",
    "results/1/1/10/clean.csv",
    "results/1/1/2/clean.csv",
    "results/1/2/3/clean.csv",
    "results/10/1/1/clean.csv",
]
DAY = timedelta(days=1)


def keys_below(storage: FileStorage, folder: str, after: str | None = None) -> list[str]:
    return [found.key for found in storage.list_below(folder, after=after)]


class TestListing:
    def test_all_objects_below_a_folder_are_told_in_the_order_of_their_keys(
        self, storage: FileStorage
    ) -> None:
        for key in reversed([*KEYS, "resultsets/1", "uploads/1/people.csv"]):
            put(storage, key, b"content")

        assert keys_below(storage, "results") == KEYS
        assert keys_below(storage, "results/1") == KEYS[:5]

    def test_nothing_there_is_an_empty_list(self, storage: FileStorage) -> None:
        assert keys_below(storage, "results") == []

    def test_a_list_goes_on_past_any_key_whether_it_is_there_or_not(
        self, storage: FileStorage
    ) -> None:
        for key in KEYS:
            put(storage, key, b"content")

        for position, key in enumerate(KEYS):
            assert keys_below(storage, "results", key) == KEYS[position + 1 :]
        assert keys_below(storage, "results", "results/1/1/1/d") == KEYS[1:]
        assert keys_below(storage, "results", "results/1/1/3") == KEYS[4:]
        assert keys_below(storage, "results", "doctor/1") == KEYS
        assert keys_below(storage, "results", "uploads/1") == []

    def test_sizes_are_told(self, storage: FileStorage) -> None:
        put(storage, "results/1/a", b"")
        put(storage, "results/1/b", b"12345")

        assert [found.size_bytes for found in storage.list_below("results")] == [0, 5]

    def test_what_is_not_committed_is_not_there(self, storage: FileStorage) -> None:
        with storage.create(KEYS[0], media_type="text/csv") as writer:
            writer.write(b"half")

            assert keys_below(storage, "results") == []

    def test_what_is_removed_while_it_is_listed_disturbs_nobody(self, storage: FileStorage) -> None:
        for key in KEYS:
            put(storage, key, b"content")
        listing = storage.list_below("results")
        first = next(listing)

        storage.delete_below("results")

        assert first.key == KEYS[0]
        assert {found.key for found in listing} <= set(KEYS[1:])

    def test_more_than_a_page_is_listed_to_the_end(self, storage: FileStorage) -> None:
        keys = sorted(f"results/{number}" for number in range(1001))
        for key in keys:
            put(storage, key, b"")

        assert keys_below(storage, "results") == keys
        assert keys_below(storage, "results", keys[499]) == keys[500:]

    def test_a_new_object_is_new_and_an_old_one_old(self, aging: AgingStorage) -> None:
        storage = aging.storage
        put(storage, "results/1", b"old")
        aging.make_older("results/1", 2 * DAY)
        put(storage, "results/2", b"new")

        old, new = storage.list_below("results")

        assert 2 * DAY <= old.age < 3 * DAY
        assert timedelta() <= new.age < DAY

    def test_what_is_written_again_is_new_again(self, aging: AgingStorage) -> None:
        put(aging.storage, "results/1", b"old")
        aging.make_older("results/1", 2 * DAY)

        put(aging.storage, "results/1", b"new")

        [found] = aging.storage.list_below("results")
        assert found.age < DAY


class TestDeletingSeveral:
    def test_those_named_go_and_others_stay(self, storage: FileStorage) -> None:
        for key in KEYS:
            put(storage, key, key.encode())

        storage.delete_all([KEYS[0], KEYS[3], "results/never/was/there"])

        for key in (KEYS[0], KEYS[3]):
            with pytest.raises(ContentNotFoundError):
                read(storage, key)
        assert keys_below(storage, "results") == [*KEYS[1:3], *KEYS[4:]]

    def test_none_is_no_error(self, storage: FileStorage) -> None:
        storage.delete_all([])

    def test_more_than_fit_into_one_call_go(self, storage: FileStorage) -> None:
        keys = [f"results/{number}" for number in range(1001)]
        for key in (keys[0], keys[999], keys[1000]):
            put(storage, key, b"")

        storage.delete_all(keys)

        assert keys_below(storage, "results") == []


class TestAbandonedWriters:
    def test_a_writer_at_work_is_left_alone(self, storage: FileStorage) -> None:
        with storage.create(KEYS[0], media_type="text/csv") as writer:
            writer.write(b"content")

            assert storage.remove_abandoned(older_than=DAY) == 0

            writer.commit()
        assert read(storage, KEYS[0]) == b"content"


names = st.text(alphabet="ab.-_/AZ09", min_size=1, max_size=9)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.sets(names, max_size=12), after=names, data=st.data())
def test_the_disk_lists_any_keys_in_the_order_of_a_sorted_list(
    tmp_path_factory: pytest.TempPathFactory, texts: set[str], after: str, data: st.DataObject
) -> None:
    disk = DiskFileStorage(tmp_path_factory.mktemp("storage"))
    memory = MemoryFileStorage()
    for text in sorted(texts):
        key = f"f/{text}"
        # What is no key, and what would be another key's folder, no disk can keep.
        with suppress(ValueError, StorageUnavailableError):
            put(disk, key, b"")
            put(memory, key, b"")

    position = data.draw(st.sampled_from([f"f/{after}", *(f"f/{text}" for text in sorted(texts))]))

    assert keys_below(disk, "f", position) == keys_below(memory, "f", position)
    assert keys_below(disk, "f") == keys_below(memory, "f")

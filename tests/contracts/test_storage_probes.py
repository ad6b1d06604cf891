"""Both probes ask every storage, and leave nothing behind."""

import pytest

from application.errors import StorageFullError, StorageUnavailableError
from application.ports.file_storage import FileStorage
from application.use_cases.object_places import FOLDERS, is_of_a_probe
from application.use_cases.probe_storage import ProbeStorage
from application.use_cases.probe_storage_writes import WRITTEN_KEY, ProbeStorageWrites
from tests.contracts.steps import put
from tests.outages import BreakableStorage, Outage


@pytest.mark.parametrize("probe", [ProbeStorage, ProbeStorageWrites])
class TestStorageProbes:
    def test_a_storage_that_is_there_answers_and_is_left_as_it_was(
        self, storage: FileStorage, probe: type[ProbeStorage | ProbeStorageWrites]
    ) -> None:
        put(storage, "uploads/1/a.csv", b"content")

        for _ in range(2):
            probe(storage=storage)()

        kept = [found.key for folder in FOLDERS for found in storage.list_below(folder)]
        assert kept == ["uploads/1/a.csv"]

    def test_a_storage_that_is_away_does_not_answer(
        self, storage: FileStorage, probe: type[ProbeStorage | ProbeStorageWrites]
    ) -> None:
        outage = Outage()
        outage.is_on = True

        with pytest.raises(StorageUnavailableError):
            probe(storage=BreakableStorage(storage, outage))()


class TestProbesOfAFullStorage:
    def test_only_a_write_shows_it(self, storage: FileStorage) -> None:
        writes = Outage()
        writes.is_on = True
        full = BreakableStorage(storage, Outage(), writes=writes)

        ProbeStorage(storage=full)()
        with pytest.raises(StorageFullError):
            ProbeStorageWrites(storage=full)()

    def test_what_a_probe_that_died_left_is_in_the_way_of_none_and_is_known_as_its(
        self, storage: FileStorage
    ) -> None:
        put(storage, WRITTEN_KEY, b"half a probe")

        ProbeStorageWrites(storage=storage)()

        assert is_of_a_probe(WRITTEN_KEY)
        assert list(storage.list_below("doctor")) == []

"""What the log says of a collection."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
import structlog
from dependency_injector import providers

from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.manual_clock import ManualClock
from application.errors import ConfigurationError
from application.ports.collection_log import Collection
from application.use_cases import collect_garbage
from entrypoints.container import Container
from entrypoints.profiles import memory
from entrypoints.settings import Settings
from entrypoints.worker.collecting import Collecting
from tests.builders import START, build_id
from tests.contracts.steps import put

OLD = timedelta(days=2)


class StubbornStorage(MemoryFileStorage):
    """Removes nothing any more once it was told so."""

    is_stubborn = False

    def delete_all(self, keys: Sequence[str]) -> None:
        if self.is_stubborn:
            raise ConfigurationError("storage", "denied")
        super().delete_all(keys)


@pytest.fixture
def storage() -> StubbornStorage:
    clock = ManualClock()
    storage = StubbornStorage(clock=clock)
    for key in (f"uploads/{build_id()}/a.csv", f"uploads/{build_id()}/b.csv", "doctor/1/answer"):
        put(storage, key, b"left")
    clock.advance(OLD.total_seconds())
    return storage


@pytest.fixture
def container(storage: StubbornStorage) -> Iterator[Container]:
    """A service whose storage holds garbage, and whose next collection is due."""
    container = memory.build(Settings.from_environment())
    container.storage.override(providers.Object(storage))
    container.reset_singletons()
    container.collections().record(Collection(began_at=START - OLD, is_over=True))
    yield container
    structlog.reset_defaults()


def test_what_was_removed_is_counted_by_its_reason(container: Container) -> None:
    with structlog.testing.capture_logs() as lines:
        has_more = Collecting(container.collect_garbage())()

    assert not has_more
    assert lines == [
        {
            "event": "garbage_collected",
            "log_level": "info",
            "size_bytes": 12,
            "abandoned_writes": 0,
            "probe": 1,
            "unknown_file": 2,
        }
    ]


def test_a_step_that_removed_nothing_says_nothing(container: Container) -> None:
    collecting = Collecting(container.collect_garbage())
    collecting()

    with structlog.testing.capture_logs() as lines:
        collecting()

    assert lines == []


def test_what_was_removed_is_told_although_the_step_failed(
    container: Container, storage: StubbornStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect_garbage, "PAGE", 1)
    monkeypatch.setattr(collect_garbage, "PAGES_AT_ONCE", 1)
    collecting = Collecting(container.collect_garbage())

    with structlog.testing.capture_logs() as lines:
        assert collecting()
        storage.is_stubborn = True
        with pytest.raises(ConfigurationError):
            collecting()

    assert [line["event"] for line in lines] == ["garbage_collected"]

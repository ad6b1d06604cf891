"""What the log says of a collection."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

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

    def __init__(self) -> None:
        self._manual_clock = ManualClock()
        super().__init__(clock=self._manual_clock)

    def age(self, by: timedelta) -> None:
        self._manual_clock.advance(by.total_seconds())

    def delete_all(self, keys: Sequence[str]) -> None:
        if self.is_stubborn:
            raise ConfigurationError("storage", "denied")
        super().delete_all(keys)


@pytest.fixture
def storage() -> StubbornStorage:
    storage = StubbornStorage()
    for key in (f"uploads/{build_id()}/a.csv", f"uploads/{build_id()}/b.csv", "doctor/1/answer"):
        put(storage, key, b"left")
    storage.age(OLD)
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


def test_what_was_removed_is_counted_by_its_reason_and_named_without_names(
    container: Container, storage: StubbornStorage
) -> None:
    folders = sorted(key.rpartition("/")[0] for key in storage.keys)

    with structlog.testing.capture_logs() as lines:
        has_more = Collecting(container.collect_garbage())()

    assert not has_more
    assert lines == [
        {
            "event": "garbage_collected",
            "log_level": "info",
            "size_bytes": 12,
            "abandoned_writes": 0,
            "folders": folders,
            "unlisted": 0,
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


def test_a_line_names_a_hundred_folders_and_how_many_are_left(
    container: Container, storage: StubbornStorage
) -> None:
    for _ in range(150):
        put(storage, f"uploads/{build_id()}/a.csv", b"left")
    storage.age(OLD)

    with structlog.testing.capture_logs() as lines:
        Collecting(container.collect_garbage())()

    assert len(lines[0]["folders"]) == 100
    assert lines[0]["unlisted"] == 53


def test_records_that_were_set_back_are_told_once(
    container: Container, storage: StubbornStorage
) -> None:
    collecting = Collecting(container.collect_garbage())
    collecting()
    [mark] = (key for key in storage.keys if key.startswith("installations/"))
    put(storage, mark, b"1000")
    container.collections().record(Collection(began_at=START - OLD, is_over=True))

    with structlog.testing.capture_logs() as lines:
        assert not collecting()
        assert not collecting()

    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("records_were_set_back", "warning")
    ]
    assert datetime.fromisoformat(lines[0]["paused_until"]) > datetime.now(UTC) + timedelta(
        hours=47
    )


def test_a_storage_that_is_shared_is_an_error_that_says_what_to_do(
    container: Container, storage: StubbornStorage
) -> None:
    stranger = f"installations/{build_id()}"
    put(storage, stranger, b"3")
    before = storage.keys

    with structlog.testing.capture_logs() as lines:
        assert not Collecting(container.collect_garbage())()

    assert before <= storage.keys
    assert (lines[0]["event"], lines[0]["log_level"]) == ("storage_is_shared", "error")
    assert lines[0]["others"] == [stranger]
    assert "delete its object" in lines[0]["todo"]

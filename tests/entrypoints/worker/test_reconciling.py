"""What the log says of repairs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from dependency_injector import providers

from adapters.memory.file_storage import MemoryFileStorage
from application.errors import StorageUnavailableError
from application.use_cases import finish_erasures
from domain.file_status import FileStatus, Outcome
from domain.retention_policy import RetentionPolicy
from entrypoints.container import Container
from entrypoints.profiles import memory
from entrypoints.settings import Settings
from entrypoints.worker.reconciling import Reconciling
from tests.builders import START, TENANT, build_file


class StubbornStorage(MemoryFileStorage):
    """Removes nothing."""

    def delete_below(self, folder: str) -> None:
        raise StorageUnavailableError("no answer")


@pytest.fixture
def container() -> Iterator[Container]:
    yield memory.build(Settings.from_environment())
    structlog.reset_defaults()


def add_stranded_file(container: Container) -> str:
    file = build_file(published_at=START + timedelta(seconds=1), republications=1)
    with container.units_of_work().for_writing() as work:
        work.files.add(file)
        work.commit()
    return str(file.id)


def add_erased_file(container: Container) -> str:
    file = build_file()
    file.erase(at=START)
    with container.units_of_work().for_writing() as work:
        work.files.add(file)
        work.commit()
    return str(file.id)


def test_each_republished_file_is_told_with_its_cause(container: Container) -> None:
    file_id = add_stranded_file(container)

    with structlog.testing.capture_logs() as lines:
        Reconciling(container.reconcile())()

    assert [line for line in lines if line["event"].startswith("file")] == [
        {
            "event": "file_republished",
            "log_level": "warning",
            "file_id": file_id,
            "tenant": TENANT,
            "status": "PENDING",
            "stranded_since": "2026-11-23T09:00:01+00:00",
            "published_at": "2026-11-23T09:00:01+00:00",
            "republications": 2,
        },
        {"event": "files_republished", "log_level": "warning", "count": 1},
    ]


def test_the_files_whose_bytes_were_removed_are_named(container: Container) -> None:
    file_id = add_erased_file(container)

    with structlog.testing.capture_logs() as lines:
        Reconciling(container.reconcile())()

    assert lines == [
        {
            "event": "erased_bytes_removed",
            "log_level": "info",
            "files": 1,
            "file_ids": [file_id],
            "unlisted": 0,
        }
    ]


def test_the_files_that_retention_erased_are_named_up_to_a_hundred(container: Container) -> None:
    files = [
        build_file(status=FileStatus.COMPLETED, outcome=Outcome.CLEAN, processed_at=START)
        for _ in range(103)
    ]
    container.settings.override(
        providers.Object(
            replace(
                container.settings(), retention=RetentionPolicy(finished_files=timedelta(days=1))
            )
        )
    )
    container.reset_singletons()
    with container.units_of_work().for_writing() as work:
        for file in files:
            work.files.add(file)
        work.commit()

    with structlog.testing.capture_logs() as lines:
        Reconciling(container.reconcile())()

    [line] = [line for line in lines if line["event"] == "files_erased_by_retention"]
    assert (line["files"], line["unlisted"]) == (103, 3)
    assert set(line["file_ids"]) < {str(file.id) for file in files}
    assert len(line["file_ids"]) == 100


def test_a_round_without_repairs_says_nothing(container: Container) -> None:
    with structlog.testing.capture_logs() as lines:
        assert not Reconciling(container.reconcile())()

    assert lines == []


def test_what_was_mended_is_told_although_the_round_failed(container: Container) -> None:
    container.storage.override(providers.Object(StubbornStorage()))
    container.reset_singletons()
    add_stranded_file(container)
    add_erased_file(container)

    with (
        structlog.testing.capture_logs() as lines,
        pytest.raises(StorageUnavailableError),
    ):
        Reconciling(container.reconcile())()

    assert "file_republished" in [line["event"] for line in lines]


def test_a_round_that_left_something_is_followed_by_another_at_once(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finish_erasures, "REMOVE_AT_ONCE", 1)
    add_erased_file(container)
    reconciling = Reconciling(container.reconcile())

    # Its bytes are due at once, and long ago enough for the last time.
    assert reconciling()
    assert not reconciling()

"""Collectors that run side by side, on each database and storage, harm nothing."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from adapters.memory.round_lock import MemoryRoundLock
from adapters.system.uuid_generator import UuidGenerator
from application.use_cases import collect_garbage
from application.use_cases.collect_garbage import CollectGarbage
from domain.collection_policy import CollectionPolicy
from domain.file_status import FileStatus, Outcome
from domain.garbage import Garbage
from tests.builders import START, build_file, build_id
from tests.contracts.full_state import build_result
from tests.contracts.steps import add_files, put
from tests.contracts.worlds import World

COLLECTORS = 3
FILES, LEFT = 12, 40
FOLDERS = ("doctor", "results", "uploads")


def keys(world: World) -> set[str]:
    return {found.key for folder in FOLDERS for found in world.storage.list_below(folder)}


def add_finished_file(world: World) -> set[str]:
    """A file with content and results; returns their keys."""
    file_id = build_id()
    names = [f"results/{file_id}/1/1/{name}" for name in ("clean.csv", "report.json")]
    file = build_file(
        id=file_id,
        attempt=1,
        status=FileStatus.COMPLETED,
        outcome=Outcome.CLEAN,
        processed_at=START,
        results=tuple(build_result(name=key.rpartition("/")[2], key=key) for key in names),
    )
    for key in (file.state.key, *names):
        put(world.storage, key, b"needed")
    add_files(world, file)
    return {file.state.key, *names}


def let_a_day_pass(world: World, tmp_path: Path) -> None:
    world.clock.advance(timedelta(days=2).total_seconds())
    for path in (tmp_path / "storage").rglob("*"):
        long_ago = path.stat().st_mtime - timedelta(days=2).total_seconds()
        os.utime(path, (long_ago, long_ago))


def test_what_is_needed_stays_and_all_the_rest_goes(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect_garbage, "PAGE", 5)
    monkeypatch.setattr(collect_garbage, "PAGES_AT_ONCE", 2)
    collect = CollectGarbage(
        units_of_work=world.units_of_work,
        storage=world.storage,
        rounds=MemoryRoundLock(),
        collections=world.collections,
        ids=UuidGenerator(),
        policy=CollectionPolicy(),
    )
    needed = {key for _ in range(FILES) for key in add_finished_file(world)}
    for _ in range(LEFT):
        put(world.storage, f"uploads/{build_id()}/people.csv", b"left")
    collect()
    let_a_day_pass(world, tmp_path)
    begin = Barrier(COLLECTORS)

    def collect_to_the_end() -> Counter[Garbage]:
        begin.wait()
        removed: Counter[Garbage] = Counter()
        while True:
            collected = collect()
            removed.update(collected.objects)
            assert collected.failure is None
            if not collected.has_more:
                return removed

    with ThreadPoolExecutor(COLLECTORS) as pool:
        for running in [pool.submit(collect_to_the_end) for _ in range(COLLECTORS)]:
            assert running.result(60).keys() <= {Garbage.UNKNOWN_FILE}
    collect_to_the_end_alone(collect)

    assert keys(world) == needed


def collect_to_the_end_alone(collect: CollectGarbage) -> None:
    """What a collector that was overtaken may have left to do."""
    while collect().has_more:
        pass

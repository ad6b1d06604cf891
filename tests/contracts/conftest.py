"""Runs every contract on each world that there is."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from adapters.local.disk_file_storage import DiskFileStorage
from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.manual_clock import ManualClock
from application.ports.file_storage import FileStorage
from entrypoints.watched.file_storage import WatchedFileStorage
from tests.contracts.aws_world import (
    OMITTED,
    PORTS_OF_THIS_WORLD,
    aws_storage,
    aws_world,
    make_s3_object_older,
)
from tests.contracts.watched_world import call_watch, watched_world
from tests.contracts.worlds import World, memory_world
from tests.emulated_aws import EmulatedAws


def _sqlite_world(tmp_path: Path) -> World:
    # Imported only when asked for, so that the memory world needs no database library.
    make: Callable[[Path], World] = import_module("tests.contracts.sqlite_world").sqlite_world
    return make(tmp_path)


def _postgres_world(tmp_path: Path, url: str) -> World:
    make: Callable[[Path, str], World] = import_module(
        "tests.contracts.postgres_world"
    ).postgres_world
    return make(tmp_path, url)


_WORLDS: dict[str, Callable[[Path], World]] = {
    "memory": memory_world,
    "watched": watched_world,
}
if find_spec("tests.contracts.sqlite_world") is not None:
    _WORLDS["sqlite"] = _sqlite_world


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs whatever asks for a world on each one that has the port in question."""
    if "world" in metafunc.fixturenames:
        port = metafunc.module.__name__.rpartition(".")[2]
        names = [*sorted(_WORLDS), "postgres", *(["aws"] if port in PORTS_OF_THIS_WORLD else [])]
        metafunc.parametrize("world", names, indirect=True)


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A fresh world, as different tests must not meet."""
    if request.param == "aws":
        reason = OMITTED.get(request.node.originalname)
        if reason is not None:
            pytest.skip(reason)
        fresh = aws_world(request.getfixturevalue("emulated_aws"))
    elif request.param == "postgres":
        fresh = _postgres_world(tmp_path, request.getfixturevalue("postgres_url"))
    else:
        fresh = _WORLDS[request.param](tmp_path)
    yield fresh
    fresh.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgingStorage:
    """A storage, and what makes one of its objects look older than it is."""

    storage: FileStorage
    make_older: Callable[[str, timedelta], None]


@pytest.fixture(params=["memory", "disk", "s3"])
def aging(request: pytest.FixtureRequest, tmp_path: Path) -> AgingStorage:
    """Each storage, by whose clock an object can have been written long ago."""
    if request.param == "memory":
        clock = ManualClock()
        # The one object that a test makes older is the first of all that it stores.
        return AgingStorage(
            storage=MemoryFileStorage(clock=clock),
            make_older=lambda _, by: clock.advance(by.total_seconds()),
        )
    if request.param == "disk":
        return AgingStorage(storage=DiskFileStorage(tmp_path), make_older=partial(_age, tmp_path))
    emulator: EmulatedAws = request.getfixturevalue("emulated_aws")
    s3 = aws_storage(emulator.shared_clients)
    return AgingStorage(storage=s3, make_older=partial(make_s3_object_older, s3.bucket))


def _age(root: Path, key: str, by: timedelta) -> None:
    path = root / key
    os.utime(path, (0, path.stat().st_mtime - by.total_seconds()))


@pytest.fixture(params=["memory", "watched", "disk", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FileStorage]:
    """The storages of the worlds, without the databases that those would make each time."""
    if request.param == "memory":
        yield MemoryFileStorage()
    elif request.param == "watched":
        yield WatchedFileStorage(MemoryFileStorage(), call_watch())
    elif request.param == "disk":
        yield DiskFileStorage(tmp_path)
    else:
        emulator: EmulatedAws = request.getfixturevalue("emulated_aws")
        yield aws_storage(emulator.shared_clients)

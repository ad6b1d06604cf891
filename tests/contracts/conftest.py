"""Runs every contract on each world that there is."""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from adapters.local.disk_file_storage import DiskFileStorage
from adapters.memory.file_storage import MemoryFileStorage
from application.ports.file_storage import FileStorage
from tests.contracts.worlds import World, memory_world


def _sqlite_world(tmp_path: Path) -> World:
    # Imported only when asked for, so that the memory world needs no database library.
    make: Callable[[Path], World] = import_module("tests.contracts.sqlite_world").sqlite_world
    return make(tmp_path)


_WORLDS: dict[str, Callable[[Path], World]] = {"memory": memory_world}
if find_spec("tests.contracts.sqlite_world") is not None:
    _WORLDS["sqlite"] = _sqlite_world


@pytest.fixture(params=sorted(_WORLDS))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A fresh world, as different tests must not meet."""
    fresh = _WORLDS[request.param](tmp_path)
    yield fresh
    fresh.close()


@pytest.fixture(params=["memory", "disk"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> FileStorage:
    """The storages of the worlds, without the databases that those would make each time."""
    return MemoryFileStorage() if request.param == "memory" else DiskFileStorage(tmp_path)

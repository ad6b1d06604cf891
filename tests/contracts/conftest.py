"""Runs every contract on each world that there is."""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

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

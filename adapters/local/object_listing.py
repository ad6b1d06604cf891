"""The objects below a folder, in the order of their keys, however many there are."""

import os
import re
from collections.abc import Generator, Iterator
from heapq import nsmallest
from pathlib import Path
from typing import Final

from adapters.local.errors import translated

NAMES_AT_ONCE: Final = 10_000
"""How many names of one folder are held; of a folder with more it is read several times."""

KEY_PART: Final = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]+")
_GONE = (FileNotFoundError, NotADirectoryError)


def objects_below(
    folder: Path, prefix: str, *, after: str
) -> Generator[tuple[str, os.stat_result]]:
    """Yields key and status of every file below `folder`, whose keys begin with `prefix`.

    In the order of keys, from the one past `after` on. Links and names that no key has are
    somebody else's, and left out. Raises StorageUnavailableError on a step.
    """
    if prefix < after and not after.startswith(prefix):
        return
    for name in _names(folder, past=_past(prefix, after)):
        key = f"{prefix}{name}"
        if name.endswith("/"):
            yield from objects_below(folder / name, key, after=after)
        elif key > after and (status := _status(folder / name)):
            yield key, status


def _past(prefix: str, after: str) -> str:
    """Names of the folder before this one have only keys up to `after`."""
    return after.removeprefix(prefix).partition("/")[0] if after.startswith(prefix) else ""


def _names(folder: Path, *, past: str) -> Iterator[str]:
    """The names in a folder, in order, from `past` on; those of folders end with a slash.

    With the slash they sort as the keys below them do: `a.csv` comes before `a/b`.
    """
    last = ""
    while True:
        with translated():
            window = nsmallest(
                NAMES_AT_ONCE, (name for name in _read(folder) if name >= past and name > last)
            )
        yield from window
        if len(window) < NAMES_AT_ONCE:
            return
        last = window[-1]


def _read(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if KEY_PART.fullmatch(entry.name) and not entry.is_symlink():
                    yield f"{entry.name}/" if entry.is_dir() else entry.name
    except _GONE:
        return


def _status(path: Path) -> os.stat_result | None:
    with translated():
        try:
            return path.stat(follow_symlinks=False)
        except _GONE:
            return None

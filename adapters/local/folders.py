"""Folders that are there while something is in them."""

import os
from contextlib import suppress
from pathlib import Path


def make_folders(root: Path, folder: Path) -> None:
    """Makes `folder` and what leads to it below `root`, but never `root` itself."""
    for new in reversed(_up_to(root, folder)[:-1]):
        new.mkdir(exist_ok=True)


def sync_folders(root: Path, folder: Path) -> None:
    """Makes the names in `folder`, and its own name and those above it, durable.

    All of them, since a folder found here may be another writer's, not yet synced.
    """
    for existing in _up_to(root, folder):
        _sync(existing)


def prune_folders(root: Path, folder: Path) -> None:
    """Removes `folder` and those above it that are empty, durably, but never `root`."""
    while folder != root and _is_removed(folder):
        folder = folder.parent
    # Another delete may have pruned it just now, and then syncs what is above.
    with suppress(FileNotFoundError):
        _sync(folder)


def empty_folder(folder: Path) -> None:
    """Removes all that is below `folder`; what others remove or add meanwhile is no error."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    for parent, _, names in os.walk(folder, topdown=False, onerror=refuse):
        for name in names:
            Path(parent, name).unlink(missing_ok=True)
        if Path(parent) != folder:
            _is_removed(Path(parent))


def _up_to(root: Path, folder: Path) -> list[Path]:
    folders = [folder]
    while folders[-1] != root:
        folders.append(folders[-1].parent)
    return folders


def _is_removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

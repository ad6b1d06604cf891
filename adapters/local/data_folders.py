"""The folders that a service on this machine keeps its data in."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from application.errors import StorageUnavailableError


def make_folder(folder: Path) -> None:
    """Makes the folder and those above it, where they are not there yet.

    Raises StorageUnavailableError, naming it.
    """
    with _naming(folder):
        folder.mkdir(parents=True, exist_ok=True)


def make_empty_folder(folder: Path) -> None:
    """Makes the folder, or removes all that is in it, for which nobody alive may have a use.

    The folder itself may be a link to another disk. Raises StorageUnavailableError, naming it.
    """
    make_folder(folder)
    with _naming(folder):
        for left in folder.iterdir():
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()


@contextmanager
def _naming(folder: Path) -> Generator[None]:
    """Names the folder, since whoever starts a service can do something about it."""
    try:
        yield
    except FileExistsError as error:
        raise StorageUnavailableError(f"{folder} is not a folder") from error
    except OSError as error:
        raise StorageUnavailableError(f"{folder}: {error.strerror or error}") from error

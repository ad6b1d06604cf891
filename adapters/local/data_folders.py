"""The folders that a service on this machine keeps its data in."""

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


@contextmanager
def _naming(folder: Path) -> Generator[None]:
    """Names the folder, since whoever starts a service can do something about it."""
    try:
        yield
    except FileExistsError as error:
        raise StorageUnavailableError(f"{folder} is not a folder") from error
    except OSError as error:
        raise StorageUnavailableError(f"{folder}: {error.strerror or error}") from error

"""What processes left of their keys when they were killed."""

import re
from contextlib import suppress
from pathlib import Path

from adapters.tabular.keys import KEY_FILE_SUFFIX, KEY_FOLDER_PREFIX
from application.errors import StorageUnavailableError

# Eight characters as `tempfile` draws them, and files that are counted.
_FOLDER = re.compile(rf"{re.escape(KEY_FOLDER_PREFIX)}[a-z0-9_]{{8}}")
_FILE = re.compile(rf"[0-9]+{re.escape(KEY_FILE_SUFFIX)}(-[a-z]+)?")


def remove_abandoned_keys(scratch: Path) -> None:
    """Removes what engines that died left in `scratch`; only while none is at work there.

    The folder may have been somebody's before it was ours: what no engine makes is left
    alone, and links are never followed. Raises StorageUnavailableError, naming it.
    """
    try:
        for folder in scratch.iterdir():
            if _FOLDER.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink():
                _remove(folder)
    except OSError as error:
        raise StorageUnavailableError(f"{scratch}: {error.strerror or error}") from error


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        if _FILE.fullmatch(file.name) and (file.is_symlink() or file.is_file()):
            file.unlink()
    # Not empty: somebody keeps something of his own in it.
    with suppress(OSError):
        folder.rmdir()

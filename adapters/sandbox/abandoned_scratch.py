"""What workers left of their jobs' temporary files when they were killed."""

import re
import shutil
from pathlib import Path

from adapters.sandbox.engine import JOB_FOLDER_PREFIX
from application.errors import StorageUnavailableError

# Eight characters as `tempfile` draws them.
_FOLDER = re.compile(rf"{re.escape(JOB_FOLDER_PREFIX)}[a-z0-9_]{{8}}")


def remove_abandoned_scratch(scratch: Path) -> None:
    """Removes the folders of jobs in `scratch`; only while no job is at work there.

    What no job makes is left alone, and links are never followed. Raises
    StorageUnavailableError, naming what cannot be removed.
    """
    try:
        for folder in scratch.iterdir():
            if _FOLDER.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink():
                shutil.rmtree(folder)
    except OSError as error:
        raise StorageUnavailableError(f"{scratch}: {error.strerror or error}") from error
